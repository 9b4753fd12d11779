import Crypto
import WaryVocabulary

/// Reads, checks and compiles a policy with all that it includes.
public struct PolicyLoader: Sendable {
    private let sources: any SourceProvider
    private let limits: LanguageLimits

    /// `sources` is the policy folder: nothing outside it is read.
    public init(sources: any SourceProvider, limits: LanguageLimits = .standard) {
        self.sources = sources
        self.limits = limits
    }

    /// Never fails: what is wrong is in the diagnostics. Those of a file that cannot be read at all stand at its start.
    public func load(_ path: String) -> LoadedPolicy {
        var gatherer = SourceGatherer(sources: sources, limits: limits)
        gatherer.gather(path)
        var checker = PolicyChecker(trees: gatherer.trees, limits: limits, listFiles: gatherer.listFiles)
        let (checked, reports) = checker.check(parsed: gatherer.diagnostics)
        let suppressions = Suppressions(gatherer.trees)
        // Where the parser has spoken, what follows from it is not said as well.
        let spoken = Set(gatherer.diagnostics.map(\.range))
        var diagnostics = gatherer.diagnostics + reports.filter { !spoken.contains($0.range) } + suppressions.diagnostics
        var compiled: CompiledPolicy?
        if !diagnostics.contains(where: { $0.severity == .error }) {
            let policy = CompiledPolicy(checked, limits: limits)
            let warnings = Linter.warnings(of: policy, trees: gatherer.trees, used: checker.expressions.used)
            diagnostics += suppressions.applied(to: warnings, judged: Suppressions.foundWithoutCoverage)
            compiled = policy
        }
        diagnostics = Self.ordered(diagnostics)
        return LoadedPolicy(files: gatherer.trees.map(\.file) + gatherer.listFiles.values.sorted { $0.id.index < $1.id.index }, trees: gatherer.trees, diagnostics: diagnostics, policy: compiled,
                            dependencies: gatherer.dependencies)
    }

    /// By place; the same thing at the same place is said once.
    private static func ordered(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        var seen: Set<Diagnostic> = []
        return diagnostics.filter { seen.insert($0).inserted }.enumerated().sorted { a, b in
            let x = a.element.range, y = b.element.range
            return (x.file.index, x.start, x.end, a.offset) < (y.file.index, y.start, y.end, b.offset)
        }.map(\.element)
    }
}
