import WaryVocabulary

/// W-constant: comparisons that come out the same whatever the event.
struct ConstantComparisonCheck: LintCheck {
    func check(_ context: LintContext, into diagnostics: inout [Diagnostic]) {
        var seen: Set<SourceRange> = []
        for binding in context.policy.bindings { visit(binding.term, context, &seen, &diagnostics) }
        for (rule, truth) in zip(context.policy.rules, context.truths) {
            visit(rule.when, context, &seen, &diagnostics)
            if let unless = rule.unless { visit(unless, context, &seen, &diagnostics) }
            if let score = rule.score { visit(score, context, &seen, &diagnostics) }
            if !truth.canBeTrue { nested(rule, context, &diagnostics) }
        }
        for line in context.policy.lines { if let condition = line.condition { visit(condition, context, &seen, &diagnostics) } }
    }

    private func visit(_ term: Term, _ context: LintContext, _ seen: inout Set<SourceRange>, _ diagnostics: inout [Diagnostic]) {
        switch term.kind {
        case .compare, .member, .inRange, .between:
            guard seen.insert(term.range).inserted else { return }
            let canBeTrue = context.solver.canBe(term, true), canBeFalse = context.solver.canBe(term, false)
            if !canBeTrue || !canBeFalse { report(term, canBeTrue, context, &diagnostics) } else { strangers(term, context, &diagnostics) }
        default: for child in term.children { visit(child, context, &seen, &diagnostics) }
        }
    }

    /// Texts in a set that are no value of the signal: nothing ever equals them.
    private func strangers(_ term: Term, _ context: LintContext, _ diagnostics: inout [Diagnostic]) {
        guard case .member(let item, let set, _) = term.kind, case .set(let elements)? = set.constant,
              let values = context.solver.domains.values(context.solver.domains.inlined(item)) else { return }
        let strange = elements.filter { !values.contains($0) }
        guard !strange.isEmpty else { return }
        diagnostics.append(Diagnostic(.constant, at: set.range,
            "\(strange.map(Format.text).joined(separator: ", ")) is no value of \(context.solver.key(item))",
            help: "its values are \(values.map(Format.text).sorted().joined(separator: ", "))"))
    }

    private func report(_ term: Term, _ isTrue: Bool, _ context: LintContext, _ diagnostics: inout [Diagnostic]) {
        var help: String?
        if case .compare(_, let item, let value) = term.kind, let values = context.solver.domains.values(item), case .text? = value.constant {
            let names = values.compactMap { if case .text(let text) = $0 { text } else { nil } }.sorted()
            if !names.isEmpty { help = "its values are \(names.map(Format.quoted).joined(separator: ", "))" }
        }
        diagnostics.append(Diagnostic(.constant, at: term.range, "this is always \(isTrue)", help: help))
    }

    /// Two counts over nested windows in one condition that cannot both be: more within the shorter than within the longer.
    private func nested(_ rule: CheckedPolicy.Rule, _ context: LintContext, _ diagnostics: inout [Diagnostic]) {
        let windows = context.solver.windows
        var goals: [Solver.Goal] = []
        func gather(_ term: Term) {
            if case .logical(.and, let parts) = term.kind { parts.forEach(gather) } else { goals.append(.init(term, true)) }
        }
        gather(context.solver.domains.inlined(rule.condition))
        for (i, first) in goals.enumerated() {
            for second in goals.dropFirst(i + 1) where !context.solver.canHold([first, second]) {
                guard windows.relates(first.term, second.term) else { continue }
                diagnostics.append(Diagnostic(.constant, at: rule.when.range,
                    "these counts contradict: a shorter window never holds more than the longer one around it",
                    labels: [.init(range: second.term.range, text: "cannot hold with the other")]))
                return
            }
        }
    }
}
