import Glibc
import WaryVocabulary

/// What is known of one event's habits, of the account and of everyone: all that the statistical model asks of history.
public struct HabitEvidence: Hashable, Sendable {
    /// One level of a chain.
    public struct Level: Hashable, Sendable {
        public var level: HabitLevel
        /// False where the event has no value at this level: it then tells nothing.
        public var isKnown: Bool
        /// Good sign-ins of this account.
        public var own: HabitCounts
        /// Accounts, each counted once a value.
        public var everyone: HabitCounts

        public init(level: HabitLevel, isKnown: Bool = true, own: HabitCounts, everyone: HabitCounts) {
            self.level = level
            self.isKnown = isKnown
            self.own = own
            self.everyone = everyone
        }
    }

    /// Coarse to fine; empty where the event has no such chain.
    public var net: [Level]
    public var device: [Level]
    /// Good sign-ins of all accounts, and the accounts that had one.
    public var signIns: Int
    public var accounts: Int
    /// This account's.
    public var ownSignIns: Int
    /// What the event's autonomous system is known for; nil where the event has none.
    public var conduct: NetworkConduct?
    /// The scores of good sign-ins of late.
    public var scores: ScoreDistribution

    public init(net: [Level] = [], device: [Level] = [], signIns: Int = 0, accounts: Int = 0, ownSignIns: Int = 0,
                conduct: NetworkConduct? = nil, scores: ScoreDistribution = ScoreDistribution()) {
        self.net = net
        self.device = device
        self.signIns = signIns
        self.accounts = accounts
        self.ownSignIns = ownSignIns
        self.conduct = conduct
        self.scores = scores
    }
}

/// Good sign-ins and failures on accounts that do not exist (none had a good sign-in), from one autonomous system and from
/// all, each event's weight halved every fortnight.
public struct NetworkConduct: Hashable, Sendable {
    public var failures: Double
    public var allFailures: Double
    public var successes: Double
    public var allSuccesses: Double

    public init(failures: Double = 0, allFailures: Double = 0, successes: Double = 0, allSuccesses: Double = 0) {
        self.failures = failures
        self.allFailures = allFailures
        self.successes = successes
        self.allSuccesses = allSuccesses
    }
}

/// A count whose events lose half their weight every fortnight.
public struct FadingCount: Hashable, Sendable {
    /// Milliseconds in which a weight halves.
    public static let halfLife = 14.0 * 86_400_000

    public private(set) var weight: Double
    public private(set) var at: Instant

    public init(weight: Double = 0, at: Instant = Instant(milliseconds: 0)) {
        self.weight = weight
        self.at = at
    }

    /// The weight as of an instant; one before the last event's counts as that.
    public func weight(at now: Instant) -> Double {
        let elapsed = max(0, now - at)
        return elapsed == 0 ? weight : weight * Self.power(elapsed)
    }

    public mutating func add(at now: Instant) {
        if now >= at {
            weight = weight(at: now) + 1
            at = now
        } else {
            weight += Self.power(at - now)
        }
    }

    /// Takes one event out again, as of when it was added.
    public mutating func remove(from instant: Instant) {
        weight = max(0, weight - Self.power(max(0, at - instant)))
    }

    /// 2^(−elapsed / half-life)
    private static func power(_ elapsed: Int64) -> Double { exp2(-Double(elapsed) / halfLife) }
}
