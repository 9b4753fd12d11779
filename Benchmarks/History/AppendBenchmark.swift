import CLMDB
import Foundation
import WaryHistory

/// Synced decisions, 64 to a batch, beside bare LMDB appending as many bytes in the same batches with the same sync.
enum AppendBenchmark {
    static func run() throws {
        let batches = 300, size = 64
        var ours = 0.0, bytes = 0
        try withFolder { folder in
            let history = try History.open(folder, key: .random())
            try history.use(Traffic.aggregates)
            var traffic = Traffic()
            for _ in 0..<20 {
                for _ in 0..<size { _ = try traffic.decide(on: history) }
                try history.commit()
            }
            let before = try history.statistics().journalBytes
            ours = try seconds {
                for _ in 0..<batches {
                    for _ in 0..<size { _ = try traffic.decide(on: history) }
                    try history.commit()
                }
            }
            bytes = (try history.statistics().journalBytes - before) / (batches * size)
            history.close()
        }
        let floor = try bare(batches: batches, size: size, bytes: bytes * 9 / 10)
        line("decisions, synced, 64 a batch", Double(batches * size) / ours, "/s")
        line("bare LMDB appends of the same size", Double(batches * size) / floor, "/s", "(\(bytes) bytes each)")
        line("share of the floor", floor / ours * 100, "%", "(wanted: 60)")
        var memory = 0.0
        let history = History.inMemory()
        try history.use(Traffic.aggregates)
        var traffic = Traffic()
        memory = try cpuSeconds {
            for _ in 0..<20_000 { _ = try traffic.decide(on: history) }
        }
        line("one decision without the disk, CPU time", memory / 20_000 * 1e6, "us")
    }

    private static func bare(batches: Int, size: Int, bytes: Int) throws -> Double {
        var took = 0.0
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            var environment: OpaquePointer?
            mdb_env_create(&environment)
            mdb_env_set_mapsize(environment, 1 << 30)
            guard mdb_env_open(environment, folder, UInt32(MDB_NOTLS), 0o600) == 0 else { throw CocoaError(.fileNoSuchFile) }
            defer { mdb_env_close(environment) }
            var payload = [UInt8](repeating: 7, count: bytes)
            var sequence: UInt64 = 0
            took = seconds {
                for _ in 0..<batches {
                    var transaction: OpaquePointer?
                    var table: MDB_dbi = 0
                    mdb_txn_begin(environment, nil, 0, &transaction)
                    mdb_dbi_open(transaction, nil, 0, &table)
                    for _ in 0..<size {
                        sequence += 1
                        var number = sequence.bigEndian
                        withUnsafeMutableBytes(of: &number) { numberBytes in
                            payload.withUnsafeMutableBytes { payloadBytes in
                                var key = MDB_val(mv_size: 8, mv_data: numberBytes.baseAddress)
                                var value = MDB_val(mv_size: payloadBytes.count, mv_data: payloadBytes.baseAddress)
                                mdb_put(transaction, table, &key, &value, UInt32(MDB_APPEND))
                            }
                        }
                    }
                    mdb_txn_commit(transaction)
                }
            }
        }
        return took
    }
}
