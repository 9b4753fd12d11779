import Foundation

/// The project's own sources, as the tidiness rules read them.
struct SourceTree {
    struct File {
        /// Relative to the project's root.
        let path: String
        let text: String
        /// The text with comments and string literals blanked, line breaks kept.
        let code: String

        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        var codeLines: [Substring] { code.split(separator: "\n", omittingEmptySubsequences: false) }
        /// `WaryLanguage` for `Sources/WaryLanguage/…`.
        var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
    }

    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func files(under folder: String, ending: String = ".swift") -> [File] {
        let base = root.appendingPathComponent(folder)
        guard let walker = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil) else { return [] }
        return walker.compactMap { item in
            guard let url = item as? URL, url.path.hasSuffix(ending), let text = try? String(contentsOf: url, encoding: .utf8)
            else { return nil }
            let path = String(url.standardizedFileURL.path.dropFirst(root.standardizedFileURL.path.count + 1))
            return File(path: path, text: text, code: CodeMask.masked(text))
        }.sorted { $0.path < $1.path }
    }

    static let sources = files(under: "Sources")
}
