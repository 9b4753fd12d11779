import WaryVocabulary

/// W-blackout: when everything that may be unknown is unknown, nothing the policy still knows can lead to more than `allow`.
struct BlackoutCheck: LintCheck {
    func check(_ context: LintContext, into diagnostics: inout [Diagnostic]) {
        guard context.policy.rules.contains(where: { !$0.isMonitor && context.flow.mayBeUnknown($0.condition) }) else { return }
        var range = Interval(0)
        for rule in context.policy.rules where !rule.isMonitor {
            let values = context.flow.values(rule.condition) { _ in true }
            let canBeTrue = values.contains(.isTrue) && context.solver.canBe(rule.condition, true)
            let firesUnknown = values.contains(.unknown) && rule.treatment == .fire
            if canBeTrue || firesUnknown {
                if rule.denies || rule.stepsUp { return }
                if rule.score != nil { range = range + score(of: rule, context, isUnknown: firesUnknown).hull(Interval(0)) }
            }
            if values.contains(.unknown), case .score(let points)? = rule.treatment { range = range + Interval(Double(points)).hull(Interval(0)) }
        }
        let solver = context.solver.with(score: Interval(low: 0, high: min(100, max(0, range.high))))
        for line in context.policy.lines where line.outcome != .allow {
            guard let condition = line.condition else { return }
            let values = context.flow.values(condition) { _ in true }
            if values.contains(.unknown) || (values.contains(.isTrue) && solver.canBe(condition, true)) { return }
        }
        diagnostics.append(Diagnostic(.blackout, at: context.policy.decideRange,
            "when everything that may be unknown is unknown, the decision is always allow",
            help: "let a rule fire on unknown (unknown fire, unknown score N), so that silence counts for something"))
    }

    /// Under `unknown fire` an unknown score counts its cap.
    private func score(of rule: CheckedPolicy.Rule, _ context: LintContext, isUnknown: Bool) -> Interval {
        let interval = ScoreRange.score(of: rule, context.solver)
        return isUnknown ? interval.hull(Interval(Double(rule.scoreCap ?? 0))) : interval
    }
}
