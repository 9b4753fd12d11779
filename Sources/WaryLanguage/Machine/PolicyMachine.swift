import WaryVocabulary

/// Runs one policy. It owns the registers and is meant to be used over and over; one for each thread. A copy shares its
/// registers with the original.
public struct PolicyMachine {
    public let policy: CompiledPolicy
    private let registers: Registers

    public init(_ policy: CompiledPolicy) {
        self.policy = policy
        registers = Registers(policy.program)
    }

    /// Decides about one event.
    public mutating func evaluate(_ source: inout some EvaluationSource) -> Evaluation {
        registers.reset()
        Interpreter(registers).run(&source)
        var result = Evaluation(outcome: .allow)
        if registers.busyRules > 0 { gatherRules(into: &result) }
        result.score = Int(registers.words[policy.program.score].int)
        result.isDegraded = registers.isDegraded
        settle(&result, &source)
        return result
    }

    /// Why the last `evaluate` decided as it did.
    public mutating func explain(_ level: ExplanationLevel) -> Explanation {
        Explainer(policy: policy, registers: registers).explanation(level)
    }

    private func gatherRules(into result: inout Evaluation) {
        for index in policy.rules.indices {
            let state = registers.ruleStates[index]
            if state == .idle { continue }
            if state.isUnknown { result.unknown.append(index) }
            guard state.fires else { continue }
            if policy.rules[index].isMonitor {
                result.monitored.append(index)
                continue
            }
            result.fired.append(index)
            let rule = policy.checked.rules[index]
            for name in rule.notify where !result.notify.contains(name) { result.notify.append(name) }
            for tag in rule.tags where !result.tags.contains(tag) { result.tags.append(tag) }
        }
    }

    /// The most severe of decide's outcome, the rules' and, when degraded, `on_error`; then the factors.
    private func settle(_ result: inout Evaluation, _ source: inout some EvaluationSource) {
        let decision = OutcomeLaw.decide(policy.checked, line: registers.line, fired: result.fired, isDegraded: result.isDegraded)
        result.outcome = decision.outcome
        result.decidedByRules = decision.outcome > policy.checked.lines[registers.line].outcome
        guard decision.outcome == .stepUp else { return }
        let account = accountFactors(&source)
        result.factors = decision.permitted.filter { account?.contains($0) ?? true }
        if result.factors.isEmpty {
            result.outcome = policy.noFactor
            if policy.noFactor == .stepUp { result.factors = decision.permitted }
        }
    }

    /// Nil when the app has not said which factors the account has.
    private func accountFactors(_ source: inout some EvaluationSource) -> FactorSet? {
        var reading: Reading?
        if let slot = policy.program.signals.firstIndex(of: .accountFactors) {
            reading = registers.reading(policy.program.firstSignal + slot, as: .set(of: .factor))
        }
        guard case .known(.set(let elements)) = reading ?? source.signal(.accountFactors) else { return nil }
        return FactorSet(elements.compactMap { if case .factor(let factor) = $0 { factor } else { nil } })
    }
}

/// How outcomes combine: LANGUAGE section 6.
enum OutcomeLaw {
    /// `permitted` are the factors that a step-up may ask for, in the first list's order; all where no list says otherwise.
    static func decide(_ policy: CheckedPolicy, line: Int, fired: [Int], isDegraded: Bool) -> (outcome: Outcome, permitted: [Factor]) {
        var outcome = policy.lines[line].outcome
        var lists: [[Factor]] = []
        if outcome == .stepUp, let factors = policy.lines[line].factors { lists.append(factors) }
        for index in fired {
            let rule = policy.rules[index]
            if rule.denies { outcome = .deny }
            if rule.stepsUp {
                outcome = max(outcome, .stepUp)
                if let factors = rule.factors { lists.append(factors) }
            }
        }
        if isDegraded {
            outcome = max(outcome, policy.onError)
            if policy.onError == .stepUp, let factors = policy.onErrorFactors { lists.append(factors) }
        }
        guard outcome == .stepUp else { return (outcome, []) }
        let permitted = lists.dropFirst().reduce(lists.first ?? Factor.allCases) { kept, list in kept.filter(list.contains) }
        return (outcome, permitted)
    }
}
