import WaryVocabulary

/// W-never, W-always: rules that cannot fire, and rules that always do.
struct RuleTruthCheck: LintCheck {
    func check(_ context: LintContext, into diagnostics: inout [Diagnostic]) {
        for (rule, truth) in zip(context.policy.rules, context.truths) {
            let mayBeUnknown = truth.mayBeUnknown
            if !truth.canBeTrue {
                // Where it may be unknown, firing on unknown or scoring on it is still an effect.
                if mayBeUnknown, rule.treatment != .skip { continue }
                diagnostics.append(Diagnostic(.never, at: rule.when.range, "\(rule.name) can never fire: its condition cannot be true",
                    help: "two of its parts contradict each other, or a value would have to lie outside what it can be"))
            } else if !mayBeUnknown || rule.treatment == .fire, !truth.canBeFalse {
                diagnostics.append(Diagnostic(.always, at: rule.when.range, "\(rule.name) always fires: its condition cannot be false",
                    help: rule.score == nil ? nil : "its score is the same for everyone; put it into the thresholds of decide"))
            }
        }
    }
}
