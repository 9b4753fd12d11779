import WaryVocabulary

/// Finds the smallest change of rules' states that gives a milder or a stricter answer, and how many points are missing. It
/// runs `decide` again over the registers of the last evaluation and puts them back as they were.
struct CounterfactualSearch {
    let policy: CompiledPolicy
    let registers: Registers
    /// More rules than this are not tried together; the ones that weigh most are.
    private static let candidates = 20

    /// What rules alone would have decided; factors that the account lacks are another matter.
    private struct Trial {
        var states: [RuleState]
        var total: Int128
    }

    func milder() -> Counterfactual? {
        let actual = outcome(of: current)
        guard actual != .allow else { return nil }
        let rules = policy.checked.rules.indices.filter { isActive($0) }
        return search(rules, fires: false) { $0 < actual }
    }

    func stricter() -> Counterfactual? {
        let actual = outcome(of: current)
        guard actual != .deny else { return nil }
        let rules = policy.checked.rules.indices.filter { !policy.checked.rules[$0].isMonitor && !registers.ruleStates[$0].fires && points($0, whenFiring: true) >= 0 }
        return search(rules, fires: true) { $0 > actual }
    }

    /// The least number of points more (or fewer, negative) that changes the outcome; nil where no score does.
    func margin(towards stricter: Bool) -> Int? {
        let actual = outcome(of: current)
        let score = Int(registers.words[policy.program.score].int)
        for step in 1...101 {
            let changed = stricter ? score + step : score - step
            guard (0...100).contains(changed) else { return nil }
            var trial = current
            trial.total = Int128(changed)
            let result = outcome(of: trial)
            if stricter ? result > actual : result < actual { return stricter ? step : -step }
        }
        return nil
    }

    private var current: Trial {
        Trial(states: policy.checked.rules.indices.map { registers.ruleStates[$0] }, total: registers.total)
    }

    /// Fired, or scored although unknown.
    private func isActive(_ index: Int) -> Bool {
        !policy.checked.rules[index].isMonitor && (registers.ruleStates[index].fires || registers.contributions[index] != 0)
    }

    private func search(_ rules: [Int], fires: Bool, wanted: (Outcome) -> Bool) -> Counterfactual? {
        for rule in rules {
            let result = outcome(of: changed(current, rule, fires: fires))
            if wanted(result) { return counterfactual(result, [rule], fires) }
        }
        let heavy = rules.sorted { abs(points($0, whenFiring: fires)) > abs(points($1, whenFiring: fires)) }.prefix(Self.candidates)
        for (position, first) in heavy.enumerated() {
            for second in heavy.dropFirst(position + 1) {
                let result = outcome(of: changed(changed(current, first, fires: fires), second, fires: fires))
                if wanted(result) { return counterfactual(result, [first, second], fires) }
            }
        }
        // Three or more: the heaviest first until it turns.
        var trial = current
        var chosen: [Int] = []
        for rule in heavy {
            trial = changed(trial, rule, fires: fires)
            chosen.append(rule)
            let result = outcome(of: trial)
            if wanted(result) { return counterfactual(result, chosen, fires) }
        }
        return nil
    }

    private func counterfactual(_ outcome: Outcome, _ rules: [Int], _ fires: Bool) -> Counterfactual {
        Counterfactual(outcome: outcome.rawValue, changes: rules.sorted().map { .init(rule: policy.rules[$0].name, fires: fires) })
    }

    private func changed(_ trial: Trial, _ rule: Int, fires: Bool) -> Trial {
        var copy = trial
        copy.states[rule] = fires ? .fired : .idle
        copy.total += Int128(fires ? points(rule, whenFiring: true) - registers.contributions[rule] : -registers.contributions[rule])
        return copy
    }

    /// What a rule adds; one that has not fired, what it would have added: its cap where its score cannot be told.
    private func points(_ index: Int, whenFiring: Bool) -> Int64 {
        let rule = policy.program.rules[index]
        if !whenFiring || registers.ruleStates[index].fires { return registers.contributions[index] }
        if let fixed = rule.fixedScore { return fixed }
        guard rule.computesScore, let term = policy.checked.rules[index].score else { return 0 }
        let evaluator = TermEvaluator(policy: policy.checked, program: policy.program, registers: registers)
        switch evaluator.value(term)?.datum {
        case .int(let value)?: return min(value, rule.cap ?? value)
        case .decimal(let value)?: return min(Int64(exactly: value.rounded(.toNearestOrAwayFromZero)) ?? 0, rule.cap ?? .max)
        default: return rule.cap ?? 0
        }
    }

    private func outcome(of trial: Trial) -> Outcome {
        let before = current
        let (line, score) = (registers.line, registers.words[policy.program.score])
        install(trial)
        var nothing = NothingMore()
        Interpreter(registers).run(&nothing, from: policy.program.decideStart)
        let fired = trial.states.indices.filter { trial.states[$0].fires && !policy.checked.rules[$0].isMonitor }
        let result = OutcomeLaw.decide(policy.checked, line: registers.line, fired: fired, isDegraded: registers.isDegraded).outcome
        install(before)
        registers.line = line
        registers.words[policy.program.score] = score
        return result
    }

    private func install(_ trial: Trial) {
        for (index, state) in trial.states.enumerated() { registers.ruleStates[index] = state }
        registers.total = trial.total
    }
}

/// What was not read at the time is not read for the explanation either.
private struct NothingMore: EvaluationSource {
    mutating func signal(_ id: SignalID) -> Reading { .unknown(.notSent) }
    mutating func input(_ index: Int, _ input: PolicyInput) -> Reading { .unknown(.notSent) }
    mutating func aggregate(_ index: Int, _ definition: AggregateDefinition) -> Reading { .unknown(.notSent) }
}
