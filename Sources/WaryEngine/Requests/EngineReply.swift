import WaryLanguage
import WarySignals
import WaryVocabulary

/// The engine's answer to one request.
public enum EngineReply: Sendable {
    case decision(DecisionAnswer)
    /// Done: a report, an event or a label is recorded.
    case ok
    /// `policies` are `name@version` of those in force, in the order of their names.
    case pong(version: String, policies: [String])
    case failure(EngineFailure)
}

/// A decision with its reasons: the object that every interface prints.
public struct DecisionAnswer: Sendable {
    /// Nil for what-ifs, and for degraded decisions that could not be recorded: nothing can be reported on those.
    public var decisionID: String?
    public var outcome: Outcome
    /// With `step_up`, every factor that is permitted, in the policy's order; empty otherwise.
    public var factors: [Factor]
    /// 0…100
    public var score: Int
    /// Nothing in it at level `none`; its `rules` only at level `full`.
    public var explanation: Explanation
    public var explain: ExplanationLevel
    /// Whom the app is asked to tell.
    public var notify: [String]
    public var tags: [String]
    /// `name@` and 12 hexadecimal digits of the version.
    public var policy: String
    /// History could not be read or written, or arithmetic overflowed: the outcome is at least the policy's `on_error`.
    public var isDegraded: Bool
    /// The statistical model with its terms; only at level `full`.
    public var model: Unfamiliarity?
    /// Whose address the decision rests on; nil where the app said it itself.
    public var clientIPSource: ClientIPSource?
    /// What the policies in shadow say of the same attempt; of what-ifs alone.
    public var shadows: [DecisionAnswer] = []
    /// From the request's last byte to the answer being ready, the sync included.
    public var tookMicroseconds: Int

    public init(decisionID: String?, outcome: Outcome, factors: [Factor], score: Int, explanation: Explanation,
                explain: ExplanationLevel, notify: [String], tags: [String], policy: String, isDegraded: Bool,
                model: Unfamiliarity? = nil, tookMicroseconds: Int = 0) {
        self.decisionID = decisionID
        self.outcome = outcome
        self.factors = factors
        self.score = score
        self.explanation = explanation
        self.explain = explain
        self.notify = notify
        self.tags = tags
        self.policy = policy
        self.isDegraded = isDegraded
        self.model = model
        self.tookMicroseconds = tookMicroseconds
    }
}

extension DecisionAnswer {
    /// What a policy said, before anything was recorded.
    init(_ evaluation: Evaluation, of policy: CompiledPolicy, because explanation: Explanation, level: ExplanationLevel) {
        self.init(decisionID: nil, outcome: evaluation.outcome, factors: evaluation.factors, score: evaluation.score,
                  explanation: explanation, explain: level, notify: evaluation.notify, tags: evaluation.tags,
                  policy: policy.label, isDegraded: evaluation.isDegraded)
    }
}

/// Why a request was not carried out; nothing is recorded then.
public struct EngineFailure: Error, Sendable, Equatable {
    /// The codes of the API; `bad_json` and `too_long` are the wire's own.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case badRequest = "bad_request"
        case notAllowed = "not_allowed"
        case notFound = "not_found"
        case conflict
        case overloaded
        case `internal`
    }

    public var code: Code
    /// What is wrong and how to mend it; never holds what the request carried, but for names of fields.
    public var message: String
    /// With `overloaded`, when it is worth trying again; greater than 0.
    public var retryAfterMilliseconds: Int?
    /// With `bad_request`: no policy in force is for the event.
    public var isUndecided = false

    public init(_ code: Code, _ message: String, retryAfterMilliseconds: Int? = nil) {
        self.code = code
        self.message = message
        self.retryAfterMilliseconds = retryAfterMilliseconds
    }
}
