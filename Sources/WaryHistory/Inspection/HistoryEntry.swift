import WaryVocabulary

/// One record of the journal, as it was made.
public struct HistoryEntry: Hashable, Sendable {
    public enum What: Hashable, Sendable {
        case decision(DecisionID, DecidedEvent)
        /// How the decision with this sequence ended.
        case outcome(ReportedOutcome, factor: Factor?, attempt: Int?, of: UInt64)
        /// What the decision with this sequence turned out to be.
        case label(Label, of: UInt64)
        case event(EventKind)
        /// From a log: the attempt with its end, as far as that was known.
        case imported(EventKind, decision: Outcome?, outcome: ReportedOutcome?, label: Label?)
    }

    /// Its place in the journal, from 1.
    public var sequence: UInt64
    public var at: Instant
    /// The event's; for an outcome or a label, the decision's.
    public var fields: EventFields
    public var what: What
    /// Whether the account had a good sign-in before, were it labelled fraud since.
    public var hasGoodPast = false
    /// Of the account, from 0 up to 1: the same in every run on this installation, and even over all accounts.
    public var draw = 0.0
    /// What the record says beside its event.
    var effects: Effects = []

    /// The kind of event that was attempted; nil for outcomes and labels.
    public var attempted: EventKind? {
        switch what {
        case .decision(_, let event): event.kind
        case .imported(let kind, _, _, _): kind
        case .outcome, .label, .event: nil
        }
    }
}

/// What became of an attempt, as far as anyone has said so far.
public struct AttemptEnd: Hashable, Sendable {
    public var outcome: ReportedOutcome?
    public var label: Label?

    public init(outcome: ReportedOutcome? = nil, label: Label? = nil) {
        self.outcome = outcome
        self.label = label
    }
}

extension History {
    /// The records from a place in the journal on, oldest first, until `body` returns false. Those of erased accounts are
    /// left out. What is not yet committed is left out, too.
    public func entries(from sequence: UInt64 = 1, _ body: (HistoryEntry) throws(HistoryError) -> Bool) throws(HistoryError) {
        try journal.scan(from: sequence) { number, bytes throws(HistoryError) in
            guard let record = try journal.open(bytes, number), let fields = try eventFields(record) else { return true }
            if record.header.kind == .decision { recent.remember(number, fields) }
            guard let entry = entry(record, fields) else { return true }
            return try body(entry)
        }
    }

    /// An account's records, newest first, until `body` returns false: along its own chain, whatever else there is.
    public func entries(of account: String, _ body: (HistoryEntry) throws(HistoryError) -> Bool) throws(HistoryError) {
        try becomeReady()
        var sequence = try link(accountKey(account)).head
        while sequence > 0, let header = try journal.header(sequence) {
            if let record = try journal.record(sequence), let fields = try eventFields(record), let entry = entry(record, fields) {
                guard try body(entry) else { return }
            }
            sequence = header.previous
        }
    }

    /// What is known today of the end of the attempt that an entry records; empty where it records none.
    public func end(of entry: HistoryEntry) throws(HistoryError) -> AttemptEnd {
        switch entry.what {
        case .imported(_, _, let outcome, let label):
            return AttemptEnd(outcome: outcome, label: label)
        case .decision:
            let status = try status(of: entry.sequence, entry.effects)
            return AttemptEnd(outcome: status.outcome ?? (status.failedChallenges > 0 ? .challengeFailed : nil), label: status.label)
        case .outcome, .label, .event:
            return AttemptEnd()
        }
    }

    static func draw(_ header: RecordHeader) -> Double { Double(header.pseudonym.high >> 11) / Double(1 << 53) }

    /// Nil for the mark of an erasure.
    func entry(_ record: Record, _ fields: EventFields) -> HistoryEntry? {
        let header = record.header
        let what: HistoryEntry.What
        switch (header.kind, record.body) {
        case (.decision, .decision(_, let summary)):
            let event = DecidedEvent(kind: header.event ?? .login, at: header.at, fields: fields, decision: summary)
            what = .decision(ids.id(sequence: header.sequence, at: header.at), event)
        case (.outcome, .outcome(let factor, let attempt)):
            guard let outcome = ReportCode.outcome(header.code) else { return nil }
            what = .outcome(outcome, factor: factor, attempt: attempt, of: header.reference)
        case (.label, _):
            guard let label = LabelCode.label(header.code) else { return nil }
            what = .label(label, of: header.reference)
        case (.event, _):
            what = .event(header.event ?? .login)
        case (.imported, _):
            let decision: Outcome? = header.effects.contains(.denied) ? .deny : header.effects.contains(.steppedUp) ? .stepUp : nil
            what = .imported(header.event ?? .login, decision: decision, outcome: ReportCode.outcome(header.code & 15),
                             label: LabelCode.label(header.code >> 4))
        default:
            return nil
        }
        return HistoryEntry(sequence: header.sequence, at: header.at, fields: fields, what: what, hasGoodPast: header.previousGood > 0, draw: Self.draw(header),
                            effects: header.effects)
    }
}
