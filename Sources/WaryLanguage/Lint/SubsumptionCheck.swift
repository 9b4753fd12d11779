import WaryVocabulary

/// W-subsumed: a rule that another one, with the same effects, makes idle.
struct SubsumptionCheck: LintCheck {
    func check(_ context: LintContext, into diagnostics: inout [Diagnostic]) {
        let candidates = context.policy.rules.enumerated().filter { !$0.element.isMonitor && $0.element.score == nil && $0.element.hasEffect }
        let groups = Dictionary(grouping: candidates) { Effects($0.element) }
        for rules in groups.values where rules.count > 1 {
            let group = rules.map { Candidate(index: $0.offset, rule: $0.element, context) }
            var gone: Set<Int> = []
            for first in group where context.truths[first.index].canBeTrue {
                let (i, rule) = (first.index, first.rule)
                for second in group where i != second.index && !gone.contains(second.index) && implies(first, second, context) {
                    let other = second.rule
                    gone.insert(i)
                    diagnostics.append(Diagnostic(.subsumed, at: rule.nameRange,
                        "\(rule.name) adds nothing: whenever it fires, \(other.name) fires too, with the same effects",
                        help: "remove one of the two, or give them different effects",
                        labels: [.init(range: other.nameRange, text: "the rule that covers it")]))
                    break
                }
            }
        }
    }

    /// What a rule does when it fires, scores apart.
    private struct Effects: Hashable {
        var denies: Bool, stepsUp: Bool
        var factors: [Factor]?
        var notify: [String], tags: [String]

        init(_ rule: CheckedPolicy.Rule) {
            denies = rule.denies
            stepsUp = rule.stepsUp
            factors = rule.factors
            notify = rule.notify.sorted()
            tags = rule.tags.sorted()
        }
    }

    /// A rule with what every comparison with another one needs of it.
    private struct Candidate {
        let index: Int
        let rule: CheckedPolicy.Rule
        let condition: Term
        let text: String
        let leaves: Set<String>

        init(index: Int, rule: CheckedPolicy.Rule, _ context: LintContext) {
            self.index = index
            self.rule = rule
            condition = rule.condition
            text = context.solver.key(context.solver.domains.inlined(condition))
            leaves = condition.leafKeys(context)
        }
    }

    private func implies(_ a: Candidate, _ b: Candidate, _ context: LintContext) -> Bool {
        guard !a.leaves.isDisjoint(with: b.leaves) else { return false }
        if a.text == b.text { return a.rule.treatment == b.rule.treatment || a.rule.treatment != .fire }
        guard a.rule.treatment != .fire, !context.solver.canHold([.init(a.condition, true), .init(b.condition, false)]) else { return false }
        return b.rule.treatment == .fire || !context.flow.mayBeUnknown(b.condition, while: a.condition, is: .isTrue)
    }
}

extension CheckedPolicy.Rule {
    var hasEffect: Bool { score != nil || stepsUp || denies || !notify.isEmpty || !tags.isEmpty }
}

extension Term {
    /// The signals, inputs and aggregates that it reads, lets followed.
    func leaves(_ policy: CheckedPolicy) -> [Term] {
        switch kind {
        case .signal, .input, .aggregate, .score, .fired, .key: [self]
        case .binding(let index): policy.bindings[index].term.leaves(policy)
        default: children.flatMap { $0.leaves(policy) }
        }
    }

    func leafKeys(_ context: LintContext) -> Set<String> { Set(leaves(context.policy).map(context.solver.key)) }
}
