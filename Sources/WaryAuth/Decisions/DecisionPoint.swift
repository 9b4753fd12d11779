import WaryVocabulary

/// Who decides: the engine, as this module sees it. Every sign-in, registration, change of password or factor and every
/// recovery asks it; there is no way around.
public protocol DecisionPoint: Sendable {
    func decide(_ question: DecisionQuestion) async throws(DecisionFailure) -> DecisionVerdict
    /// How a decided attempt ended. Saying the same twice is harmless.
    func report(_ report: DecisionReport) async throws(DecisionFailure)
    /// Corrects a decision later: it was fraud, or it was not.
    func label(_ decision: String, isFraud: Bool) async throws(DecisionFailure)
    /// The names of the inputs that the policy for this event declares: others would be refused.
    func inputs(of event: EventKind) async -> Set<String>
    /// Everything that is held about an account, as a JSON object; nil where nothing is.
    func export(account: String) async throws(DecisionFailure) -> String?
    /// Forgets an account for good. Doing it twice, or to one never known, is harmless.
    func erase(account: String) async throws(DecisionFailure)
}

public struct DecisionQuestion: Hashable, Sendable {
    public let event: EventKind
    public let fields: EventFields
    /// Decide, but record nothing.
    public let isWhatIf: Bool

    public init(event: EventKind, fields: EventFields, isWhatIf: Bool = false) {
        self.event = event
        self.fields = fields
        self.isWhatIf = isWhatIf
    }
}

public struct DecisionVerdict: Hashable, Sendable {
    /// Nil for a what-if, and where nothing could be recorded.
    public let id: String?
    public let outcome: Outcome
    /// With `stepUp`: those permitted, the preferred first.
    public let factors: [Factor]
    public let score: Int
    /// Whom the policy wants told: `user`, `security`.
    public let notify: [String]
    public let isDegraded: Bool

    public init(id: String?, outcome: Outcome, factors: [Factor] = [], score: Int = 0, notify: [String] = [], isDegraded: Bool = false) {
        self.id = id
        self.outcome = outcome
        self.factors = factors
        self.score = score
        self.notify = notify
        self.isDegraded = isDegraded
    }
}

public struct DecisionReport: Hashable, Sendable {
    public enum End: String, Hashable, Sendable, Codable {
        case succeeded, failed, abandoned
        case challengeFailed = "challenge_failed"
        case challengePassed = "challenge_passed"
    }

    public let decision: String
    public let end: End
    public let factor: Factor?
    /// Which try of a challenge failed, from 1.
    public let attempt: Int?

    public init(decision: String, end: End, factor: Factor? = nil, attempt: Int? = nil) {
        self.decision = decision
        self.end = end
        self.factor = factor
        self.attempt = attempt
    }
}

public enum DecisionFailure: Error, Hashable, Sendable {
    /// No policy decides this kind of event.
    case noPolicy(EventKind)
    case notFound
    /// It contradicts what was reported before.
    case conflict
    case overloaded(retryAfterMilliseconds: Int)
    /// What was asked is wrong: an input that no policy declares, say. The text is meant for the app's author.
    case badRequest(String)
    case failed
}

extension AuthError {
    init(_ failure: DecisionFailure) {
        switch failure {
        case .noPolicy(let event): self = .unavailable("no policy decides \(event) events; add one to the policies served")
        case .notFound: self = .notFound("decision")
        case .conflict: self = .conflict("the decision was reported otherwise before")
        case .overloaded(let milliseconds): self = .tooMany(retryAfterSeconds: Int64((milliseconds + 999) / 1000))
        case .badRequest(let problem): self = .invalid(field: "context", problem: problem)
        case .failed: self = .unavailable("the decision engine does not answer")
        }
    }
}
