import WaryVocabulary

/// Runs one policy. It owns the registers and is meant to be used over and over; one for each thread. A copy shares its
/// registers with the original.
public struct PolicyMachine {
    public let policy: CompiledPolicy
    let registers: Registers
    private let scoreRegister: Int

    public init(_ policy: CompiledPolicy) {
        self.policy = policy
        scoreRegister = policy.program.score
        registers = Registers(policy.program)
    }

    /// Decides about one event. Nothing is allocated where no rule fires and the answer is not a step-up that the account's
    /// factors narrow down.
    public mutating func evaluate(_ source: inout some EvaluationSource) -> Evaluation {
        registers.reset()
        Interpreter(registers).run(&source)
        let line = registers.program.lineOutcomes[registers.line]
        var result = Evaluation(outcome: line)
        if registers.busyRules > 0 { gatherRules(into: &result) }
        result.score = Int(registers.words[scoreRegister].int)
        result.isDegraded = registers.isDegraded
        if registers.isTightened || result.isDegraded || line == .stepUp { settle(&result, &source) }
        return result
    }

    /// Why the last `evaluate` decided as it did.
    public mutating func explain(_ level: ExplanationLevel) -> Explanation {
        Explainer(policy: policy, registers: registers).explanation(level)
    }

    /// The one rule without which the last `evaluate` would have decided milder; nil where there is none, where two or more
    /// were needed together, and where factors that the account lacks decided.
    public mutating func decisive() -> Int? {
        CounterfactualSearch(policy: policy, registers: registers).decisive()
    }

    /// What each rule added to the score of the last `evaluate`, monitors 0.
    public var contributions: [Int] {
        policy.rules.indices.map { policy.rules[$0].isMonitor ? 0 : Int(registers.contributions[$0]) }
    }

    private func gatherRules(into result: inout Evaluation) {
        var left = registers.busyRules
        var index: Int32 = 0
        while left > 0 {
            defer { index += 1 }
            let state = registers.ruleStates[Int(index)]
            if state == .idle { continue }
            left -= 1
            if state.isUnknown { result.unknown.append(Int(index)) }
            guard state.fires else { continue }
            let rule = registers.rules[index]
            if rule.isMonitor {
                result.monitored.append(Int(index))
                continue
            }
            result.fired.append(Int(index))
            if rule.speaks { speak(Int(index), &result) }
        }
    }

    private func speak(_ index: Int, _ result: inout Evaluation) {
        let rule = policy.checked.rules[index]
        for name in rule.notify where !result.notify.contains(name) { result.notify.append(name) }
        for tag in rule.tags where !result.tags.contains(tag) { result.tags.append(tag) }
    }

    /// The most severe of decide's outcome, the rules' and, when degraded, `on_error`; then the factors.
    private func settle(_ result: inout Evaluation, _ source: inout some EvaluationSource) {
        let decision = OutcomeLaw.decide(policy.checked, line: registers.line, fired: result.fired, isDegraded: result.isDegraded)
        result.outcome = decision.outcome
        result.decidedByRules = decision.outcome > policy.checked.lines[registers.line].outcome
        guard decision.outcome == .stepUp else { return }
        let account = accountFactors(&source) ?? .all
        result.factors = decision.permitted.allSatisfy(account.contains) ? decision.permitted : decision.permitted.filter(account.contains)
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
    private static let everyFactor = Factor.allCases

    /// `permitted` are the factors that a step-up may ask for, in the first list's order; all where no list says otherwise.
    static func decide(_ policy: CheckedPolicy, line: Int, fired: some Sequence<Int>, isDegraded: Bool) -> (outcome: Outcome, permitted: [Factor]) {
        var outcome = policy.lines[line].outcome
        var permitted: [Factor]?
        func narrow(to list: [Factor]?) {
            guard let list else { return }
            permitted = permitted.map { kept in kept.filter(list.contains) } ?? list
        }
        if outcome == .stepUp { narrow(to: policy.lines[line].factors) }
        for index in fired {
            let (denies, stepsUp) = (policy.rules[index].denies, policy.rules[index].stepsUp)
            if denies { outcome = .deny }
            if stepsUp {
                outcome = max(outcome, .stepUp)
                narrow(to: policy.rules[index].factors)
            }
        }
        if isDegraded {
            outcome = max(outcome, policy.onError)
            if policy.onError == .stepUp { narrow(to: policy.onErrorFactors) }
        }
        return outcome == .stepUp ? (outcome, permitted ?? everyFactor) : (outcome, [])
    }
}
