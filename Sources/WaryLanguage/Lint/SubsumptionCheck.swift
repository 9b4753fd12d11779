import WaryVocabulary

/// W-subsumed: a rule that another one, with the same effects, makes idle.
struct SubsumptionCheck: LintCheck {
    func check(_ context: LintContext, into diagnostics: inout [Diagnostic]) {
        let candidates = context.policy.rules.enumerated().filter { !$0.element.isMonitor && $0.element.score == nil && $0.element.hasEffect }
        let groups = Dictionary(grouping: candidates) { Effects($0.element) }
        for group in groups.values where group.count > 1 {
            var gone: Set<Int> = []
            for (i, rule) in group {
                for (j, other) in group where i != j && !gone.contains(j) && implies(rule, other, context) {
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

    private func implies(_ rule: CheckedPolicy.Rule, _ other: CheckedPolicy.Rule, _ context: LintContext) -> Bool {
        let a = rule.condition, b = other.condition
        guard sharesValues(a, b, context), context.solver.canBe(a, true) else { return false }
        let sameText = context.solver.key(context.solver.domains.inlined(a)) == context.solver.key(context.solver.domains.inlined(b))
        if sameText { return rule.treatment == other.treatment || rule.treatment != .fire }
        guard rule.treatment != .fire, !context.solver.canHold([.init(a, true), .init(b, false)]) else { return false }
        return other.treatment == .fire || !context.flow.mayBeUnknown(b, while: a, is: .isTrue)
    }

    private func sharesValues(_ a: Term, _ b: Term, _ context: LintContext) -> Bool {
        !a.leafKeys(context).isDisjoint(with: b.leafKeys(context))
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
