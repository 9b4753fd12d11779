import Crypto
import WaryVocabulary

/// The events in order. What was recorded since the last commit is held in memory and seen by every read; `commit`
/// writes it in one transaction, `rollback` drops it.
final class Journal {
    let store: any Store
    let keys: any AccountKeys
    let logSeal: LogSeal
    /// As of the last commit.
    private(set) var log = JournalLog()
    private(set) var nextSequence: UInt64
    /// The first record that is still held; 0 while there is none.
    private(set) var firstSequence: UInt64
    private var committed: UInt64
    private var pending: [[UInt8]] = []
    private var overlay: [Table: [[UInt8]: [UInt8]?]] = [:]
    /// The first record that is held once what is pending is committed.
    private var trimmedTo: UInt64?
    private var sealing: Seal?
    /// Contents of records go with what is pending.
    private var isExpiring = false

    init(store: any Store, keys: any AccountKeys, logSeal: LogSeal, first: UInt64, last: UInt64) {
        self.store = store
        self.keys = keys
        self.logSeal = logSeal
        committed = last
        nextSequence = last + 1
        firstSequence = first
    }

    /// - Parameter isLenient: for looking only: an end that is not as the log says is left for `verify` to name.
    convenience init(store: any Store, keys: any AccountKeys, logSeal: LogSeal, isLenient: Bool) throws(HistoryError) {
        var first: UInt64 = 0
        try store.scan(.records, from: []) { key, _ throws(HistoryError) in
            first = NumberKey.number(key) ?? 0
            return false
        }
        let last = try store.lastKey(.records).flatMap(NumberKey.number) ?? 0
        self.init(store: store, keys: keys, logSeal: logSeal, first: first, last: last)
        try loadLog(isLenient: isLenient)
    }

    private func loadLog(isLenient: Bool) throws(HistoryError) {
        log = try JournalLog(store, logSeal, isLenient: isLenient)
        guard isLenient || log.size == committed else {
            throw .damaged(file: "journal", place: "its end: its log has \(log.size) records, it ends with record \(committed)",
                           help: "wary journal verify says more, wary journal salvage keeps what is good")
        }
    }

    var lastSequence: UInt64 { nextSequence - 1 }
    var lastCommitted: UInt64 { committed }
    var hasPending: Bool { !pending.isEmpty || !overlay.isEmpty }

    /// Seals a record under the account's key and appends it.
    func append(_ header: RecordHeader, _ body: RecordBody) throws(HistoryError) {
        pending.append(try seal().seal(header, body, key: try keys.key(header.keySlot)))
        nextSequence += 1
    }

    private func seal() throws(HistoryError) -> Seal {
        if let sealing { return sealing }
        let made = try Seal()
        sealing = made
        return made
    }

    /// Nil where there is none; damage is an error.
    func bytes(_ sequence: UInt64) throws(HistoryError) -> [UInt8]? {
        if sequence > committed {
            let index = Int(sequence - committed - 1)
            return index < pending.count ? pending[index] : nil
        }
        return try store.get(.records, NumberKey.bytes(sequence))
    }

    func header(_ sequence: UInt64) throws(HistoryError) -> RecordHeader? {
        guard let bytes = try bytes(sequence) else { return nil }
        return try Self.header(bytes, sequence).header
    }

    /// Nil where there is none, or where its account was erased.
    func record(_ sequence: UInt64) throws(HistoryError) -> Record? {
        guard let bytes = try bytes(sequence) else { return nil }
        return try open(bytes, sequence)
    }

    /// Nil where the account was erased, or only a stub is held.
    func open(_ bytes: [UInt8], _ sequence: UInt64) throws(HistoryError) -> Record? {
        let (header, end) = try Self.header(bytes, sequence)
        guard !RecordForm.isStub(bytes), let key = try keys.keyIfHeld(header.keySlot) else { return nil }
        guard let plain = try seal().open(bytes, headerEnd: end, sequence: sequence, key: key),
              let body = try? RecordBody(plain, header: header)
        else { throw Self.damaged(sequence) }
        return Record(header: header, body: body)
    }

    /// The same without what was decided, which profiles do not need: a decision's body is that of an event.
    func openFields(_ bytes: [UInt8], _ sequence: UInt64) throws(HistoryError) -> Record? {
        let (header, end) = try Self.header(bytes, sequence)
        guard header.kind == .decision, !RecordForm.isStub(bytes) else { return try open(bytes, sequence) }
        guard let key = try keys.keyIfHeld(header.keySlot) else { return nil }
        guard let plain = try seal().open(bytes, headerEnd: end, sequence: sequence, key: key) else { throw Self.damaged(sequence) }
        var reader = ByteReader(plain)
        do throws(MalformedBytes) {
            return Record(header: header, body: .event(try reader.fields()))
        } catch { throw Self.damaged(sequence) }
    }

    static func header(_ bytes: [UInt8], _ sequence: UInt64) throws(HistoryError) -> (header: RecordHeader, end: Int) {
        var reader = ByteReader(bytes, from: RecordForm.isStub(bytes) ? RecordForm.stubHeader : 0)
        do throws(MalformedBytes) {
            let header = try RecordHeader(&reader, sequence: sequence)
            return (header, reader.offset)
        } catch { throw damaged(sequence) }
    }

    static func damaged(_ sequence: UInt64) -> HistoryError {
        .damaged(file: "journal", place: "record \(sequence)", help: "wary journal salvage keeps what is good")
    }

    /// Each committed record from `sequence` on, in order.
    func scan(from sequence: UInt64, _ body: (UInt64, [UInt8]) throws(HistoryError) -> Bool) throws(HistoryError) {
        try store.scan(.records, from: NumberKey.bytes(sequence)) { key, value throws(HistoryError) in
            guard let number = NumberKey.number(key) else { throw HistoryError.damaged(file: "journal", place: "a key", help: "wary journal verify") }
            return try body(number, value)
        }
    }

    func get(_ table: Table, _ key: [UInt8]) throws(HistoryError) -> [UInt8]? {
        if let change = overlay[table]?[key] { return change }
        return try store.get(table, key)
    }

    /// With the next commit; nil deletes.
    func put(_ table: Table, _ key: [UInt8], _ value: [UInt8]?) {
        overlay[table, default: [:]].updateValue(value, forKey: key)
    }

    func commit() throws(HistoryError) {
        guard hasPending else { return }
        var changes: [Change] = []
        changes.reserveCapacity(pending.count + overlay.count + 4)
        var log = log
        for (index, bytes) in pending.enumerated() {
            let sequence = committed + 1 + UInt64(index)
            changes.append(.append(.records, NumberKey.bytes(sequence), bytes))
            log.append(JournalLog.leaf(sequence, bytes, headerEnd: try Self.header(bytes, sequence).end), to: &changes)
        }
        try noteLog(log, &changes)
        for (table, entries) in overlay {
            for (key, value) in entries { changes.append(value.map { .put(table, key, $0) } ?? .delete(table, key)) }
        }
        try store.write(changes)
        if firstSequence == 0, !pending.isEmpty { firstSequence = committed + 1 }
        if let trimmedTo { firstSequence = trimmedTo }
        trimmedTo = nil
        isExpiring = false
        self.log = log
        committed = lastSequence
        pending.removeAll(keepingCapacity: true)
        overlay.removeAll(keepingCapacity: true)
    }

    /// What goes to disk with new leaves, or with records that go.
    private func noteLog(_ log: JournalLog, _ changes: inout [Change]) throws(HistoryError) {
        guard !pending.isEmpty || trimmedTo != nil else { return }
        let first = trimmedTo ?? (firstSequence == 0 ? committed + 1 : firstSequence)
        changes.append(.put(.facts, LogHead.key, LogHead(size: log.size, first: first, roots: log.frontier.roots).sealed(logSeal)))
        if trimmedTo != nil, !log.partial.isEmpty { changes.append(log.tileOfPartial) }
        if log.size / Limits.signedRecords > self.log.size / Limits.signedRecords { changes.append(try checkpoint(log)) }
    }

    private func checkpoint(_ log: JournalLog) throws(HistoryError) -> Change {
        let note = try logSeal.signer().checkpoint(log.size, log.frontier.root)
        return .put(.checkpoints, NumberKey.bytes(log.size), Array(note.utf8))
    }

    /// Signs a checkpoint for what is committed, with the next commit.
    func signCheckpoint() throws(HistoryError) {
        let key = NumberKey.bytes(log.size)
        guard log.size > 0, try get(.checkpoints, key) == nil, case .put(let table, _, let note) = try checkpoint(log) else { return }
        put(table, key, note)
    }

    func rollback() {
        pending.removeAll(keepingCapacity: true)
        overlay.removeAll(keepingCapacity: true)
        trimmedTo = nil
        isExpiring = false
        nextSequence = committed + 1
    }

    /// After a failed write: opens the store anew and checks what stands at its end. The failed batch may be on disk after
    /// all; it is then part of the journal.
    /// - Returns: the last record that was known before.
    func recover() throws(HistoryError) -> UInt64 {
        try store.reopen()
        let known = committed
        committed = try store.lastKey(.records).flatMap(NumberKey.number) ?? 0
        nextSequence = committed + 1
        guard committed >= known else { throw .damaged(file: "journal", place: "its end", help: "wary journal salvage keeps what is good") }
        if committed > 0 { _ = try record(committed) }
        try loadLog(isLenient: false)
        return known
    }

    /// Takes committed records, the oldest, away with what was said of them; with the next commit.
    func trim(_ sequences: [UInt64]) {
        guard let newest = sequences.last else { return }
        for sequence in sequences {
            for table in [Table.records, .statuses, .residues] { put(table, NumberKey.bytes(sequence), nil) }
        }
        trimmedTo = newest + 1
    }

    /// Puts stubs in the place of committed records; with the next commit.
    func expire(_ stubs: [(UInt64, [UInt8])]) {
        for (sequence, stub) in stubs {
            put(.records, NumberKey.bytes(sequence), stub)
            for table in [Table.statuses, .residues] { put(table, NumberKey.bytes(sequence), nil) }
        }
        isExpiring = true
    }

    /// Records taken away wait for the next commit.
    var isTrimming: Bool { trimmedTo != nil || isExpiring }
}
