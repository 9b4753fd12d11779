import Crypto
import Foundation
import WaryVocabulary

/// Typed records over a store. Nothing is readable at rest: keys are made of keyed hashes, contents are sealed
/// (AES-256-GCM) together with their key, so that no record can be put in another's place.
struct Vault: Sendable {
    private let store: any AccountStore
    private let keys: AuthKeys
    private let limits: AuthLimits

    init(store: any AccountStore, keys: AuthKeys, limits: AuthLimits) {
        self.store = store
        self.keys = keys
        self.limits = limits
    }

    func read<Answer>(_ body: (RecordReader) throws(AuthError) -> Answer) throws(AuthError) -> Answer {
        try store.read { reader throws(AuthError) in try body(RecordReader(reader: reader, keys: keys, limits: limits)) }
    }

    func write<Answer>(_ body: (RecordWriter) throws(AuthError) -> Answer) throws(AuthError) -> Answer {
        try store.write { writer throws(AuthError) in
            try body(RecordWriter(records: RecordReader(reader: writer, keys: keys, limits: limits), writer: writer))
        }
    }

    /// Makes sure that the keys are those the store was written with: under others every account would seem to be gone.
    /// - Throws: `.damaged` where they are not.
    func checkKeys() throws(AuthError) {
        let place: [UInt8] = [Table.keyCheck.rawValue]
        let expected = keys.code(.recordContents, "key check")
        try store.write { writer throws(AuthError) in
            guard let found = try writer.value(of: place) else { return try writer.put(expected, at: place) }
            guard SecretComparison.equal(found, expected) else { throw .damaged("accounts: the secret is not the one they were written with") }
        }
    }

    func find<Record: StoredRecord>(_ type: Record.Type, _ key: String...) throws(AuthError) -> Record? {
        try read { records throws(AuthError) in try records.find(type, key) }
    }

    func all<Record: StoredRecord>(_ type: Record.Type, under key: String...) throws(AuthError) -> [Record] {
        try read { records throws(AuthError) in try records.all(type, key) }
    }

    /// Takes away records past their end, some at a time. Returns how many.
    /// - Parameter onEnd: called for each flow that nobody finished, in the same transaction.
    func sweep(at now: Instant, onEnd: (Flow, RecordWriter) throws(AuthError) -> Void = { _, _ in }) throws(AuthError) -> Int {
        try write { records throws(AuthError) in try records.sweep(at: now, onEnd: onEnd) }
    }
}

/// The reading half of a transaction.
struct RecordReader {
    fileprivate let reader: any StoreReader
    fileprivate let keys: AuthKeys
    fileprivate let limits: AuthLimits

    func find<Record: StoredRecord>(_ type: Record.Type, _ key: [String]) throws(AuthError) -> Record? {
        let place = place(of: Record.table, key)
        guard let sealed = try reader.value(of: place) else { return nil }
        return try open(sealed, at: place)
    }

    func find<Record: StoredRecord>(_ type: Record.Type, _ key: String...) throws(AuthError) -> Record? { try find(type, key) }

    func all<Record: StoredRecord>(_ type: Record.Type, _ key: [String]) throws(AuthError) -> [Record] {
        var records: [Record] = []
        for (place, sealed) in try reader.entries(under: place(of: Record.table, key), limit: .max) {
            records.append(try open(sealed, at: place))
        }
        return records
    }

    /// The key on disk: the table, then 128 bits of keyed hash for each part.
    fileprivate func place(of table: Table, _ key: [String]) -> [UInt8] {
        key.enumerated().reduce(into: [table.rawValue]) { place, part in
            place += keys.code(.recordNames, [[table.rawValue, UInt8(part.offset)], Array(part.element.utf8)]).prefix(16)
        }
    }

    fileprivate func seal(_ record: some StoredRecord, at place: [UInt8]) throws(AuthError) -> [UInt8] {
        do {
            let content = try JSONEncoder().encode(record)
            guard content.count <= limits.recordBytes else { throw AuthError.invalid(field: "\(type(of: record).table)", problem: "too large to keep") }
            let end = RecordEnd.bytes(record.ends)
            let box = try AES.GCM.seal(content, using: keys.key(for: .recordContents), authenticating: place + end)
            guard let combined = box.combined else { throw AuthError.damaged("\(type(of: record).table)") }
            return end + combined
        } catch let error as AuthError {
            throw error
        } catch {
            throw .damaged("\(type(of: record).table)")
        }
    }

    fileprivate func open<Record: StoredRecord>(_ sealed: [UInt8], at place: [UInt8]) throws(AuthError) -> Record {
        do {
            let box = try AES.GCM.SealedBox(combined: sealed.dropFirst(RecordEnd.size))
            let bound = place + sealed.prefix(RecordEnd.size)
            let content = try AES.GCM.open(box, using: keys.key(for: .recordContents), authenticating: bound)
            return try JSONDecoder().decode(Record.self, from: content)
        } catch {
            throw .damaged("\(Record.table)")
        }
    }
}

/// The writing half of a transaction.
struct RecordWriter {
    let records: RecordReader
    private let writer: any StoreWriter

    fileprivate init(records: RecordReader, writer: any StoreWriter) {
        self.records = records
        self.writer = writer
    }

    func find<Record: StoredRecord>(_ type: Record.Type, _ key: String...) throws(AuthError) -> Record? { try records.find(type, key) }

    func all<Record: StoredRecord>(_ type: Record.Type, under key: String...) throws(AuthError) -> [Record] { try records.all(type, key) }

    func put(_ record: some StoredRecord) throws(AuthError) {
        let place = records.place(of: type(of: record).table, record.key)
        try writer.put(try records.seal(record, at: place), at: place)
        if let ends = record.ends { try writer.put([], at: due(ends, place)) }
    }

    func remove(_ record: some StoredRecord) throws(AuthError) {
        let place = records.place(of: type(of: record).table, record.key)
        try writer.remove(place)
        if let ends = record.ends { try writer.remove(due(ends, place)) }
    }

    /// A mark may outlive a record that was prolonged: its true end is in another mark, so the record is only taken
    /// away when that one is due.
    func sweep(at now: Instant, onEnd: (Flow, RecordWriter) throws(AuthError) -> Void) throws(AuthError) -> Int {
        var swept = 0
        for (mark, _) in try writer.entries(under: [Table.due.rawValue], limit: records.limits.swept) {
            guard let (end, place) = split(mark), end <= now else { break }
            if try !isProlonged(place, beyond: now) {
                if place.first == Table.flow.rawValue, let sealed = try writer.value(of: place) {
                    try onEnd(try records.open(sealed, at: place), self)
                }
                try writer.remove(place)
            }
            try writer.remove(mark)
            swept += 1
        }
        return swept
    }

    private func isProlonged(_ place: [UInt8], beyond now: Instant) throws(AuthError) -> Bool {
        guard let end = try writer.value(of: place).flatMap(RecordEnd.read) else { return false }
        return end > now
    }

    private func due(_ end: Instant, _ place: [UInt8]) -> [UInt8] { [Table.due.rawValue] + RecordEnd.bytes(end) + place }

    private func split(_ mark: [UInt8]) -> (Instant, [UInt8])? {
        let rest = Array(mark.dropFirst())
        return RecordEnd.read(rest).map { ($0, Array(rest.dropFirst(RecordEnd.size))) }
    }
}

/// A record's end as it stands before the sealed content and in the marks: milliseconds, big-endian, so that marks sort.
/// It is authenticated with the content.
private enum RecordEnd {
    static let size = 8

    static func bytes(_ end: Instant?) -> [UInt8] {
        withUnsafeBytes(of: UInt64(bitPattern: end?.milliseconds ?? .max).bigEndian) { Array($0) }
    }

    static func read(_ bytes: [UInt8]) -> Instant? {
        guard bytes.count >= size else { return nil }
        return Instant(milliseconds: Int64(bitPattern: bytes.prefix(size).reduce(0) { $0 << 8 | UInt64($1) }))
    }
}
