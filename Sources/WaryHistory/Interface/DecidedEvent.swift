import WaryVocabulary

/// What a decision said, as far as history keeps it.
public struct DecisionSummary: Hashable, Sendable {
    public var outcome: Outcome
    /// 0…100
    public var score: Int
    /// `name@version`.
    public var policy: String
    public var isDegraded: Bool
    /// The names of the rules that fired, in the policy's order.
    public var firedRules: [String]
    /// The factors a step-up permitted, in order.
    public var factors: [Factor]
    /// The explanation as the engine writes it; history does not look inside.
    public var explanation: [UInt8]
    /// The name under which history keeps what data files it rested on; empty where there are none.
    public var data: String

    public init(outcome: Outcome, score: Int, policy: String, isDegraded: Bool = false, firedRules: [String] = [],
                factors: [Factor] = [], explanation: [UInt8] = [], data: String = "") {
        self.outcome = outcome
        self.score = score
        self.policy = policy
        self.isDegraded = isDegraded
        self.firedRules = firedRules
        self.factors = factors
        self.explanation = explanation
        self.data = data
    }
}

/// An event that was decided, to be recorded with its decision.
public struct DecidedEvent: Hashable, Sendable {
    public var kind: EventKind
    public var at: Instant
    public var fields: EventFields
    public var decision: DecisionSummary

    public init(kind: EventKind, at: Instant, fields: EventFields, decision: DecisionSummary) {
        self.kind = kind
        self.at = at
        self.fields = fields
        self.decision = decision
    }
}

/// How a sign-in ended, as the app reports it.
public enum ReportedOutcome: String, Hashable, Sendable, CaseIterable {
    case succeeded
    /// A wrong credential.
    case failed
    case challengeFailed = "challenge_failed"
    /// Succeeded with a factor.
    case challengePassed = "challenge_passed"
    case abandoned

    /// Nothing but an agreeing report may follow.
    public var isFinal: Bool { self != .challengeFailed }
}

/// The app's word on how a decided event ended.
public struct OutcomeReport: Hashable, Sendable {
    public var decision: DecisionID
    public var outcome: ReportedOutcome
    /// The factor that was passed or failed.
    public var factor: Factor?
    /// Tells one failed challenge from a repeated report of the same.
    public var attempt: Int?
    public var at: Instant

    public init(decision: DecisionID, outcome: ReportedOutcome, factor: Factor? = nil, attempt: Int? = nil, at: Instant) {
        self.decision = decision
        self.outcome = outcome
        self.factor = factor
        self.attempt = attempt
        self.at = at
    }
}

/// What someone found out later about a sign-in.
public enum Label: String, Hashable, Sendable, CaseIterable {
    case fraud, legitimate
}

/// A decision as it is held.
public struct StoredDecision: Hashable, Sendable {
    public var id: DecisionID
    /// Its place in the journal, from 1.
    public var sequence: UInt64
    public var event: DecidedEvent
    /// The final outcome reported, or the failed one that `credential: invalid` brought with it.
    public var outcome: ReportedOutcome?
    /// The factor named with that outcome.
    public var factor: Factor?
    /// How many challenges were failed.
    public var failedChallenges: Int
    public var label: Label?

    public init(id: DecisionID, sequence: UInt64, event: DecidedEvent, outcome: ReportedOutcome? = nil,
                factor: Factor? = nil, failedChallenges: Int = 0, label: Label? = nil) {
        self.id = id
        self.sequence = sequence
        self.event = event
        self.outcome = outcome
        self.factor = factor
        self.failedChallenges = failedChallenges
        self.label = label
    }
}
