import WaryHistory
import WaryLanguage
import WarySignals
import WaryVocabulary

/// What a policy's thresholds and scores would catch, and whom they would trouble, were they others: from one pass over stored
/// history, each attempt as it stood then. It suggests, and changes nothing.
public struct Tuning: Sendable {
    /// How many stops in a thousand attempts are borne.
    public struct Budget: Sendable, Hashable {
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            case stepUps = "step-ups"
            case denials
            /// Either.
            case stops
        }

        public var kind: Kind
        public var perThousand: Double

        public init(_ kind: Kind, perThousand: Double) {
            self.kind = kind
            self.perThousand = perThousand
        }

        /// `5 step-ups per 1000`; nil where it is none.
        public init?(_ text: String) {
            let words = text.replacing(",", with: "").split(separator: " ")
            guard words.count == 4, let number = Double(words[0]), number >= 0, words[2] == "per", let of = Double(words[3]), of > 0,
                  let kind = Kind.allCases.first(where: { $0.rawValue == words[1] || $0.rawValue == "\(words[1])s" }) else { return nil }
            self.init(kind, perThousand: number * 1000 / of)
        }

        func isKept(by figures: Figures) -> Bool { figures.perThousand(kind) <= perThousand + 1e-9 }
    }

    /// What some thresholds and scores come to.
    public struct Figures: Sendable, Hashable {
        public var attempts = 0
        public var stepUps = 0
        public var denials = 0
        public var frauds = 0
        /// Frauds that were stepped up or denied.
        public var caught = 0
        public var goods = 0
        public var falseAlarms = 0

        public func perThousand(_ kind: Budget.Kind) -> Double {
            let count = switch kind {
            case .stepUps: stepUps
            case .denials: denials
            case .stops: stepUps + denials
            }
            return attempts == 0 ? 0 : Double(count) * 1000 / Double(attempts)
        }
    }

    /// One point of a curve: a line of `decide` at another threshold, all else as it is.
    public struct Point: Sendable, Hashable {
        public var threshold: Int
        public var figures: Figures
    }

    /// A number that should be another.
    public struct Suggestion: Sendable, Hashable {
        /// `decide` or the rule's name.
        public var name: String
        public var place: ScoreModel.Place
        public var value: Int
    }

    /// All attempts with the policy as it is.
    public let now: Figures
    /// For each line of `decide` that has a threshold, what moving it would do.
    public let curves: [(outcome: Outcome, threshold: Int, points: [Point])]
    /// Thresholds first, then scores.
    public let suggestions: [Suggestion]
    /// All attempts with the suggestions taken.
    public let suggested: Figures
    /// The accounts that the suggestions were not fitted to, before and after: what to expect of others.
    public let heldOutNow: Figures
    public let heldOutSuggested: Figures
    /// Whether the suggestions keep the budget.
    public let isWithinBudget: Bool

    init(_ model: ScoreModel, _ policy: CompiledPolicy, _ patterns: TuningPatterns, _ budget: Budget) {
        let start = TuningNumbers(thresholds: model.thresholds, scores: model.scores.map { $0?.value ?? 0 })
        now = patterns.figures(start, model)
        heldOutNow = patterns.figures(start, model, part: .heldOut)
        var curves: [(outcome: Outcome, threshold: Int, points: [Point])] = []
        for (index, line) in model.lines.enumerated() {
            guard let own = line.threshold else { continue }
            let points = (1...100).map { threshold in
                var numbers = start
                numbers.thresholds[index] = threshold
                return Point(threshold: threshold, figures: patterns.figures(numbers, model))
            }
            curves.append((line.outcome, own.value, points))
        }
        self.curves = curves
        var search = TuningSearch(model: model, patterns: patterns, budget: budget, start: start)
        let found = search.run()
        suggested = patterns.figures(found, model)
        heldOutSuggested = patterns.figures(found, model, part: .heldOut)
        isWithinBudget = budget.isKept(by: suggested)
        var suggestions: [Suggestion] = []
        for (index, line) in model.lines.enumerated() {
            if let place = line.threshold, place.value != found.thresholds[index] {
                suggestions.append(Suggestion(name: "decide", place: place, value: found.thresholds[index]))
            }
        }
        for (index, place) in model.scores.enumerated() {
            if let place, place.value != found.scores[index] {
                suggestions.append(Suggestion(name: policy.rules[index].name, place: place, value: found.scores[index]))
            }
        }
        self.suggestions = suggestions
    }

    /// Why nothing can be tuned.
    public enum Refusal: Error, Sendable {
        case history(HistoryError)
        case unsuitable(ScoreModel.Unsuitable)
    }

    /// Replays history under the policy.
    /// - Parameter progress: told now and then the journal's place that is reached; returns false to go on with what there is.
    public static func run(_ policy: CompiledPolicy, on history: History, budget: Budget, since: Instant? = nil, agents: AgentReader = .builtIn,
                           progress: (UInt64) -> Bool = { _ in true }) throws(Refusal) -> Tuning {
        let model: ScoreModel
        do throws(ScoreModel.Unsuitable) { model = try ScoreModel(policy) } catch { throw .unsuitable(error) }
        var patterns = TuningPatterns()
        var judge = PolicyJudge(policy, agents: agents)
        do throws(HistoryError) {
            let replay = HistoryReplay(history, aggregates: policy.aggregates)
            var records = 0
            try replay.run { entry throws(HistoryError) in
                records += 1
                if records.isMultiple(of: 1024), !progress(entry.sequence) { return false }
                guard entry.attempted == policy.event else { return true }
                if let since, entry.at < since { return true }
                let judged = judge.judge(entry.fields, place: Whereabouts(keptIn: entry.fields), history: replay.past, now: entry.at)
                patterns.add(judged.evaluation, judge.contributions, model, isFraud: try history.end(of: entry).isFraud,
                             isHeldOut: entry.draw >= EngineLimits.tuningFitted)
                return true
            }
        } catch { throw .history(error) }
        return Tuning(model, policy, patterns, budget)
    }
}
