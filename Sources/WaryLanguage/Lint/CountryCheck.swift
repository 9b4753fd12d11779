import WaryVocabulary

/// W-country: a refusal that rests on the country alone.
struct CountryCheck: LintCheck {
    func check(_ context: LintContext, into diagnostics: inout [Diagnostic]) {
        for rule in context.policy.rules where !rule.isMonitor && restsOnCountry(rule.condition, context) {
            if rule.denies {
                report(rule.denyRange ?? rule.nameRange, context, &diagnostics)
            } else if reachesDeny(rule, context) {
                report(rule.scoreRange ?? rule.nameRange, context, &diagnostics)
            }
        }
        for line in context.policy.lines where line.outcome == .deny {
            if let condition = line.condition, restsOnCountry(condition, context) { report(line.range, context, &diagnostics) }
        }
    }

    /// Whether the country alone, or one way of several that is about the country alone, is enough.
    private func restsOnCountry(_ term: Term, _ context: LintContext) -> Bool {
        switch term.kind {
        case .logical(.or, let ways): return ways.contains { restsOnCountry($0, context) }
        case .binding(let index): return restsOnCountry(context.policy.bindings[index].term, context)
        default: break
        }
        let leaves = term.leaves(context.policy)
        return !leaves.isEmpty && leaves.allSatisfy { leaf in
            if case .signal(let id) = leaf.kind { return id == .geoCountry || id == .geoCountryNew }
            return false
        }
    }

    /// Whether the rule's own score is enough for a line that denies.
    private func reachesDeny(_ rule: CheckedPolicy.Rule, _ context: LintContext) -> Bool {
        guard rule.score != nil else { return false }
        let most = ScoreRange.score(of: rule, context.solver).high
        guard most > 0, most.isFinite else { return false }
        let solver = context.solver.with(score: Interval(min(100, most)))
        var before: [Solver.Goal] = []
        for line in context.policy.lines {
            guard let condition = line.condition else { return line.outcome == .deny }
            let isAboutScore = condition.leaves(context.policy).allSatisfy { if case .score = $0.kind { true } else { false } }
            guard isAboutScore else { continue }
            if solver.canHold(before + [.init(condition, true)]) { return line.outcome == .deny }
            before.append(.init(condition, false))
        }
        return false
    }

    private func report(_ range: SourceRange, _ context: LintContext, _ diagnostics: inout [Diagnostic]) {
        diagnostics.append(Diagnostic(.countryDeny, at: range, "sign-ins are denied for their country alone",
            help: "positions are wrong at times, people travel, and an attacker picks another country: ask for a factor, or join it with something else"))
    }
}
