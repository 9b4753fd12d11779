import WaryVocabulary

/// What `verify` found.
public struct VerificationReport: Hashable, Sendable {
    public struct Finding: Hashable, Sendable {
        /// The record it is about; the first of them.
        public var sequence: UInt64
        public var text: String
    }

    /// Records read.
    public var records = 0
    /// Those of accounts that were erased, whose contents nobody can read any more; their leaves are checked all the same.
    public var erased = 0
    /// Those whose contents went when their retention was over.
    public var expired = 0
    /// Those that `salvage` could not save, and said so.
    public var lost = 0
    /// Checkpoints that the log was found to lead to, stored and given ones.
    public var checkpoints = 0
    /// At most a thousand.
    public var findings: [Finding] = []
    public var isSound: Bool { findings.isEmpty }

    mutating func note(_ sequence: UInt64, _ text: String) {
        if findings.count < 1000 { findings.append(Finding(sequence: sequence, text: text)) }
    }
}

extension History {
    /// Reads every record and checks its seal, its place, its links and its leaf of the log; the log's tiles, its end and the
    /// checkpoints signed so far. An edited, removed or moved record is named.
    /// - Parameters:
    ///   - checkpoints: earlier checkpoints of this log that were kept elsewhere: it must contain what they speak of.
    ///   - progress: called now and then with the records read so far.
    public func verify(against checkpoints: [String] = [], progress: (UInt64) -> Void = { _ in }) throws(HistoryError) -> VerificationReport {
        var walk = try LogWalk(journal, checkpoints: checkpoints)
        var records = RecordChecks(self)
        var read: UInt64 = 0
        do throws(HistoryError) {
            try journal.scan(from: 1) { sequence, bytes throws(HistoryError) in
                read += 1
                if read % 10_000 == 0 { progress(read) }
                try walk.meet(sequence, bytes)
                try records.check(sequence, bytes, &walk.report)
                return true
            }
            try walk.end()
        } catch {
            guard case .damaged(_, let place, _) = error else { throw error }
            walk.report.note(walk.next, "the file cannot be read on from here (\(place))")
        }
        try checkStatuses(&walk.report)
        return walk.report
    }

    /// What is stored of decisions' ends must be as it was written.
    private func checkStatuses(_ report: inout VerificationReport) throws(HistoryError) {
        try journal.store.scan(.statuses, from: []) { key, value throws(HistoryError) in
            let sequence = NumberKey.number(key) ?? 0
            guard (try? DecisionStatus(sealed: value, sequence, hasher.plain)) != nil else {
                report.note(sequence, "what was reported of it is not as it was written")
                return true
            }
            if try journal.bytes(sequence) == nil { report.note(sequence, "something was reported of it, and it is not there") }
            return true
        }
    }
}

/// Each record by itself and in its account's chain.
private struct RecordChecks {
    private let history: History
    private var heads: [KeyedHash: UInt64] = [:]

    init(_ history: History) { self.history = history }

    mutating func check(_ sequence: UInt64, _ bytes: [UInt8], _ report: inout VerificationReport) throws(HistoryError) {
        report.records += 1
        guard let header = try? Journal.header(bytes, sequence).header else { return }
        if RecordForm.isStub(bytes) {
            report.expired += 1
            if !RecordForm.isGenuine(sequence, stub: bytes, history.hasher.plain) {
                report.note(sequence, "its contents were taken away, and not by their retention")
            }
        } else {
            do throws(HistoryError) {
                if try history.journal.open(bytes, sequence) == nil { report.erased += 1 }
            } catch {
                report.note(sequence, "its contents are not as they were sealed")
                return
            }
        }
        if let head = heads[header.pseudonym], header.previous != head, header.previous != 0 {
            report.note(sequence, "it follows record \(header.previous) of its account, not \(head)")
        }
        heads[header.pseudonym] = sequence
        guard header.kind == .outcome || header.kind == .label, header.reference > 0, !RecordForm.isStub(bytes),
              let decision = try history.journal.bytes(header.reference), !RecordForm.isStub(decision)
        else { return }
        if try history.journal.get(.statuses, NumberKey.bytes(header.reference)) == nil {
            report.note(header.reference, "record \(sequence) reports on it, and nothing is stored of that")
        }
    }
}
