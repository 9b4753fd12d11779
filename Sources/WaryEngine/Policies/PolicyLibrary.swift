import WaryLanguage
import WaryVocabulary

/// Policies read from files: checked, compiled, and with what is wrong with them.
public struct PolicyLibrary: Sendable {
    /// One policy file, or a file that none of them includes.
    public struct Entry: Sendable {
        /// As it was named.
        public var path: String
        /// The policy's own file first, then what it includes; their paths are as named, too.
        public var files: [SourceFile]
        public var trees: [SyntaxTree]
        public var diagnostics: [Diagnostic]
        /// Nil where there is an error, and for a fragment.
        public var policy: CompiledPolicy?
        /// Everything that was read for it; nil for a fragment.
        public var bundle: PolicyBundle?
        /// It declares no policy, and no policy includes it: it has been parsed, and nothing more.
        public var isFragment: Bool

        public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

        /// Where a diagnostic or a test stands: the file as named, line and column from 1.
        public func place(of range: SourceRange) -> (path: String, line: Int, column: Int) {
            guard let file = files.first(where: { $0.id == range.file }) else { return (path, 1, 1) }
            let position = file.position(at: range.start)
            return (file.path, position.line, position.column)
        }
    }

    public let entries: [Entry]
    /// What was read, by file as named: policies, what they include, their lists.
    public let dependencies: [String]

    public var hasErrors: Bool { entries.contains(where: \.hasErrors) }

    public var policies: [CompiledPolicy] { entries.compactMap(\.policy) }

    /// What each policy was made of, by its label.
    public var bundles: [String: PolicyBundle] {
        Dictionary(entries.compactMap { entry in
            guard let policy = entry.policy, let bundle = entry.bundle else { return nil }
            return (policy.label, bundle)
        }) { first, _ in first }
    }

    /// Reads every policy at these paths; a folder's files that others include are read as part of those.
    public static func load(_ paths: [String], limits: LanguageLimits = .standard) throws(PolicyFolder.Missing) -> PolicyLibrary {
        let files = try PolicyFolder.files(at: paths)
        var entries: [String: Entry] = [:]
        var dependencies: Set<String> = []
        for file in files where declaresPolicy(file, limits) {
            let sources = RememberingSources(FileSources(root: file.root, limits: limits))
            let loaded = PolicyLoader(sources: sources, limits: limits).load(file.path)
            entries[file.shown] = Entry(
                path: file.shown, files: loaded.files, trees: loaded.trees,
                diagnostics: loaded.diagnostics, policy: loaded.policy,
                bundle: PolicyBundle(path: file.path, texts: sources.texts), isFragment: false)
            dependencies.formUnion(loaded.dependencies.map { PolicyFolder.File(root: file.root, path: $0).shown })
        }
        for file in files where entries[file.shown] == nil && !dependencies.contains(file.shown) {
            entries[file.shown] = fragment(file, limits)
            dependencies.insert(file.shown)
        }
        return PolicyLibrary(entries: files.compactMap { entries[$0.shown] }, dependencies: dependencies.sorted())
    }

    /// A file that cannot be read counts as a policy: its loading says what is wrong.
    private static func declaresPolicy(_ file: PolicyFolder.File, _ limits: LanguageLimits) -> Bool {
        guard let text = try? FileSources(root: file.root, limits: limits).text(at: file.path) else { return true }
        let source = SourceFile(id: .init(index: 0), path: file.path, text: text)
        let declarations = Parser.parse(source).tree.declarations
        return declarations.isEmpty || declarations.contains { declaration in
            switch declaration {
            case .policy, .decide: true
            case .include, .list, .input, .binding, .rule, .test: false
            }
        }
    }

    private static func fragment(_ file: PolicyFolder.File, _ limits: LanguageLimits) -> Entry {
        let text = (try? FileSources(root: file.root, limits: limits).text(at: file.path)) ?? ""
        let source = SourceFile(id: .init(index: 0), path: file.shown, text: text)
        let (tree, diagnostics) = Parser.parse(source)
        return Entry(path: file.shown, files: [source], trees: [tree], diagnostics: diagnostics, isFragment: true)
    }
}
