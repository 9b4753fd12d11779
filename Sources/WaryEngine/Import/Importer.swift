import WaryHistory
import WaryVocabulary

/// Records the events of a log, oldest first, in batches. Policies may decide about each attempt before it is recorded, so
/// that they see what they would have seen at the time.
public struct Importer {
    public struct Report: Sendable {
        public var recorded = 0
        /// Lines that had been imported before.
        public var duplicates = 0
        /// What the policies said; nil where there were none.
        public var replay: ImportReplay?
    }

    private var recorder: Decider
    /// Decides on a history of its own, where the log lies before what the recorder's history holds.
    private var judge: Decider?
    private let replays: Bool

    /// - Parameters:
    ///   - policies: those that decide about each attempt; none only records.
    ///   - first: the first event's instant.
    public init(into history: History, policies: PolicySet, first: Instant?, options: DeciderOptions) throws(HistoryError) {
        replays = !policies.policies.isEmpty
        let isBehind = first.map { $0 < history.clock } ?? false
        judge = replays && isBehind
            ? try Decider(policies: policies, history: .inMemory(key: .random()), options: options) : nil
        recorder = try Decider(policies: judge == nil ? policies : .none, history: history, options: options)
    }

    /// - Parameter progress: told now and then how many are done.
    public mutating func run(_ events: [ImportedEvent], progress: (Int) -> Void = { _ in }) throws(HistoryError) -> Report {
        var report = Report(replay: replays ? ImportReplay() : nil)
        for (index, event) in events.enumerated() {
            let answer = try decide(event)
            if try recorder.record(event) {
                report.recorded += 1
                if let answer { report.replay?.note(event, answer.outcome) }
            } else {
                report.duplicates += 1
            }
            if (index + 1).isMultiple(of: EngineLimits.importBatch) {
                try recorder.commit()
                progress(index + 1)
            }
        }
        try recorder.commit()
        progress(events.count)
        return report
    }

    private mutating func decide(_ event: ImportedEvent) throws(HistoryError) -> DecisionAnswer? {
        guard replays else { return nil }
        guard judge != nil else { return recorder.preview(event.kind, event.fields, at: event.at) }
        let answer = judge?.preview(event.kind, event.fields, at: event.at)
        _ = try judge?.record(event)
        return answer
    }
}
