import WaryVocabulary

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
