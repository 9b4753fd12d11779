import Foundation
import WaryLanguage

/// The policy files that a list of paths means: files as they are, folders with every `.wary` file below them.
public struct PolicyFolder: Sendable {
    /// One file, with the folder that its includes may not leave.
    public struct File: Sendable, Hashable {
        /// The policy folder, as named; empty for the working folder.
        public var root: String
        /// Relative to `root`.
        public var path: String

        /// As it was named: relative to the working folder, or absolute.
        public var shown: String { root.isEmpty ? path : root.hasSuffix("/") ? root + path : "\(root)/\(path)" }
    }

    /// A path that leads to nothing.
    public struct Missing: Error, Sendable, Hashable, CustomStringConvertible {
        public let path: String
        public let reason: String
        public var description: String { "\(path): \(reason)" }
    }

    public static let suffix = ".wary"

    /// The files, each once, those of a folder by name.
    public static func files(at paths: [String]) throws(Missing) -> [File] {
        var result: [File] = []
        var met: Set<String> = []
        for path in paths {
            for file in try files(at: path) where met.insert(file.shown).inserted { result.append(file) }
        }
        return result
    }

    private static func files(at path: String) throws(Missing) -> [File] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Missing(path: path, reason: "there is no such file or folder")
        }
        guard isFolder.boolValue else {
            let slash = path.lastIndex(of: "/")
            let root = slash.map { String(path[..<$0]) } ?? ""
            // A file in `/` has the root folder's one-letter name.
            return [File(root: slash != nil && root.isEmpty ? "/" : root, path: String(path[(slash.map(path.index(after:)) ?? path.startIndex)...]))]
        }
        // The enumerator does not follow a link, not even the first.
        let followed = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard let enumerator = FileManager.default.enumerator(atPath: followed) else {
            throw Missing(path: path, reason: "the folder cannot be read")
        }
        let names = enumerator.compactMap { $0 as? String }.filter { $0.hasSuffix(suffix) && !isHidden($0) }
        guard !names.isEmpty else { throw Missing(path: path, reason: "the folder holds no \(suffix) file") }
        let root = path == "." || path == "./" ? "" : path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        return names.sorted().map { File(root: root, path: $0) }
    }

    private static func isHidden(_ path: String) -> Bool { path.split(separator: "/").contains { $0.hasPrefix(".") } }
}
