import CLMDB
import Foundation
import Testing

/// Edits a journal's tables behind Wary's back, as somebody with the disk, but without the installation's key, could.
final class Tampering {
    private var environment: OpaquePointer?

    init(_ folder: String) throws {
        try check(mdb_env_create(&environment))
        try check(mdb_env_set_maxdbs(environment, 32))
        try check(mdb_env_set_mapsize(environment, 1 << 30))
        try check(mdb_env_open(environment, folder + "/journal", UInt32(MDB_NOTLS), 0o600))
    }

    deinit { mdb_env_close(environment) }

    func get(_ table: String, _ key: [UInt8]) throws -> [UInt8] {
        try transaction(table) { txn, dbi in
            var value = MDB_val()
            try withValue(key) { try check(mdb_get(txn, dbi, &$0, &value)) }
            return Array(UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size))
        }
    }

    func put(_ table: String, _ key: [UInt8], _ value: [UInt8]) throws {
        try transaction(table) { txn, dbi in
            try withValue(key) { key in try withValue(value) { try check(mdb_put(txn, dbi, &key, &$0, 0)) } }
        }
    }

    func remove(_ table: String, _ key: [UInt8]) throws {
        try transaction(table) { txn, dbi in try withValue(key) { try check(mdb_del(txn, dbi, &$0, nil)) } }
    }

    static func key(_ number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }

    private func transaction<T>(_ table: String, _ body: (OpaquePointer?, MDB_dbi) throws -> T) throws -> T {
        var txn: OpaquePointer?, dbi: MDB_dbi = 0
        try check(mdb_txn_begin(environment, nil, 0, &txn))
        do {
            try check(mdb_dbi_open(txn, table, 0, &dbi))
            let result = try body(txn, dbi)
            try check(mdb_txn_commit(txn))
            return result
        } catch {
            mdb_txn_abort(txn)
            throw error
        }
    }

    private func withValue<T>(_ bytes: [UInt8], _ body: (inout MDB_val) throws -> T) rethrows -> T {
        try bytes.withUnsafeBytes { bytes in
            var value = MDB_val(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            return try body(&value)
        }
    }

    private func check(_ code: Int32) throws { try #require(code == MDB_SUCCESS, "\(String(cString: mdb_strerror(code)))") }
}
