import WaryHistory
import WaryLanguage
import WaryVocabulary

/// What a policy would have done to the sign-ins of the past, beside what was done.
public struct BacktestReport: Sendable {
    /// How often each outcome came.
    public struct Counts: Sendable, Equatable {
        public var allow = 0
        public var stepUp = 0
        public var deny = 0

        public init() {}

        public var total: Int { allow + stepUp + deny }

        public subscript(outcome: Outcome) -> Int {
            get {
                switch outcome {
                case .allow: allow
                case .stepUp: stepUp
                case .deny: deny
                }
            }
            set {
                switch outcome {
                case .allow: allow = newValue
                case .stepUp: stepUp = newValue
                case .deny: deny = newValue
                }
            }
        }

        /// Steps up and denials in a thousand.
        public func perThousand(_ outcome: Outcome) -> Double { total == 0 ? 0 : Double(self[outcome]) * 1000 / Double(total) }
    }

    /// One rule's part.
    public struct Rule: Sendable {
        public var name: String
        public var isMonitor: Bool
        public var hits = 0
        /// Decisions that were stricter than `allow` through this rule and no other: it is the one rule without which they would
        /// have been milder.
        public var alone = 0
        /// Of the attempts it fired on, those known to be fraud, and those known to be good.
        public var frauds = 0
        public var goods = 0

        public var precision: WilsonInterval { WilsonInterval(frauds, of: frauds + goods) }
    }

    /// How decisions fit what is known of the attempts. A step-up or a denial stops an attempt; `allow` does not.
    public struct Truth: Sendable, Equatable {
        public var caught = 0
        public var missed = 0
        public var falseAlarms = 0
        public var leftAlone = 0

        public init() {}

        public var recall: WilsonInterval { WilsonInterval(caught, of: caught + missed) }
        public var falseAlarmRate: WilsonInterval { WilsonInterval(falseAlarms, of: falseAlarms + leftAlone) }
        public var precision: WilsonInterval { WilsonInterval(caught, of: caught + falseAlarms) }
    }

    /// A decision worth looking at.
    public struct Example: Sendable {
        public var entry: HistoryEntry
        public var end: AttemptEnd
        public var before: Outcome?
        public var after: Evaluation
        public var explanation: Explanation
        /// The larger, the more telling.
        var weight: Int
    }

    /// Step-ups and denials of one account.
    public struct Burden: Sendable, Equatable {
        public var account: String
        public var attempts: Int
        public var stopped: Int
    }

    public var policy: String
    /// The policy it is held against; nil: what was decided at the time.
    public var against: String?
    public var from: Instant?
    public var to: Instant?
    /// Attempts that were judged.
    public var attempts = 0
    /// What was decided before and what would be now: `changes[before][after]`.
    public var changes: [Outcome: Counts] = [:]
    /// Attempts that nothing was decided about at the time.
    public var undecidedBefore = Counts()
    public var before = Counts()
    public var after = Counts()
    public var rules: [Rule] = []
    public var truthBefore = Truth()
    public var truth = Truth()
    /// Attempts on accounts that had no good sign-in yet.
    public var coldStart = Counts()
    public var coldStartTruth = Truth()
    /// By day, in UTC: days since 1970.
    public var days: [Int64: Counts] = [:]
    public var examples: [Example] = []
    /// Step-ups and denials per account: the median, the 95th percentile, and the accounts with most.
    public var medianBurden = 0
    public var highBurden = 0
    public var worst: [Burden] = []
    public var accounts = 0
    /// Of the decisions that this very policy made at the time, those that came out the same.
    public var reproduced = 0
    public var notReproduced = 0
    /// Of those that did not, the ones that had been degraded: history could not be read then.
    public var notReproducedDegraded = 0
    /// Stopped before the end.
    public var isPartial = false
    public var seconds = 0.0
    /// Records of the journal that were gone through.
    public var records = 0
}

/// A share with its 95 % confidence interval (E. B. Wilson, 1927).
public struct WilsonInterval: Sendable, Equatable {
    public let hits: Int
    public let of: Int
    public let low: Double
    public let high: Double

    public init(_ hits: Int, of total: Int) {
        self.hits = hits
        of = total
        guard total > 0 else {
            low = 0
            high = 1
            return
        }
        let z = 1.959963984540054, n = Double(total), p = Double(hits) / n
        let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        let half = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot() / (1 + z * z / n)
        low = max(0, centre - half)
        high = min(1, centre + half)
    }

    /// Nil where there is nothing to take a share of.
    public var share: Double? { of == 0 ? nil : Double(hits) / Double(of) }
}
