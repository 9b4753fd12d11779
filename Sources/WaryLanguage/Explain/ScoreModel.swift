import WaryVocabulary

/// A policy whose `decide` compares nothing but the score with fixed numbers, as arithmetic: for asking what other numbers
/// would do without running it again.
public struct ScoreModel: Sendable {
    /// One number in the policy's text.
    public struct Place: Sendable, Hashable {
        public let value: Int
        /// Where the number stands.
        public let range: SourceRange
    }

    /// A line of `decide`: the outcome from this score on. `otherwise` is from 0 on and has no place.
    public struct Line: Sendable, Hashable {
        public let outcome: Outcome
        public let threshold: Place?
    }

    /// Why a policy is none of these.
    public struct Unsuitable: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String
    }

    public let lines: [Line]
    /// Each rule's fixed score; nil where it has none, computes it, or is a monitor.
    public let scores: [Place?]
    private let policy: CheckedPolicy

    public init(_ policy: CompiledPolicy) throws(Unsuitable) {
        let checked = policy.checked
        self.policy = checked
        var lines: [Line] = []
        for (index, line) in checked.lines.enumerated() {
            guard let condition = line.condition else {
                lines.append(Line(outcome: line.outcome, threshold: nil))
                continue
            }
            guard case .compare(.greaterOrEqual, let left, let right) = condition.kind, case .score = left.kind,
                  let place = Self.place(right) else {
                throw Unsuitable(description: "line \(index + 1) of decide is no \"\(line.outcome.rawValue) when score >= N\": only such thresholds can be tuned")
            }
            lines.append(Line(outcome: line.outcome, threshold: place))
        }
        self.lines = lines
        scores = checked.rules.map { rule in rule.isMonitor || rule.scoreCap != nil ? nil : rule.score.flatMap(Self.place) }
    }

    private static func place(_ term: Term) -> Place? {
        switch term.kind {
        case .constant(.int(let value)): Int(exactly: value).map { Place(value: $0, range: term.range) }
        case .negate(let inner): place(inner).map { Place(value: -$0.value, range: term.range) }
        default: nil
        }
    }

    /// What the rules that fired and a degraded answer ask for by themselves, whatever the score.
    public func floor(of evaluation: Evaluation) -> Outcome {
        var outcome = evaluation.isDegraded ? policy.onError : .allow
        for index in evaluation.fired {
            if policy.rules[index].denies { outcome = .deny }
            if policy.rules[index].stepsUp { outcome = max(outcome, .stepUp) }
        }
        return outcome
    }

    /// The decision at a sum of points, with these thresholds in place of the policy's.
    public func outcome(points: Int, thresholds: [Int], floor: Outcome) -> Outcome {
        let score = min(100, max(0, points))
        for (line, threshold) in zip(lines, thresholds) where line.threshold == nil || score >= threshold {
            return max(floor, line.outcome)
        }
        return floor
    }

    /// The policy's own.
    public var thresholds: [Int] { lines.map { $0.threshold?.value ?? 0 } }
}
