import WaryVocabulary

/// What a policy's tests have reached: each test's evaluation is recorded, then what is left is reported as W-untested.
public struct PolicyCoverage: Sendable {
    private let policy: CompiledPolicy
    private var fired: Set<Int> = []
    private var unknown: Set<Int> = []
    private var outcomes: Set<Outcome> = []

    public init(_ policy: CompiledPolicy) { self.policy = policy }

    public mutating func record(_ evaluation: Evaluation) {
        fired.formUnion(evaluation.fired)
        fired.formUnion(evaluation.monitored)
        unknown.formUnion(evaluation.unknown)
        outcomes.insert(evaluation.outcome)
    }

    /// The rules that no test made fire, by name.
    public var unreachedRules: [String] {
        policy.rules.indices.filter { !fired.contains($0) }.map { policy.rules[$0].name }
    }

    /// The rules with an `unknown` clause that were unknown in no test.
    public var unreachedUnknowns: [String] {
        policy.checked.rules.indices.filter { policy.checked.rules[$0].treatment != nil && !unknown.contains($0) }.map { policy.rules[$0].name }
    }

    /// The outcomes that the policy can give and no test got.
    public var unreachedOutcomes: [Outcome] {
        var possible = Set(policy.checked.lines.map(\.outcome))
        for rule in policy.checked.rules where !rule.isMonitor {
            if rule.denies { possible.insert(.deny) }
            if rule.stepsUp { possible.insert(.stepUp) }
        }
        return Outcome.allCases.filter { possible.contains($0) && !outcomes.contains($0) }
    }

    /// W-untested for each of them; silencings in the policy's texts are obeyed.
    public func diagnostics(in trees: [SyntaxTree]) -> [Diagnostic] {
        var found: [Diagnostic] = []
        let rules = policy.checked.rules
        for (index, rule) in rules.enumerated() {
            if !fired.contains(index) {
                found.append(Diagnostic(.untested, at: rule.nameRange, "no test makes \(rule.name) fire"))
            }
            if rule.treatment != nil, !unknown.contains(index) {
                found.append(Diagnostic(.untested, at: rule.treatmentRange ?? rule.nameRange, "no test makes \(rule.name) unknown"))
            }
        }
        for outcome in unreachedOutcomes {
            let line = policy.checked.lines.first { $0.outcome == outcome }
            found.append(Diagnostic(.untested, at: line?.range ?? policy.checked.decideRange, "no test gets \(outcome.rawValue)"))
        }
        let suppressions = Suppressions(trees)
        return found.filter { diagnostic in !suppressions.all.contains { $0.covers(diagnostic) } }
    }
}
