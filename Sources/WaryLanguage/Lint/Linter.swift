import WaryVocabulary

/// One warning's check.
protocol LintCheck: Sendable {
    func check(_ context: LintContext, into diagnostics: inout [Diagnostic])
}

/// What the checks look at.
final class LintContext: Sendable {
    let compiled: CompiledPolicy
    let policy: CheckedPolicy
    let trees: [SyntaxTree]
    /// Names that something refers to.
    let used: Set<String>
    let flow: KnownFlow
    let solver: Solver
    /// What each rule's condition can come to; several checks ask.
    let truths: [RuleTruth]

    struct RuleTruth: Sendable {
        var canBeTrue: Bool
        var canBeFalse: Bool
        var mayBeUnknown: Bool
    }

    init(_ compiled: CompiledPolicy, trees: [SyntaxTree], used: Set<String>) {
        self.compiled = compiled
        policy = compiled.checked
        self.trees = trees
        self.used = used
        let flow = KnownFlow(policy), solver = Solver(policy)
        self.flow = flow
        self.solver = solver
        truths = policy.rules.map { rule in
            let condition = rule.condition
            return RuleTruth(canBeTrue: solver.canBe(condition, true), canBeFalse: solver.canBe(condition, false),
                             mayBeUnknown: flow.mayBeUnknown(condition))
        }
    }
}

/// Runs every warning's check over a policy without errors.
enum Linter {
    /// One for each code, or for two that are found together; W-stale-allow is `Suppressions`'.
    static let checks: [any LintCheck] = [
        ReachabilityCheck(), RuleTruthCheck(), SubsumptionCheck(), RepeatedConditionCheck(), ConstantComparisonCheck(),
        EvasionCheck(), BlackoutCheck(), ColdStartCheck(), LockoutCheck(), CountryCheck(), NeedlessUnknownCheck(), UnusedCheck(),
        OverlapCheck(), BacktrackCheck(), FactorsCheck(), OnErrorCheck(), UntestedCheck(),
    ]

    static func warnings(of compiled: CompiledPolicy, trees: [SyntaxTree], used: Set<String>) -> [Diagnostic] {
        let context = LintContext(compiled, trees: trees, used: used)
        var diagnostics: [Diagnostic] = []
        for check in checks { check.check(context, into: &diagnostics) }
        return diagnostics
    }
}
