import CLMDB
import Foundation

/// A store in an LMDB environment. The map grows by itself. After a write that failed for another reason than space,
/// the environment is opened anew before it is used again.
final class LMDBStore: Store {
    let path: String
    private let tables: [Table]
    private let isReadOnly: Bool
    private var environment: Environment?
    private var mapBytes: Int
    private var isClosed = false
    /// Held by every read, and by a write while it grows the map or opens the environment anew: profiles are read by one
    /// thread and written by another. A scan may read in between.
    private let gate = NSRecursiveLock()

    init(path: String, tables: [Table], mapBytes: Int = Limits.mapBytes, isReadOnly: Bool) throws(HistoryError) {
        self.path = path
        self.tables = tables
        self.isReadOnly = isReadOnly
        self.mapBytes = mapBytes
        try open()
    }

    func get(_ table: Table, _ key: [UInt8]) throws(HistoryError) -> [UInt8]? {
        gate.lock()
        defer { gate.unlock() }
        do throws(LMDBFault) { return try opened().get(table, key) } catch { throw failure(error) }
    }

    func scan(_ table: Table, from key: [UInt8], _ body: ([UInt8], [UInt8]) throws(HistoryError) -> Bool) throws(HistoryError) {
        gate.lock()
        defer { gate.unlock() }
        let environment: Environment
        do throws(LMDBFault) { environment = try opened() } catch { throw failure(error) }
        try environment.scan(table, from: key, fault: failure, body)
    }

    func lastKey(_ table: Table) throws(HistoryError) -> [UInt8]? {
        gate.lock()
        defer { gate.unlock() }
        do throws(LMDBFault) { return try opened().lastKey(table) } catch { throw failure(error) }
    }

    func entries(_ table: Table) throws(HistoryError) -> Int {
        gate.lock()
        defer { gate.unlock() }
        do throws(LMDBFault) { return try opened().entries(table) } catch { throw failure(error) }
    }

    func write(_ changes: [Change]) throws(HistoryError) {
        while true {
            do throws(LMDBFault) {
                return try opened().write(changes)
            } catch {
                gate.lock()
                defer { gate.unlock() }
                if error.code == MDB_MAP_FULL, mapBytes < Limits.largestMapBytes {
                    mapBytes *= 2
                    do throws(LMDBFault) { try opened().growMap(to: mapBytes) } catch { throw failure(error) }
                    continue
                }
                let failure = failure(error)
                // What such a failure left behind is known only after opening anew.
                environment?.close()
                environment = nil
                throw failure
            }
        }
    }

    var wasInterrupted: Bool {
        gate.lock()
        defer { gate.unlock() }
        return environment == nil && !isClosed
    }

    func reopen() throws(HistoryError) {
        gate.lock()
        defer { gate.unlock() }
        if environment == nil, !isClosed { try open() }
    }

    func checkReaders() { environment?.checkReaders() }

    func copy(to folder: String) throws(HistoryError) {
        do throws(LMDBFault) { try opened().copy(to: folder) } catch { throw SystemFault.error(error.code, folder) }
    }

    func close() {
        isClosed = true
        environment?.close()
        environment = nil
    }

    private func open() throws(HistoryError) {
        try MapFile.check(folder: path)
        let needed = MapFile.bytes(folder: path) * 2
        while mapBytes < needed { mapBytes *= 2 }
        do throws(LMDBFault) {
            environment = try Environment(path: path, tables: tables, mapBytes: mapBytes, isReadOnly: isReadOnly)
        } catch { throw failure(error) }
    }

    private func opened() throws(LMDBFault) -> Environment {
        guard let environment else { throw LMDBFault(code: EIO) }
        return environment
    }

    private func failure(_ fault: LMDBFault) -> HistoryError {
        switch fault.code {
        case MDB_CORRUPTED, MDB_PAGE_NOTFOUND, MDB_INVALID, MDB_PANIC, MDB_VERSION_MISMATCH, MDB_BAD_TXN, MDB_BAD_DBI,
             MDB_INCOMPATIBLE, MDB_CURSOR_FULL, MDB_PAGE_FULL, MDB_BAD_VALSIZE:
            MapFile.damaged(path, "its pages (\(fault.text))")
        case let code where code > 0: SystemFault.error(code, path)
        default: .unreadable(path: path, reason: fault.text)
        }
    }
}
