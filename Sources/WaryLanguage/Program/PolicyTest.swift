import WaryVocabulary

/// A test that a policy carries (LANGUAGE section 10), ready to be run on an empty history.
public struct PolicyTest: Sendable {
    public let name: String
    public let range: SourceRange
    /// The clock at the event that is tried.
    public let at: Instant
    public let isHistoryUnavailable: Bool
    /// What went before, oldest first.
    public let history: [TestEvent]
    public let attempt: TestEvent
    public let expectations: [(expectation: TestExpectation, range: SourceRange)]

    init(name: String, range: SourceRange, at: Instant, isHistoryUnavailable: Bool, history: [TestEvent], attempt: TestEvent,
         expectations: [(expectation: TestExpectation, range: SourceRange)]) {
        self.name = name
        self.range = range
        self.at = at
        self.isHistoryUnavailable = isHistoryUnavailable
        self.history = history
        self.attempt = attempt
        self.expectations = expectations
    }
}

/// An event of a test: what is given, by the path its author wrote (`account`, `ip`, `device.id`, `geo.point`, an input's
/// name, or any signal, which overrides what would be computed). Values have the type of what they name.
public struct TestEvent: Sendable {
    public let kind: EventKind
    public let at: Instant
    public let fields: [(path: String, value: Datum)]

    init(kind: EventKind, at: Instant, fields: [(path: String, value: Datum)]) {
        self.kind = kind
        self.at = at
        self.fields = fields
    }
}

/// What a test expects; rules by name.
public enum TestExpectation: Sendable, Hashable {
    /// Nil factors: any.
    case outcome(Outcome, factors: [Factor]?)
    /// Exactly these fired; monitors are not among them.
    case because([String])
    case score(ClosedRange<Int64>)
    /// Exactly these were unknown.
    case unknown([String])
    /// Exactly these are to be told.
    case notify([String])
    /// These tags are among those given.
    case tag([String])
    case degraded
}
