import WaryHistory

/// Accounts on disk: an LMDB folder of their own, so that a copy of the history holds none of them.
public final class AccountFolder: AccountStore {
    private let folder: KeyValueFolder

    /// - Parameter path: made where it is missing.
    /// - Throws: `.unavailable`, or `.damaged` for a file that was cut short; the text names the path and what to do.
    public init(_ path: String) throws(AuthError) {
        do throws(HistoryError) {
            folder = try KeyValueFolder(path)
        } catch {
            throw Self.error(error)
        }
    }

    public func read<Answer>(_ body: (any StoreReader) throws(AuthError) -> Answer) throws(AuthError) -> Answer {
        try folder.read(Self.error) { transaction throws(AuthError) in try body(Pages(transaction: transaction)) }
    }

    public func write<Answer>(_ body: (any StoreWriter) throws(AuthError) -> Answer) throws(AuthError) -> Answer {
        try folder.write(Self.error) { transaction throws(AuthError) in try body(Pages(transaction: transaction)) }
    }

    private static func error(_ error: HistoryError) -> AuthError {
        if case .damaged = error { .damaged("\(error)") } else { .unavailable("\(error)") }
    }

    private struct Pages: StoreWriter {
        let transaction: KeyValueTransaction

        func value(of key: [UInt8]) throws(AuthError) -> [UInt8]? {
            do throws(HistoryError) { return try transaction.value(of: key) } catch { throw AccountFolder.error(error) }
        }

        func entries(under prefix: [UInt8], limit: Int) throws(AuthError) -> [(key: [UInt8], value: [UInt8])] {
            do throws(HistoryError) { return try transaction.entries(under: prefix, limit: limit) } catch { throw AccountFolder.error(error) }
        }

        func put(_ value: [UInt8], at key: [UInt8]) throws(AuthError) {
            do throws(HistoryError) { try transaction.put(value, at: key) } catch { throw AccountFolder.error(error) }
        }

        func remove(_ key: [UInt8]) throws(AuthError) {
            do throws(HistoryError) { try transaction.remove(key) } catch { throw AccountFolder.error(error) }
        }
    }
}
