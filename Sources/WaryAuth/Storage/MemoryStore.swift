import Foundation

/// A store that keeps everything in memory and forgets it with the process: for tests and the demo.
// SAFETY: `pages` is touched only between `lock.lock()` and `lock.unlock()`, in `transact` and `contents`.
public final class MemoryStore: AccountStore, @unchecked Sendable {
    private let lock = NSLock()
    private let pages = Pages()

    public init() {}

    /// Everything held, as it would lie on a disk: for tests that look for what must not be readable.
    public var contents: [[UInt8]: [UInt8]] { lock.withLock { pages.entries } }

    public func read<Answer>(_ body: (any StoreReader) throws(AuthError) -> Answer) throws(AuthError) -> Answer {
        try transact { pages throws(AuthError) in try body(pages) }
    }

    public func write<Answer>(_ body: (any StoreWriter) throws(AuthError) -> Answer) throws(AuthError) -> Answer {
        try transact { pages throws(AuthError) in try body(pages) }
    }

    private func transact<Answer>(_ body: (Pages) throws(AuthError) -> Answer) throws(AuthError) -> Answer {
        lock.lock()
        defer { lock.unlock() }
        do throws(AuthError) {
            let answer = try body(pages)
            pages.before = [:]
            return answer
        } catch {
            pages.undo()
            throw error
        }
    }

    private final class Pages: StoreWriter {
        private(set) var entries: [[UInt8]: [UInt8]] = [:]
        /// What this transaction has changed, as it was.
        var before: [[UInt8]: [UInt8]?] = [:]

        func value(of key: [UInt8]) -> [UInt8]? { entries[key] }

        func entries(under prefix: [UInt8], limit: Int) -> [(key: [UInt8], value: [UInt8])] {
            let found = entries.filter { $0.key.starts(with: prefix) }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            return found.prefix(limit).map { ($0.key, $0.value) }
        }

        func put(_ value: [UInt8], at key: [UInt8]) { set(key, value) }

        func remove(_ key: [UInt8]) { set(key, nil) }

        func undo() {
            for (key, value) in before { entries[key] = value }
            before = [:]
        }

        private func set(_ key: [UInt8], _ value: [UInt8]?) {
            if before[key] == nil { before[key] = .some(entries[key]) }
            entries[key] = value
        }
    }
}
