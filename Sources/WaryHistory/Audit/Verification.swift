import WaryVocabulary

/// What `verify` found.
public struct VerificationReport: Hashable, Sendable {
    public struct Finding: Hashable, Sendable {
        /// The record it is about.
        public var sequence: UInt64
        public var text: String
    }

    /// Records read, and those of accounts that were erased, whose seals can be checked no more.
    public var records = 0
    public var erased = 0
    /// At most a thousand.
    public var findings: [Finding] = []
    public var isSound: Bool { findings.isEmpty }
}

extension History {
    /// Reads every record and checks its seal, its place and its links: an edited, removed or moved record is named.
    /// - Parameter progress: called now and then with the records read so far.
    public func verify(progress: (UInt64) -> Void = { _ in }) throws(HistoryError) -> VerificationReport {
        var report = VerificationReport()
        var heads: [KeyedHash: UInt64] = [:], last: UInt64 = 0
        func note(_ sequence: UInt64, _ text: String) {
            if report.findings.count < 1000 { report.findings.append(VerificationReport.Finding(sequence: sequence, text: text)) }
        }
        try journal.scan(from: 1) { sequence, bytes throws(HistoryError) in
            report.records += 1
            if report.records % 10_000 == 0 { progress(UInt64(report.records)) }
            if last > 0, sequence != last + 1 { note(sequence, "records \(last + 1) to \(sequence - 1) are missing") }
            last = sequence
            guard let header = try? Journal.header(bytes, sequence).header else {
                note(sequence, "its header is not readable")
                return true
            }
            do throws(HistoryError) {
                if try journal.open(bytes, sequence) == nil { report.erased += 1 }
            } catch {
                note(sequence, "it is not as it was written")
                return true
            }
            if let head = heads[header.pseudonym] {
                let begunAnew = header.previous == 0
                if header.previous != head, !begunAnew { note(sequence, "it follows record \(header.previous) of its account, not \(head)") }
            }
            heads[header.pseudonym] = sequence
            return true
        }
        try checkStatuses(note)
        return report
    }

    /// What is stored of decisions' ends must be what their reports say.
    private func checkStatuses(_ note: (UInt64, String) -> Void) throws(HistoryError) {
        try journal.store.scan(.statuses, from: []) { key, value throws(HistoryError) in
            let sequence = NumberKey.number(key) ?? 0
            guard (try? DecisionStatus(sealed: value, sequence, hasher.plain)) != nil else {
                note(sequence, "what was reported of it is not as it was written")
                return true
            }
            if try journal.bytes(sequence) == nil { note(sequence, "something was reported of it, and it is not there") }
            return true
        }
    }
}

extension History {
    /// Each record from `sequence` on as a line of JSON, without its seal: for reading a journal by eye or by program.
    /// - Parameter withFields: whether what identifies is shown too.
    public func dump(from sequence: UInt64 = 1, withFields: Bool, _ line: (String) -> Bool) throws(HistoryError) {
        try journal.scan(from: sequence) { number, bytes throws(HistoryError) in
            let header = try Journal.header(bytes, number).header
            let record = try journal.open(bytes, number)
            var members: [(String, JSONText?)] = [
                ("sequence", .integer(number)), ("at", .text("\(header.at)")), ("kind", .text("\(header.kind)")),
                ("event", header.event.map { .text("\($0)") }),
                ("counts_as", header.effects.eventKinds.isEmpty ? nil : .list(header.effects.eventKinds.map { .text("\($0)") })),
                ("teaches", header.effects.contains(.teaches) ? .flag(true) : nil),
                ("previous", header.previous == 0 ? nil : .integer(header.previous)),
                ("about", header.reference == 0 ? nil : .integer(header.reference)),
                ("bytes", .integer(bytes.count)), ("erased", record == nil ? .flag(true) : nil),
            ]
            if withFields, let record, let entry = try entry(record) { members.append(("record", entry.object)) }
            return line(JSONText.object(members).text)
        }
    }
}
