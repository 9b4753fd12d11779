import CLMDB
import Glibc

/// An error of liblmdb's, by its number.
struct LMDBFault: Error {
    let code: Int32

    static func check(_ code: Int32) throws(LMDBFault) {
        if code != MDB_SUCCESS { throw LMDBFault(code: code) }
    }

    var text: String { String(cString: mdb_strerror(code)) }
}

/// An LMDB environment with its tables, used by LMDB's written rules: opened once in a process, one writing thread,
/// `MDB_NOTLS`, never `MDB_WRITEMAP`, no transaction left open between calls.
final class Environment {
    private var handle: OpaquePointer?
    private var reader: OpaquePointer?
    private var handles: [Table: MDB_dbi] = [:]
    private let isReadOnly: Bool
    private(set) var mapBytes: Int

    /// - Parameter path: the folder, which exists.
    init(path: String, tables: [Table], mapBytes: Int, isReadOnly: Bool) throws(LMDBFault) {
        self.isReadOnly = isReadOnly
        self.mapBytes = mapBytes
        var created: OpaquePointer?
        try LMDBFault.check(mdb_env_create(&created))
        handle = created
        do throws(LMDBFault) {
            try LMDBFault.check(mdb_env_set_maxdbs(created, UInt32(Table.allCases.count)))
            try LMDBFault.check(mdb_env_set_mapsize(created, mapBytes))
            let flags = UInt32(MDB_NOTLS) | UInt32(MDB_NORDAHEAD) | (isReadOnly ? UInt32(MDB_RDONLY) : 0)
            try LMDBFault.check(mdb_env_open(created, path, flags, 0o600))
            var dead: Int32 = 0
            try LMDBFault.check(mdb_reader_check(created, &dead))
            try openTables(tables)
        } catch {
            close()
            throw error
        }
    }

    deinit { close() }

    func close() {
        if let reader { mdb_txn_abort(reader) }
        if let handle { mdb_env_close(handle) }
        reader = nil
        handle = nil
    }

    /// Frees the places of readers that died.
    func checkReaders() {
        var dead: Int32 = 0
        mdb_reader_check(handle, &dead)
    }

    /// Only between transactions.
    func growMap(to bytes: Int) throws(LMDBFault) {
        try LMDBFault.check(mdb_env_set_mapsize(handle, bytes))
        mapBytes = bytes
    }

    func get(_ table: Table, _ key: [UInt8]) throws(LMDBFault) -> [UInt8]? {
        guard let table = handles[table] else { return nil }
        return try reading { txn throws(LMDBFault) in
            var value = MDB_val()
            let code = key.withUnsafeBytes { bytes in
                var key = MDB_val(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
                return mdb_get(txn, table, &key, &value)
            }
            if code == MDB_NOTFOUND { return nil }
            try LMDBFault.check(code)
            return try Self.bytes(value)
        }
    }

    /// From the first key at or above `key` until `body` says false. `body` may read, and must not write.
    func scan<E: Error>(_ table: Table, from key: [UInt8], fault: (LMDBFault) -> E,
                        _ body: ([UInt8], [UInt8]) throws(E) -> Bool) throws(E) {
        guard let dbi = handles[table] else { return }
        var own: OpaquePointer?
        var cursor: OpaquePointer?
        defer {
            if let cursor { mdb_cursor_close(cursor) }
            if let own { mdb_txn_abort(own) }
        }
        do throws(LMDBFault) {
            try LMDBFault.check(mdb_txn_begin(handle, nil, UInt32(MDB_RDONLY), &own))
            try LMDBFault.check(mdb_cursor_open(own, dbi, &cursor))
        } catch { throw fault(error) }
        var found = MDB_val(), value = MDB_val()
        var code = key.withUnsafeBytes { bytes in
            found = MDB_val(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            return mdb_cursor_get(cursor, &found, &value, key.isEmpty ? MDB_FIRST : MDB_SET_RANGE)
        }
        while code != MDB_NOTFOUND {
            let entry: ([UInt8], [UInt8])
            do throws(LMDBFault) {
                try LMDBFault.check(code)
                entry = (try Self.bytes(found), try Self.bytes(value))
            } catch { throw fault(error) }
            guard try body(entry.0, entry.1) else { return }
            code = mdb_cursor_get(cursor, &found, &value, MDB_NEXT)
        }
    }

    func lastKey(_ table: Table) throws(LMDBFault) -> [UInt8]? {
        guard let dbi = handles[table] else { return nil }
        return try reading { txn throws(LMDBFault) in
            var cursor: OpaquePointer?
            try LMDBFault.check(mdb_cursor_open(txn, dbi, &cursor))
            defer { mdb_cursor_close(cursor) }
            var key = MDB_val(), value = MDB_val()
            let code = mdb_cursor_get(cursor, &key, &value, MDB_LAST)
            if code == MDB_NOTFOUND { return nil }
            try LMDBFault.check(code)
            return try Self.bytes(key)
        }
    }

    /// One transaction, synced.
    func write(_ changes: [Change]) throws(LMDBFault) {
        var txn: OpaquePointer?
        try LMDBFault.check(mdb_txn_begin(handle, nil, 0, &txn))
        do throws(LMDBFault) {
            for change in changes { try apply(change, txn) }
        } catch {
            mdb_txn_abort(txn)
            throw error
        }
        try LMDBFault.check(mdb_txn_commit(txn))
    }

    func entries(_ table: Table) throws(LMDBFault) -> Int {
        guard let dbi = handles[table] else { return 0 }
        return try reading { txn throws(LMDBFault) in
            var facts = MDB_stat()
            try LMDBFault.check(mdb_stat(txn, dbi, &facts))
            return facts.ms_entries
        }
    }

    /// A consistent copy into an empty folder, while others read and write.
    func copy(to path: String) throws(LMDBFault) {
        try LMDBFault.check(mdb_env_copy2(handle, path, UInt32(MDB_CP_COMPACT)))
    }

    private func apply(_ change: Change, _ txn: OpaquePointer?) throws(LMDBFault) {
        switch change {
        case .put(let table, let key, let value): try put(table, key, value, 0, txn)
        case .append(let table, let key, let value): try put(table, key, value, UInt32(MDB_APPEND), txn)
        case .delete(let table, let key):
            guard let dbi = handles[table] else { return }
            let code = key.withUnsafeBytes { bytes in
                var key = MDB_val(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
                return mdb_del(txn, dbi, &key, nil)
            }
            if code != MDB_NOTFOUND { try LMDBFault.check(code) }
        }
    }

    private func put(_ table: Table, _ key: [UInt8], _ value: [UInt8], _ flags: UInt32, _ txn: OpaquePointer?) throws(LMDBFault) {
        guard let dbi = handles[table] else { return }
        let code = key.withUnsafeBytes { keyBytes in
            value.withUnsafeBytes { valueBytes in
                var key = MDB_val(mv_size: keyBytes.count, mv_data: UnsafeMutableRawPointer(mutating: keyBytes.baseAddress))
                var value = MDB_val(mv_size: valueBytes.count, mv_data: UnsafeMutableRawPointer(mutating: valueBytes.baseAddress))
                return mdb_put(txn, dbi, &key, &value, flags)
            }
        }
        try LMDBFault.check(code)
    }

    /// Runs `body` in the environment's own read transaction, which is renewed for it and let go after.
    private func reading<T>(_ body: (OpaquePointer?) throws(LMDBFault) -> T) throws(LMDBFault) -> T {
        if let reader {
            try LMDBFault.check(mdb_txn_renew(reader))
        } else {
            try LMDBFault.check(mdb_txn_begin(handle, nil, UInt32(MDB_RDONLY), &reader))
        }
        defer { mdb_txn_reset(reader) }
        return try body(reader)
    }

    private func openTables(_ tables: [Table]) throws(LMDBFault) {
        var txn: OpaquePointer?
        try LMDBFault.check(mdb_txn_begin(handle, nil, isReadOnly ? UInt32(MDB_RDONLY) : 0, &txn))
        for table in tables {
            var dbi: MDB_dbi = 0
            let code = mdb_dbi_open(txn, table.rawValue, isReadOnly ? 0 : UInt32(MDB_CREATE), &dbi)
            if code == MDB_NOTFOUND { continue }
            if code != MDB_SUCCESS {
                mdb_txn_abort(txn)
                throw LMDBFault(code: code)
            }
            handles[table] = dbi
        }
        try LMDBFault.check(mdb_txn_commit(txn))
    }

    /// A value longer than any that is ever written is damage: following it could lead out of the map.
    private static func bytes(_ value: MDB_val) throws(LMDBFault) -> [UInt8] {
        guard value.mv_size <= Limits.largestValue else { throw LMDBFault(code: MDB_CORRUPTED) }
        return Array(UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size))
    }
}
