import WaryVocabulary

/// An event from elsewhere: a log, another system, a policy test's `given`. An attempt carries its outcome with it.
public struct ImportedEvent: Hashable, Sendable {
    public var kind: EventKind
    public var at: Instant
    public var fields: EventFields
    /// What was decided then, where that is known.
    public var decision: Outcome?
    public var outcome: ReportedOutcome?
    public var factor: Factor?
    public var label: Label?
    /// Tells this event from all others of its source, so that importing twice counts once; nil: always counts.
    public var fingerprint: String?

    public init(kind: EventKind, at: Instant, fields: EventFields, decision: Outcome? = nil, outcome: ReportedOutcome? = nil,
                factor: Factor? = nil, label: Label? = nil, fingerprint: String? = nil) {
        self.kind = kind
        self.at = at
        self.fields = fields
        self.decision = decision
        self.outcome = outcome
        self.factor = factor
        self.label = label
        self.fingerprint = fingerprint
    }

    /// An event by the name policies count it under: `login.failed` is a `login` that failed, and so on.
    public init(given kind: EventKind, at: Instant, fields: EventFields) {
        self.init(kind: .login, at: at, fields: fields)
        switch kind {
        case .loginSucceeded: outcome = .succeeded
        case .loginFailed: outcome = .failed
        case .loginDenied: decision = .deny
        case .loginSteppedUp: decision = .stepUp
        case .challengePassed: outcome = .challengePassed
        case .challengeFailed: outcome = .challengeFailed
        default: self.kind = kind
        }
    }
}
