import WaryHistory
import WaryLanguage
import WaryVocabulary

/// What a caller may ask of the engine, whatever the wire it came over.
public enum EngineRequest: Sendable {
    case decide(DecideRequest)
    case report(ReportRequest)
    case event(EventRequest)
    case label(LabelRequest)
    /// Answered with the version and the policies in force; touches no history.
    case ping
}

/// An attempt to decide.
public struct DecideRequest: Sendable {
    /// The kind of event, `login` unless the app says otherwise; the policy `for` it decides.
    public var event: EventKind
    /// What the app sent. `inputs` holds raw data as JSON had it (bool, int, decimal, text, sets of these); the engine
    /// turns them into the declared types and refuses the undeclared. Position and network are filled in by the engine.
    public var fields: EventFields
    /// In place of the fields' address: what is to be made of the proxies between.
    public var forwarded: Forwarded?
    public var explain: ExplanationLevel
    /// When it happened; only where the engine replays (small print A2).
    public var at: Instant?
    /// Decides, records nothing, and has no decision id.
    public var isWhatIf: Bool
    /// Signals that are given instead of computed; only with `isWhatIf`.
    public var overrides: [SignalID: Datum]

    public init(event: EventKind = .login, fields: EventFields, explain: ExplanationLevel = .fired, at: Instant? = nil,
                isWhatIf: Bool = false, overrides: [SignalID: Datum] = [:]) {
        self.event = event
        self.fields = fields
        self.explain = explain
        self.at = at
        self.isWhatIf = isWhatIf
        self.overrides = overrides
    }
}

/// How a decided attempt ended.
public struct ReportRequest: Sendable {
    /// As the answer to `decide` gave it.
    public var decisionID: String
    public var outcome: ReportedOutcome
    public var factor: Factor?
    /// Tells one wrong code from the next: `challenge_failed` counts once for each number.
    public var attempt: Int?
    public var at: Instant?

    public init(decisionID: String, outcome: ReportedOutcome, factor: Factor? = nil, attempt: Int? = nil, at: Instant? = nil) {
        self.decisionID = decisionID
        self.outcome = outcome
        self.factor = factor
        self.attempt = attempt
        self.at = at
    }
}

/// Something else that happened to an account: `password.changed`.
public struct EventRequest: Sendable {
    public var kind: EventKind
    public var fields: EventFields
    public var at: Instant?

    public init(kind: EventKind, fields: EventFields, at: Instant? = nil) {
        self.kind = kind
        self.fields = fields
        self.at = at
    }
}

/// What a decided attempt turned out to be.
public struct LabelRequest: Sendable {
    public var decisionID: String
    public var label: Label
    public var at: Instant?

    public init(decisionID: String, label: Label, at: Instant? = nil) {
        self.decisionID = decisionID
        self.label = label
        self.at = at
    }
}
