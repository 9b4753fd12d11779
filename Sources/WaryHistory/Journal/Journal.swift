import Crypto
import WaryVocabulary

/// The events in order. What was recorded since the last commit is held in memory and seen by every read; `commit`
/// writes it in one transaction, `rollback` drops it.
final class Journal {
    let store: any Store
    let keys: any AccountKeys
    private(set) var nextSequence: UInt64
    /// The first record that is still held; 0 while there is none.
    private(set) var firstSequence: UInt64
    private var committed: UInt64
    private var pending: [[UInt8]] = []
    private var overlay: [Table: [[UInt8]: [UInt8]?]] = [:]
    /// The first record that is held once what is pending is committed.
    private var trimmedTo: UInt64?
    private var sealing: Seal?

    init(store: any Store, keys: any AccountKeys, first: UInt64, last: UInt64) {
        self.store = store
        self.keys = keys
        committed = last
        nextSequence = last + 1
        firstSequence = first
    }

    convenience init(store: any Store, keys: any AccountKeys) throws(HistoryError) {
        var first: UInt64 = 0
        try store.scan(.records, from: []) { key, _ throws(HistoryError) in
            first = NumberKey.number(key) ?? 0
            return false
        }
        self.init(store: store, keys: keys, first: first, last: try store.lastKey(.records).flatMap(NumberKey.number) ?? 0)
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

    /// The sealed part as it stands, and whether its key is held: for leaves and copies.
    func isHeld(_ header: RecordHeader) throws(HistoryError) -> Bool { try keys.keyIfHeld(header.keySlot) != nil }

    /// Nil where the account was erased.
    func open(_ bytes: [UInt8], _ sequence: UInt64) throws(HistoryError) -> Record? {
        let (header, end) = try Self.header(bytes, sequence)
        guard let key = try keys.keyIfHeld(header.keySlot) else { return nil }
        guard let plain = try seal().open(bytes, headerEnd: end, sequence: sequence, key: key),
              let body = try? RecordBody(plain, header: header)
        else { throw Self.damaged(sequence) }
        return Record(header: header, body: body)
    }

    /// The same without what was decided, which profiles do not need: a decision's body is that of an event.
    func openFields(_ bytes: [UInt8], _ sequence: UInt64) throws(HistoryError) -> Record? {
        let (header, end) = try Self.header(bytes, sequence)
        guard header.kind == .decision else { return try open(bytes, sequence) }
        guard let key = try keys.keyIfHeld(header.keySlot) else { return nil }
        guard let plain = try seal().open(bytes, headerEnd: end, sequence: sequence, key: key) else { throw Self.damaged(sequence) }
        var reader = ByteReader(plain)
        do throws(MalformedBytes) {
            return Record(header: header, body: .event(try reader.fields()))
        } catch { throw Self.damaged(sequence) }
    }

    static func header(_ bytes: [UInt8], _ sequence: UInt64) throws(HistoryError) -> (header: RecordHeader, end: Int) {
        var reader = ByteReader(bytes)
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
        changes.reserveCapacity(pending.count + overlay.count)
        for (index, bytes) in pending.enumerated() {
            changes.append(.append(.records, NumberKey.bytes(committed + 1 + UInt64(index)), bytes))
        }
        for (table, entries) in overlay {
            for (key, value) in entries { changes.append(value.map { .put(table, key, $0) } ?? .delete(table, key)) }
        }
        try store.write(changes)
        if firstSequence == 0, !pending.isEmpty { firstSequence = committed + 1 }
        if let trimmedTo { firstSequence = trimmedTo }
        trimmedTo = nil
        committed = lastSequence
        pending.removeAll(keepingCapacity: true)
        overlay.removeAll(keepingCapacity: true)
    }

    func rollback() {
        pending.removeAll(keepingCapacity: true)
        overlay.removeAll(keepingCapacity: true)
        trimmedTo = nil
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

    /// Records taken away wait for the next commit.
    var isTrimming: Bool { trimmedTo != nil }
}
