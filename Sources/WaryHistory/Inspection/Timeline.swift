import WaryVocabulary

/// One record as it is held.
public struct TimelineEntry: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
        case decision(StoredDecision)
        case outcome(DecisionID, ReportedOutcome, Factor?)
        case label(DecisionID, Label)
        case event(EventKind, EventFields)
        /// With the outcome it came with.
        case imported(EventKind, EventFields, ReportedOutcome?)
    }

    public var sequence: UInt64
    public var at: Instant
    public var content: Content
}

extension History {
    /// What is held about an account, newest first. Costs one read a record, however much else there is.
    /// - Parameter last: where an earlier page ended; nil begins with the newest.
    public func timeline(of account: String, limit: Int = .max, after last: TimelineEntry? = nil) throws(HistoryError) -> [TimelineEntry] {
        try becomeReady()
        var entries: [TimelineEntry] = []
        let head = try link(accountKey(account)).head
        var sequence = head
        if let last, head > 0 { sequence = try journal.header(last.sequence)?.previous ?? 0 }
        while sequence > 0, entries.count < limit, let header = try journal.header(sequence) {
            if let record = try journal.record(sequence), let entry = try entry(record) { entries.append(entry) }
            sequence = header.previous
        }
        return entries
    }

    func entry(_ record: Record) throws(HistoryError) -> TimelineEntry? {
        let header = record.header
        guard let content = try content(record) else { return nil }
        return TimelineEntry(sequence: header.sequence, at: header.at, content: content)
    }

    private func content(_ record: Record) throws(HistoryError) -> TimelineEntry.Content? {
        let header = record.header
        switch (header.kind, record.body) {
        case (.decision, .decision): return try decision(of: record).map(TimelineEntry.Content.decision)
        case (.outcome, .outcome(let factor, _)):
            guard let outcome = ReportCode.outcome(header.code), let id = try id(of: header.reference) else { return nil }
            return .outcome(id, outcome, factor)
        case (.label, _):
            guard let label = LabelCode.label(header.code), let id = try id(of: header.reference) else { return nil }
            return .label(id, label)
        case (.event, .event(let fields)): return header.event.map { .event($0, fields) }
        case (.imported, .event(let fields)): return header.event.map { .imported($0, fields, ReportCode.outcome(header.code & 15)) }
        default: return nil
        }
    }

    func id(of sequence: UInt64) throws(HistoryError) -> DecisionID? {
        try journal.header(sequence).map { ids.id(sequence: sequence, at: $0.at) }
    }

    func decision(of record: Record) throws(HistoryError) -> StoredDecision? {
        guard case .decision(let fields, let summary) = record.body, let kind = record.header.event else { return nil }
        let sequence = record.header.sequence, status = try status(of: sequence, record.header)
        let event = DecidedEvent(kind: kind, at: record.header.at, fields: fields, decision: summary)
        return StoredDecision(id: ids.id(sequence: sequence, at: record.header.at), sequence: sequence, event: event,
                              outcome: status.outcome, factor: status.factor, failedChallenges: status.failedChallenges,
                              label: status.label)
    }
}
