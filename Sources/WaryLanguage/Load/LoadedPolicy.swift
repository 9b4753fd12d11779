/// What became of a policy's text: its files, what is wrong with it, and, when nothing is, the policy ready to run.
public struct LoadedPolicy: Sendable {
    /// The policy's own file first, then what it includes, in the order met, then list files.
    public let files: [SourceFile]
    /// One for each file but the list files, in the same order.
    public let trees: [SyntaxTree]
    /// By file and place.
    public let diagnostics: [Diagnostic]
    /// Nil when there is any error.
    public let policy: CompiledPolicy?
    /// Every path read: the policy's files and its list files. When one changes, the policy is to be loaded again.
    public let dependencies: [String]

    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    init(files: [SourceFile], trees: [SyntaxTree], diagnostics: [Diagnostic], policy: CompiledPolicy?, dependencies: [String]) {
        self.files = files
        self.trees = trees
        self.diagnostics = diagnostics
        self.policy = policy
        self.dependencies = dependencies
    }
}
