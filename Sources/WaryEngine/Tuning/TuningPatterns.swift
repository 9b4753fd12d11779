import WaryLanguage
import WaryVocabulary

/// The numbers of a policy that may be moved.
struct TuningNumbers: Hashable {
    /// By line of `decide`.
    var thresholds: [Int]
    /// By rule; 0 where a rule has none of its own.
    var scores: [Int]
}

/// Attempts counted by what matters of them for other numbers: as many patterns as there are ways in which rules fire together,
/// however many attempts there were.
struct TuningPatterns {
    private struct Pattern: Hashable {
        /// Rules with a fixed score that fired.
        var fired: [Int]
        /// Points of all others.
        var rest: Int
        /// What is asked for whatever the score.
        var floor: Outcome
        /// Where the account's factors decided: no number changes that.
        var fixed: Outcome?
    }

    private struct Count {
        var all = 0, frauds = 0, goods = 0
    }

    enum Part { case all, fitted, heldOut }

    private var fitted: [Pattern: Count] = [:]
    private var heldOut: [Pattern: Count] = [:]

    mutating func add(_ evaluation: Evaluation, _ contributions: [Int], _ model: ScoreModel, isFraud: Bool?, isHeldOut: Bool) {
        let fired = evaluation.fired.filter { model.scores[$0] != nil }
        let own = fired.reduce(0) { $0 + (model.scores[$1]?.value ?? 0) }
        let all = contributions.reduce(0, +)
        let floor = model.floor(of: evaluation)
        let expected = model.outcome(points: all, thresholds: model.thresholds, floor: floor)
        let pattern = Pattern(fired: fired, rest: all - own, floor: floor, fixed: expected == evaluation.outcome ? nil : evaluation.outcome)
        func count(_ counts: inout [Pattern: Count]) {
            counts[pattern, default: Count()].all += 1
            if let isFraud { if isFraud { counts[pattern]?.frauds += 1 } else { counts[pattern]?.goods += 1 } }
        }
        if isHeldOut { count(&heldOut) } else { count(&fitted) }
    }

    func figures(_ numbers: TuningNumbers, _ model: ScoreModel, part: Part = .all) -> Tuning.Figures {
        var figures = Tuning.Figures()
        if part != .heldOut { add(fitted, numbers, model, to: &figures) }
        if part != .fitted { add(heldOut, numbers, model, to: &figures) }
        return figures
    }

    private func add(_ counts: [Pattern: Count], _ numbers: TuningNumbers, _ model: ScoreModel, to figures: inout Tuning.Figures) {
        for (pattern, count) in counts {
            let points = pattern.fired.reduce(pattern.rest) { $0 + numbers.scores[$1] }
            let outcome = pattern.fixed ?? model.outcome(points: points, thresholds: numbers.thresholds, floor: pattern.floor)
            figures.attempts += count.all
            figures.frauds += count.frauds
            figures.goods += count.goods
            switch outcome {
            case .allow: continue
            case .stepUp: figures.stepUps += count.all
            case .deny: figures.denials += count.all
            }
            figures.caught += count.frauds
            figures.falseAlarms += count.goods
        }
    }
}

/// Moves one number at a time as long as that catches more within the budget, or troubles fewer for the same.
struct TuningSearch {
    let model: ScoreModel
    let patterns: TuningPatterns
    let budget: Tuning.Budget
    let start: TuningNumbers

    /// Better is greater: within the budget, then caught, then fewer false alarms, then nearer to what it was.
    private struct Worth: Comparable {
        var excess: Double
        var caught: Int
        var falseAlarms: Int
        var distance: Int

        static func < (a: Worth, b: Worth) -> Bool {
            if a.excess != b.excess { return a.excess > b.excess }
            return (a.caught, -a.falseAlarms, -a.distance) < (b.caught, -b.falseAlarms, -b.distance)
        }
    }

    mutating func run() -> TuningNumbers {
        var best = start
        var worth = worth(of: best)
        for _ in 0..<EngineLimits.tuningRounds {
            let before = best
            for index in model.lines.indices where model.lines[index].threshold != nil {
                for threshold in 1...100 { offer(&best, &worth) { $0.thresholds[index] = threshold } }
            }
            for index in model.scores.indices {
                // A score that lowers stays one.
                guard let place = model.scores[index], place.value > 0 else { continue }
                for score in stride(from: 5, through: 100, by: 5) { offer(&best, &worth) { $0.scores[index] = score } }
            }
            if best == before { break }
        }
        return best
    }

    private func offer(_ best: inout TuningNumbers, _ worth: inout Worth, _ change: (inout TuningNumbers) -> Void) {
        var other = best
        change(&other)
        guard isOrdered(other) else { return }
        let value = self.worth(of: other)
        if value > worth { (best, worth) = (other, value) }
    }

    /// A stricter line asks for no lower score than a milder one.
    private func isOrdered(_ numbers: TuningNumbers) -> Bool {
        let lines = zip(model.lines, numbers.thresholds).filter { $0.0.threshold != nil }
        return lines.allSatisfy { a in lines.allSatisfy { b in a.0.outcome <= b.0.outcome || a.1 >= b.1 } }
    }

    private func worth(of numbers: TuningNumbers) -> Worth {
        let figures = patterns.figures(numbers, model, part: .fitted)
        let moved = zip(numbers.thresholds, start.thresholds).reduce(0) { $0 + abs($1.0 - $1.1) }
            + zip(numbers.scores, start.scores).reduce(0) { $0 + abs($1.0 - $1.1) }
        return Worth(excess: max(0, figures.perThousand(budget.kind) - budget.perThousand), caught: figures.caught,
                     falseAlarms: figures.falseAlarms, distance: moved)
    }
}
