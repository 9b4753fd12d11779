import Foundation
import WaryLanguage

/// The texts that the editor has open, and the policies they belong to.
struct Workspace: Sendable {
    /// By absolute path.
    private(set) var open: [String: String] = [:]
    /// The folders that the editor has open.
    var folders: [String] = []
    /// What was found out about each policy, by the policy file's path; forgotten when any text changes.
    private var analyses: [String: Analysis] = [:]

    mutating func set(_ text: String, at path: String) {
        open[path] = text
        analyses = [:]
    }

    mutating func close(_ path: String) {
        open[path] = nil
        analyses = [:]
    }

    /// Forgets what may have changed on disk.
    mutating func refresh() { analyses = [:] }

    /// Applies a change of the protocol: of a range, or of the whole text.
    mutating func change(_ change: JSON, at path: String) {
        guard let text = change["text"].string else { return }
        guard case .object = change["range"], let before = open[path] else { return set(text, at: path) }
        let file = SourceFile(id: .init(index: 0), path: path, text: before)
        let start = file.offset(change["range"]["start"]), end = max(start, file.offset(change["range"]["end"]))
        var bytes = Array(before.utf8)
        bytes.replaceSubrange(start..<end, with: Array(text.utf8))
        set(String(decoding: bytes, as: UTF8.self), at: path)
    }

    /// What is known of the policy that a file is or belongs to.
    mutating func analysis(of path: String) -> Analysis {
        if let known = analyses.values.first(where: { $0.file(at: path) != nil }) { return known }
        let own = Analysis(path, sources: EditorSources(folder: Self.folder(path), open: open))
        if !own.isPolicy, let policy = policy(including: path) {
            analyses[policy.path] = policy
            return policy
        }
        let result = own.isPolicy ? own : own.parsedOnly(path)
        analyses[path] = result
        return result
    }

    /// The policy that includes a file: among those open first, then in the folders above it.
    private func policy(including path: String) -> Analysis? {
        var candidates = open.keys.sorted()
        var folder = Self.folder(path)
        for _ in 0..<EditorLimits.includingFolders where folder.count > 1 {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            candidates += names.filter { $0.hasSuffix(".wary") }.sorted().map { "\(folder)/\($0)" }
            folder = Self.folder(folder)
        }
        for candidate in candidates.prefix(EditorLimits.includingPolicies) where candidate != path {
            let analysis = Analysis(candidate, sources: EditorSources(folder: Self.folder(candidate), open: open))
            if analysis.isPolicy, analysis.file(at: path) != nil { return analysis }
        }
        return nil
    }

    /// The text as the editor has it, or as it is on disk.
    func text(at path: String) -> String? {
        open[path] ?? (try? FileSources(root: Self.folder(path)).text(at: Self.name(path)))
    }

    /// The policy files in the open folders and those open by themselves, in order; hidden folders left out.
    func policyFiles() -> [String] {
        var found = Set(open.keys)
        for folder in folders {
            guard let walk = FileManager.default.enumerator(at: URL(fileURLWithPath: folder), includingPropertiesForKeys: nil, options: [.skipsHiddenFiles])
            else { continue }
            for case let url as URL in walk where url.pathExtension == "wary" {
                guard found.count < EditorLimits.workspaceFiles else { break }
                found.insert(url.path)
            }
        }
        return found.sorted()
    }

    private static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    private static func folder(_ path: String) -> String {
        let parts = path.split(separator: "/").dropLast()
        return "/" + parts.joined(separator: "/")
    }
}

/// Texts as the editor has them, and as they are on disk where it has not.
struct EditorSources: SourceProvider {
    let folder: String
    let open: [String: String]

    func text(at path: String) throws(SourceError) -> String {
        if let text = open[displayName(of: path)] { return text }
        return try FileSources(root: folder).text(at: path)
    }

    func displayName(of path: String) -> String {
        path.hasPrefix("/") ? path : folder == "/" ? "/" + path : "\(folder)/\(path)"
    }
}

/// A policy as it stands: parsed, checked, and with its names found.
struct Analysis: Sendable {
    /// The policy file's.
    let path: String
    private(set) var files: [SourceFile]
    private(set) var trees: [SyntaxTree]
    private(set) var diagnostics: [Diagnostic]
    private(set) var index: NameIndex
    /// Nil where the policy has errors.
    private(set) var policy: CompiledPolicy?

    init(_ path: String, sources: EditorSources) {
        self.path = path
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let loaded = PolicyLoader(sources: sources).load(name)
        files = loaded.files
        trees = loaded.trees
        diagnostics = loaded.diagnostics
        index = NameIndex(loaded.trees)
        policy = loaded.policy
    }

    /// Whether the file declares a policy, or decides: others are included by one.
    var isPolicy: Bool {
        trees.first?.declarations.contains { declaration in
            switch declaration {
            case .policy, .decide: true
            default: false
            }
        } ?? false
    }

    /// Without what only a whole policy can be told.
    func parsedOnly(_ path: String) -> Analysis {
        var copy = self
        let own = files.prefix(1).map { Parser.parse($0) }
        copy.policy = nil
        copy.files = Array(files.prefix(1))
        copy.trees = own.map(\.tree)
        copy.diagnostics = own.flatMap(\.diagnostics)
        return copy
    }

    func file(at path: String) -> SourceFile? { files.first { $0.path == path } }

    func file(_ id: SourceFile.ID) -> SourceFile? { files.first { $0.id == id } }

    func tree(at path: String) -> SyntaxTree? { trees.first { $0.file.path == path } }

    /// The text of a range.
    func text(_ range: SourceRange) -> String {
        guard let file = file(range.file), range.end <= file.text.utf8.count else { return "" }
        return String(decoding: Array(file.text.utf8)[range.start..<range.end], as: UTF8.self)
    }
}

/// Paths and the URIs that editors call them by.
enum DocumentURI {
    static func path(_ uri: String) -> String? {
        guard uri.hasPrefix("file://"), let path = URL(string: uri)?.path, path.hasPrefix("/") else { return nil }
        return path
    }

    static func uri(_ path: String) -> String { URL(fileURLWithPath: path).absoluteString }
}
