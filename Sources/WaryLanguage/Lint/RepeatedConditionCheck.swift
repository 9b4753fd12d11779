/// W-twice: the same condition scored by two rules, so that it counts twice.
struct RepeatedConditionCheck: LintCheck {
    func check(_ context: LintContext, into diagnostics: inout [Diagnostic]) {
        var seen: [String: CheckedPolicy.Rule] = [:]
        for rule in context.policy.rules where rule.score != nil && !rule.isMonitor {
            let key = context.solver.key(Self.ordered(context.solver.domains.inlined(rule.condition), context))
            if let first = seen[key] {
                diagnostics.append(Diagnostic(.twice, at: rule.nameRange,
                    "\(rule.name) scores the same condition as \(first.name): it counts twice",
                    help: "keep one of them, with the score that is meant",
                    labels: [.init(range: first.nameRange, text: "scores it first")]))
            } else {
                seen[key] = rule
            }
        }
    }

    /// The parts of `and` and `or` in one order, and comparisons the same way round, so that layout does not hide a repetition.
    private static func ordered(_ term: Term, _ context: LintContext) -> Term {
        term.mapping { part in
            if case .compare(let op, let a, let b) = part.kind, a.constant != nil, b.constant == nil {
                return Term(.compare(op.mirrored, b, a), part.type, part.range)
            }
            if case .not(let inner) = part.kind, case .compare(let op, let a, let b) = inner.kind {
                return ordered(Term(.compare(op.negated, a, b), inner.type, part.range), context)
            }
            guard case .logical(let op, let parts) = part.kind else { return nil }
            let sorted = parts.map { ordered($0, context) }.sorted { context.solver.key($0) < context.solver.key($1) }
            return Term(.logical(op, sorted), part.type, part.range)
        }
    }
}
