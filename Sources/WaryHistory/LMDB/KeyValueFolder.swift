import CLMDB
import Glibc

/// An LMDB environment of somebody else's: ordered keys and values with transactions, so that nobody but this module has
/// to know LMDB. Any thread may read and write; writers take turns.
// SAFETY: `environment` and `table` are set once, before anybody else has the object, and LMDB lets any thread use them;
// with `MDB_NOTLS` a transaction belongs to the call that began it, which ends it on the same thread.
public final class KeyValueFolder: @unchecked Sendable {
    private let environment: OpaquePointer
    private let table: MDB_dbi
    private let path: String

    /// Opens the folder, and makes it (mode 0700) where it is missing.
    /// - Parameter mapBytes: the most that it may hold. Costs address space, not memory or disk.
    /// - Throws: `HistoryError`, `.damaged` for a file that was cut short.
    public init(_ path: String, mapBytes: Int = 16 << 30) throws(HistoryError) {
        try DataFolder.make(path)
        try MapFile.check(folder: path)
        self.path = path
        var created: OpaquePointer?
        do throws(LMDBFault) {
            try LMDBFault.check(mdb_env_create(&created))
            guard let created else { throw LMDBFault(code: ENOMEM) }
            do throws(LMDBFault) {
                try LMDBFault.check(mdb_env_set_mapsize(created, mapBytes))
                try LMDBFault.check(mdb_env_set_maxreaders(created, 1024))
                try LMDBFault.check(mdb_env_open(created, path, UInt32(MDB_NOTLS), 0o600))
                var dead: Int32 = 0
                try LMDBFault.check(mdb_reader_check(created, &dead))
                var txn: OpaquePointer?
                try LMDBFault.check(mdb_txn_begin(created, nil, 0, &txn))
                var dbi: MDB_dbi = 0
                try LMDBFault.check(mdb_dbi_open(txn, nil, 0, &dbi))
                try LMDBFault.check(mdb_txn_commit(txn))
                environment = created
                table = dbi
            } catch {
                mdb_env_close(created)
                throw error
            }
        } catch {
            throw Self.fault(error, path)
        }
    }

    deinit { mdb_env_close(environment) }

    /// Reads from one snapshot.
    /// - Parameter fault: turns a failure of the storage into the caller's kind of error.
    public func read<Answer, Failure: Error>(_ fault: (HistoryError) -> Failure,
                                             _ body: (KeyValueTransaction) throws(Failure) -> Answer) throws(Failure) -> Answer {
        let txn = try begin(UInt32(MDB_RDONLY), fault)
        defer { mdb_txn_abort(txn) }
        return try body(KeyValueTransaction(txn: txn, table: table, path: path))
    }

    /// Writes all or nothing, synced; what `body` throws undoes it.
    public func write<Answer, Failure: Error>(_ fault: (HistoryError) -> Failure,
                                              _ body: (KeyValueTransaction) throws(Failure) -> Answer) throws(Failure) -> Answer {
        let txn = try begin(0, fault)
        let answer: Answer
        do throws(Failure) {
            answer = try body(KeyValueTransaction(txn: txn, table: table, path: path))
        } catch {
            mdb_txn_abort(txn)
            throw error
        }
        do throws(LMDBFault) {
            try LMDBFault.check(mdb_txn_commit(txn))
        } catch {
            throw fault(Self.fault(error, path))
        }
        return answer
    }

    private func begin<Failure: Error>(_ flags: UInt32, _ fault: (HistoryError) -> Failure) throws(Failure) -> OpaquePointer {
        var txn: OpaquePointer?
        let code = mdb_txn_begin(environment, nil, flags, &txn)
        guard code == MDB_SUCCESS, let txn else { throw fault(Self.fault(LMDBFault(code: code), path)) }
        return txn
    }

    fileprivate static func fault(_ fault: LMDBFault, _ path: String) -> HistoryError {
        fault.code == ENOSPC || fault.code == MDB_MAP_FULL ? .diskFull(path: path) : .unreadable(path: path, reason: fault.text)
    }
}

/// One transaction of a `KeyValueFolder`; of use only within the call that gave it.
public struct KeyValueTransaction {
    fileprivate let txn: OpaquePointer
    fileprivate let table: MDB_dbi
    fileprivate let path: String

    public func value(of key: [UInt8]) throws(HistoryError) -> [UInt8]? {
        var value = MDB_val()
        let code = withValue(key) { mdb_get(txn, table, &$0, &value) }
        if code == MDB_NOTFOUND { return nil }
        try check(code)
        return Self.bytes(value)
    }

    /// Entries whose keys begin with `prefix`, in the order of their bytes, at most `limit`.
    public func entries(under prefix: [UInt8], limit: Int) throws(HistoryError) -> [(key: [UInt8], value: [UInt8])] {
        var cursor: OpaquePointer?
        try check(mdb_cursor_open(txn, table, &cursor))
        defer { mdb_cursor_close(cursor) }
        var found: [(key: [UInt8], value: [UInt8])] = []
        var key = MDB_val(), value = MDB_val()
        var code = prefix.withUnsafeBytes { bytes in
            key = MDB_val(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            return mdb_cursor_get(cursor, &key, &value, prefix.isEmpty ? MDB_FIRST : MDB_SET_RANGE)
        }
        while code != MDB_NOTFOUND, found.count < limit {
            try check(code)
            let bytes = Self.bytes(key)
            guard bytes.starts(with: prefix) else { break }
            found.append((bytes, Self.bytes(value)))
            code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)
        }
        return found
    }

    public func put(_ value: [UInt8], at key: [UInt8]) throws(HistoryError) {
        try check(withValue(key) { key in withValue(value) { mdb_put(txn, table, &key, &$0, 0) } })
    }

    public func remove(_ key: [UInt8]) throws(HistoryError) {
        let code = withValue(key) { mdb_del(txn, table, &$0, nil) }
        if code != MDB_NOTFOUND { try check(code) }
    }

    private func check(_ code: Int32) throws(HistoryError) {
        guard code == MDB_SUCCESS else { throw KeyValueFolder.fault(LMDBFault(code: code), path) }
    }

    private func withValue(_ bytes: [UInt8], _ body: (inout MDB_val) -> Int32) -> Int32 {
        bytes.withUnsafeBytes { bytes in
            var value = MDB_val(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            return body(&value)
        }
    }

    private static func bytes(_ value: MDB_val) -> [UInt8] { Array(UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size)) }
}
