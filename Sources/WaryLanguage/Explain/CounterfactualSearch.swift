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
        return search(flips(isStricter: false)) { $0 < actual }
    }

    /// The one rule whose absence alone gives a milder answer.
    func decisive() -> Int? {
        let actual = outcome(of: current)
        guard actual != .allow else { return nil }
        var found: Int?
        for index in policy.checked.rules.indices where !policy.checked.rules[index].isMonitor {
            let points = registers.contributions[index]
            guard registers.ruleStates[index].fires || points != 0 else { continue }
            let without = Flip(rule: index, fires: false, points: -points, isOutright: false)
            guard outcome(of: changed(current, [without])) < actual else { continue }
            guard found == nil else { return nil }
            found = index
        }
        return found
    }

    func stricter() -> Counterfactual? {
        let actual = outcome(of: current)
        guard actual != .deny else { return nil }
        return search(flips(isStricter: true)) { $0 > actual }
    }

    /// By how many points the rules' sum would have to fall (negative) or rise to change the outcome; nil where no score
    /// does. It is counted from the sum before it is clamped: 130 points are 41 away from a threshold at 90.
    func margin(towards stricter: Bool) -> Int? {
        let actual = outcome(of: current)
        let score = Int(registers.words[policy.program.score].int)
        for step in 1...101 {
            let changed = stricter ? score + step : score - step
            guard (0...100).contains(changed) else { return nil }
            var trial = current
            trial.total = Int128(changed)
            let result = outcome(of: trial)
            if stricter ? result > actual : result < actual { return Int(exactly: Int128(changed) - registers.total) }
        }
        return nil
    }

    private var current: Trial {
        Trial(states: policy.checked.rules.indices.map { registers.ruleStates[$0] }, total: registers.total)
    }

    /// One rule's state the other way round.
    private struct Flip {
        var rule: Int
        var fires: Bool
        /// What it changes the sum by.
        var points: Int64
        /// Whether it brings, or takes away, an outcome of the rule's own.
        var isOutright: Bool
    }

    /// What could make the answer stricter, or milder: those with an outcome of their own first, then the heaviest.
    private func flips(isStricter: Bool) -> [Flip] {
        let rules = policy.checked.rules
        let all = rules.indices.filter { !rules[$0].isMonitor }.map { index -> Flip in
            let fires = !(registers.ruleStates[index].fires || registers.contributions[index] != 0)
            let added = fires ? points(index, whenFiring: true) : -registers.contributions[index]
            let isOutright = (rules[index].denies || rules[index].stepsUp) && fires != registers.ruleStates[index].fires
            return Flip(rule: index, fires: fires, points: added, isOutright: isOutright)
        }
        // A rule may count in `decide` by `fired(…)` alone, so those without points stay in.
        let useful = all.filter { isStricter ? $0.points >= 0 && ($0.fires || $0.points > 0) : $0.points <= 0 && (!$0.fires || $0.points < 0) }
        return useful.sorted { ($0.isOutright ? 0 : 1, -abs($0.points), $0.rule) < ($1.isOutright ? 0 : 1, -abs($1.points), $1.rule) }
    }

    private func search(_ flips: [Flip], wanted: (Outcome) -> Bool) -> Counterfactual? {
        let actual = outcome(of: current)
        // Of one rule's changes the one that leads least far.
        let single = flips.map { (flip: $0, result: outcome(of: changed(current, [$0]))) }.filter { wanted($0.result) }
            .min { a, b in
                (a.result.distance(to: actual), abs(a.flip.points), a.flip.rule) < (b.result.distance(to: actual), abs(b.flip.points), b.flip.rule)
            }
        if let single { return counterfactual(single.result, [single.flip]) }
        let heavy = flips.prefix(Self.candidates)
        for (position, first) in heavy.enumerated() {
            for second in heavy.dropFirst(position + 1) {
                let result = outcome(of: changed(current, [first, second]))
                if wanted(result) { return counterfactual(result, [first, second]) }
            }
        }
        // Three or more: those that must change and the heaviest until it turns, then without what was not needed.
        var chosen: [Flip] = []
        for flip in flips {
            chosen.append(flip)
            guard wanted(outcome(of: changed(current, chosen))) else { continue }
            for needless in chosen.reversed() {
                let rest = chosen.filter { $0.rule != needless.rule }
                if wanted(outcome(of: changed(current, rest))) { chosen = rest }
            }
            return counterfactual(outcome(of: changed(current, chosen)), chosen)
        }
        return nil
    }

    private func counterfactual(_ outcome: Outcome, _ flips: [Flip]) -> Counterfactual {
        let changes = flips.sorted { $0.rule < $1.rule }.map { Counterfactual.Change(rule: policy.rules[$0.rule].name, fires: $0.fires) }
        return Counterfactual(outcome: outcome.rawValue, changes: changes)
    }

    private func changed(_ trial: Trial, _ flips: [Flip]) -> Trial {
        var copy = trial
        for flip in flips {
            copy.states[flip.rule] = flip.fires ? .fired : .idle
            copy.total += Int128(flip.points)
        }
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

extension Outcome {
    /// How many outcomes lie between two, and one.
    fileprivate func distance(to other: Outcome) -> Int {
        let order = Outcome.allCases.sorted()
        return abs((order.firstIndex(of: self) ?? 0) - (order.firstIndex(of: other) ?? 0))
    }
}
