/// Named sets of keys and values.
enum Table: String, CaseIterable, Hashable, Sendable {
    /// Sequence → record.
    case records
    /// A decision's sequence → how it ended.
    case statuses
    /// Hash of an imported line → nothing.
    case imports
    /// Name → the folder's own facts.
    case facts
    /// Digest → policy text, data-file description.
    case texts
    /// An erased record's sequence → the numbers it leaves behind.
    case residues
    /// An erased account's pseudonym → its receipt.
    case receipts
    /// An account's pseudonym → what its trimmed good sign-ins taught.
    case carried
    /// A level of the log and a place in it → a full tile of leaves, or a node above them.
    case tree
    /// The log's size → the checkpoint signed then.
    case checkpoints
    /// Profile key → profile.
    case profiles
}

enum Change: Sendable {
    case put(Table, [UInt8], [UInt8])
    /// A put whose key is above all others.
    case append(Table, [UInt8], [UInt8])
    case delete(Table, [UInt8])
}

/// An ordered key-value store with one writer and whole-or-nothing writes.
protocol Store: AnyObject {
    func get(_ table: Table, _ key: [UInt8]) throws(HistoryError) -> [UInt8]?
    /// From the first key at or above `key`, in order, until `body` says false.
    func scan(_ table: Table, from key: [UInt8], _ body: ([UInt8], [UInt8]) throws(HistoryError) -> Bool) throws(HistoryError)
    func lastKey(_ table: Table) throws(HistoryError) -> [UInt8]?
    /// All of it or, when it throws, nothing; on disk when it returns.
    func write(_ changes: [Change]) throws(HistoryError)
    /// True after a write that failed: what it left on disk is not known until `reopen`.
    var wasInterrupted: Bool { get }
    func reopen() throws(HistoryError)
    func close()
}

/// Keeps nothing on disk: for policy tests and what-ifs.
final class MemoryStore: Store {
    private var tables: [Table: [[UInt8]: [UInt8]]] = [:]
    private var sorted: [Table: [[UInt8]]] = [:]

    func get(_ table: Table, _ key: [UInt8]) -> [UInt8]? { tables[table]?[key] }

    func scan(_ table: Table, from key: [UInt8], _ body: ([UInt8], [UInt8]) throws(HistoryError) -> Bool) throws(HistoryError) {
        for found in keys(table) where !found.lexicographicallyPrecedes(key) {
            guard let value = tables[table]?[found], try body(found, value) else { return }
        }
    }

    func lastKey(_ table: Table) -> [UInt8]? { keys(table).last }

    func write(_ changes: [Change]) {
        for change in changes {
            switch change {
            case .put(let table, let key, let value), .append(let table, let key, let value):
                tables[table, default: [:]][key] = value
                sorted[table] = nil
            case .delete(let table, let key):
                tables[table]?[key] = nil
                sorted[table] = nil
            }
        }
    }

    var wasInterrupted: Bool { false }

    func reopen() {}

    func close() {}

    private func keys(_ table: Table) -> [[UInt8]] {
        if let keys = sorted[table] { return keys }
        let keys = (tables[table] ?? [:]).keys.sorted { $0.lexicographicallyPrecedes($1) }
        sorted[table] = keys
        return keys
    }
}

/// Numbers as keys: big-endian, so that they sort.
enum NumberKey {
    static func bytes(_ number: UInt64) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    static func number(_ bytes: [UInt8]) -> UInt64? {
        bytes.count == 8 ? bytes.reduce(0) { $0 << 8 | UInt64($1) } : nil
    }

    static func bytes(_ hash: KeyedHash) -> [UInt8] { bytes(hash.high) + bytes(hash.low) }
}
