import Crypto
import Foundation
import WaryVocabulary

/// Which data files are in use, by what is in them: what a decision rested on beside its policy.
public struct DataInventory: Hashable, Sendable {
    /// One file.
    public struct Item: Hashable, Sendable {
        /// `GeoLite2-City`, `tor list`, `user agents`.
        public let kind: String
        /// The file's name without its folder.
        public let name: String
        /// When a database was made.
        public let built: Instant?
        /// SHA-256 of its bytes, in hexadecimal.
        public let digest: String

        init(_ file: MaxMindFile) throws(PositionError) {
            self.init(kind: file.type, path: file.path, built: file.built, digest: try Self.digest(file.path))
        }

        init(list path: String, _ trait: NetworkTrait) throws(PositionError) {
            self.init(kind: "\(trait.rawValue) list", path: path, built: nil, digest: try Self.digest(path))
        }

        init(kind: String, path: String, built: Instant?, digest: String) {
            self.kind = kind
            name = URL(fileURLWithPath: path).lastPathComponent
            self.built = built
            self.digest = digest
        }

        private static func digest(_ path: String) throws(PositionError) -> String {
            guard let digest = DataInventory.digest(ofFileAt: path) else { throw .unreadable(path: path, reason: "it went while it was read") }
            return digest
        }

        var line: String { "\(kind)\t\(name)\t\(built.map { "\($0)" } ?? "")\t\(digest)" }
    }

    public let items: [Item]
    /// 12 hexadecimal digits over all of it; empty for no files.
    public let digest: String

    public init(_ items: [Item]) {
        self.items = items
        digest = items.isEmpty ? "" : Self.hex(SHA256.hash(data: Array(Self.text(items).utf8)).prefix(6))
    }

    /// With other files beside these.
    public func adding(_ more: [Item]) -> DataInventory { more.isEmpty ? self : DataInventory(items + more) }

    /// A line a file: kind, name, instant, digest, with tabs between.
    public var text: String { Self.text(items) }

    /// What `text` gave.
    public init(text: String) {
        self.init(text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 4 else { return nil }
            return Item(kind: parts[0], path: parts[1], built: Instant(parts[2]), digest: parts[3])
        })
    }

    private static func text(_ items: [Item]) -> String { items.map { $0.line + "\n" }.joined() }

    /// SHA-256 of a file; nil where it cannot be read.
    static func digest(ofFileAt path: String) -> String? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        var hash = SHA256()
        do {
            // Nil at the end.
            while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
        } catch { return nil }
        return hex(hash.finalize())
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
