import Glibc

/// Why a text of a policy cannot be had.
public enum SourceError: Error, Sendable, Hashable {
    case notFound
    /// `..` leads out of the policy folder.
    case outside
    case tooLong(limit: Int)
    case notUTF8
    /// The system's own words.
    case unreadable(String)
}

/// Where policies, what they include and their list files come from. Paths are relative to the policy folder, their parts
/// joined by `/`, with `.` and `..` already resolved.
public protocol SourceProvider: Sendable {
    func text(at path: String) throws(SourceError) -> String

    /// The path as diagnostics should show it.
    func displayName(of path: String) -> String
}

extension SourceProvider {
    public func displayName(of path: String) -> String { path }
}

/// Texts in memory, by path: for tests, the editor and `POST /v1/policies/check`.
public struct MemorySources: SourceProvider {
    private let texts: [String: String]

    public init(_ texts: [String: String]) { self.texts = texts }

    public func text(at path: String) throws(SourceError) -> String {
        guard let text = texts[path] else { throw .notFound }
        return text
    }
}

/// Files below a folder. A symbolic link is followed: whoever may write to the policy folder may write policies.
public struct FileSources: SourceProvider {
    /// The policy folder.
    public let root: String
    private let limit: Int

    public init(root: String, limits: LanguageLimits = .standard) {
        self.root = root
        limit = limits.fileBytes
    }

    public func text(at path: String) throws(SourceError) -> String {
        let descriptor = open(displayName(of: path), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw errno == ENOENT || errno == ENOTDIR ? .notFound : .unreadable(Self.reason()) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw .unreadable(Self.reason())
            }
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= limit else { throw .tooLong(limit: limit) }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        return text
    }

    public func displayName(of path: String) -> String {
        if path.hasPrefix("/") || root.isEmpty || root == "." { return path }
        return root.hasSuffix("/") ? root + path : "\(root)/\(path)"
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
