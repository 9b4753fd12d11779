import WaryVocabulary

/// Says in data why the last evaluation came out as it did. It walks the checked terms over what the machine has read; what
/// the machine did not reach was not needed.
struct Explainer {
    let policy: CompiledPolicy
    let registers: Registers

    func explanation(_ level: ExplanationLevel) -> Explanation {
        guard level != .none else { return Explanation() }
        var result = Explanation()
        let evaluator = TermEvaluator(policy: policy.checked, program: policy.program, registers: registers)
        if registers.busyRules > 0 {
            for index in policy.checked.rules.indices where registers.ruleStates[index] != .idle {
                add(policy.checked.rules[index], index, evaluator, to: &result)
            }
        }
        if level == .full {
            result.rules = policy.checked.rules.enumerated().map { full($1, $0, evaluator) }
            let counterfactuals = CounterfactualSearch(policy: policy, registers: registers)
            result.milder = counterfactuals.milder()
            result.stricter = counterfactuals.stricter()
            result.marginToMilder = counterfactuals.margin(towards: false)
            result.marginToStricter = counterfactuals.margin(towards: true)
        }
        return result
    }

    private func add(_ rule: CheckedPolicy.Rule, _ index: Int, _ evaluator: TermEvaluator, to result: inout Explanation) {
        let state = registers.ruleStates[index]
        if state.isUnknown {
            result.unknown.append(UnknownRule(rule: rule.name, score: addedScore(rule, index, state),
                                              missing: evaluator.missing(rule, state)))
        }
        guard state.fires else { return }
        let score = rule.score == nil ? nil : Int(clamping: registers.contributions[index])
        let reason = Reason(rule: rule.name, text: rule.title ?? rule.name, score: score,
                            because: state == .firedUnknown ? [] : evaluator.because(rule))
        if rule.isMonitor { result.monitored.append(reason) } else { result.reasons.append(reason) }
    }

    /// What an unknown rule added to the score; nil where nothing.
    private func addedScore(_ rule: CheckedPolicy.Rule, _ index: Int, _ state: RuleState) -> Int? {
        if rule.isMonitor || state == .failed { return nil }
        if case .score? = rule.treatment { return Int(clamping: registers.contributions[index]) }
        return rule.treatment == .fire && rule.score != nil ? Int(clamping: registers.contributions[index]) : nil
    }

    private func full(_ rule: CheckedPolicy.Rule, _ index: Int, _ evaluator: TermEvaluator) -> RuleExplanation {
        let state = registers.ruleStates[index]
        let shown: RuleExplanation.State = switch state {
        case .idle: rule.isMonitor ? .monitorNotFired : .notFired
        case .fired, .firedScoreUnknown: rule.isMonitor ? .monitored : .fired
        case .firedUnknown: rule.isMonitor ? .monitored : .firedUnknown
        case .unknown, .failed: rule.isMonitor ? .monitorUnknown : .unknown
        }
        return RuleExplanation(rule: rule.name, text: rule.title ?? rule.name, state: shown,
                               observations: evaluator.observations(rule),
                               contribution: rule.isMonitor ? 0 : Int(clamping: registers.contributions[index]),
                               effects: state.fires && !rule.isMonitor ? Self.effects(rule) : [])
    }

    private static func effects(_ rule: CheckedPolicy.Rule) -> [String] {
        var effects: [String] = []
        if rule.denies { effects.append("deny") }
        if rule.stepsUp { effects.append((["step_up"] + (rule.factors.map { [$0.map(\.rawValue).joined(separator: ", ")] } ?? [])).joined(separator: " ")) }
        effects += rule.notify.map { "notify \($0)" }
        effects += rule.tags.map { "tag \(Format.quoted($0))" }
        return effects
    }
}
