import Glibc
import WaryVocabulary

/// What `salvage` saved.
public struct SalvageReport: Hashable, Sendable {
    public var records: Int
    /// The last record saved, and how many before it are lost.
    public var last: UInt64
    public var lost: Int
}

extension History {
    /// Writes what is good of a damaged folder's journal into a new folder. Records are taken one by one from the file's
    /// pages, whatever state its tree is in, and each is kept only if its seal holds; what was reported of decisions is
    /// told anew from the reports. Accounts that were erased are left out. The new folder's log is one of its own: what is
    /// lost stands in it as lost, so it does not contain the checkpoints of the old one.
    public static func salvage(_ directory: String, to target: String, key: InstallationKey) throws(HistoryError) -> SalvageReport {
        let source = try DataFolder(directory, isReadOnly: false)
        defer { source.release() }
        let fresh = try DataFolder(target, isReadOnly: false)
        defer { fresh.release() }
        guard MapFile.bytes(folder: fresh.journal) == 0 else { throw .invalid("\(target) holds a journal already") }
        try copyKeys(source.keys, fresh.keys)
        let keys = try FileAccountKeys(folder: fresh.keys, key: key, isReadOnly: false)
        defer { keys.close() }
        let reader = Journal(store: MemoryStore(), keys: keys, logSeal: LogSeal(keys.root), first: 0, last: 0)
        let hasher = KeyHasher(keys.root)
        var records: [UInt64: [UInt8]] = [:]
        try PageScan.entries(folder: source.journal, keyBytes: 8) { key, value throws(HistoryError) in
            guard let sequence = NumberKey.number(key), sequence > 0 else { return true }
            let isGood = RecordForm.isStub(value) ? RecordForm.isGenuine(sequence, stub: value, hasher)
                : (try? reader.open(value, sequence)) != nil
            // A page that is free may still hold the record whole whose stub stands elsewhere: its time is over.
            if isGood, records[sequence].map({ !RecordForm.isStub($0) }) ?? true { records[sequence] = value }
            return true
        }
        let store = try LMDBStore(path: fresh.journal, tables: journalTables, isReadOnly: false)
        defer { store.close() }
        try write(records, reader, hasher, to: store)
        let last = records.keys.max() ?? 0
        return SalvageReport(records: records.count, last: last, lost: Int(last) - records.count)
    }

    private static func write(_ records: [UInt64: [UInt8]], _ reader: Journal, _ hasher: KeyHasher,
                              to store: LMDBStore) throws(HistoryError) {
        var statuses: [UInt64: DecisionStatus] = [:], facts = HistoryFacts(), changes: [Change] = [], log = JournalLog()
        guard let first = records.keys.min(), let last = records.keys.max() else { return }
        for sequence in 1...last {
            if let bytes = records[sequence] {
                let (header, end) = try Journal.header(bytes, sequence)
                changes.append(.append(.records, NumberKey.bytes(sequence), bytes))
                log.append(JournalLog.leaf(sequence, bytes, headerEnd: end), to: &changes)
                facts.clock = max(facts.clock, header.at)
                facts.lastSlot = max(facts.lastSlot, header.keySlot)
                if let record = try reader.open(bytes, sequence) { follow(record, records, &statuses) }
            } else {
                log.append(JournalLog.lostLeaf(sequence), to: &changes)
            }
            if changes.count >= Limits.trimSlice {
                try store.write(changes)
                changes = []
            }
        }
        for (sequence, status) in statuses { changes.append(.put(.statuses, NumberKey.bytes(sequence), status.sealed(sequence, hasher))) }
        changes.append(.put(.facts, HistoryFacts.key, facts.bytes))
        changes.append(.put(.facts, LogHead.key, LogHead(size: log.size, first: first, roots: log.frontier.roots).sealed(reader.logSeal)))
        if !log.partial.isEmpty { changes.append(log.tileOfPartial) }
        try store.write(changes)
    }

    /// Tells a decision's status anew from one of its reports.
    private static func follow(_ record: Record, _ records: [UInt64: [UInt8]], _ statuses: inout [UInt64: DecisionStatus]) {
        let header = record.header
        guard header.kind == .outcome || header.kind == .label, records[header.reference] != nil else { return }
        var status = statuses[header.reference] ?? DecisionStatus()
        if case .outcome(let factor, let attempt) = record.body, let outcome = ReportCode.outcome(header.code) {
            if outcome == .challengeFailed {
                status.failedChallenges += 1
                status.attempts.append(Int64(attempt ?? -1))
            } else {
                status.outcome = outcome
                status.factor = factor ?? status.factor
            }
            if header.effects.contains(.teaches) { status.good = header.at }
        }
        if header.kind == .label { status.label = LabelCode.label(header.code) }
        statuses[header.reference] = status
    }

    private static func copyKeys(_ source: String, _ target: String) throws(HistoryError) {
        try copyFile("\(source)/slots", to: "\(target)/slots")
    }
}
