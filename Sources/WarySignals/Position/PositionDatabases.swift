import Synchronization
import WaryVocabulary

/// The position and network databases in use. Look-ups come from any thread and never wait for a file: a reload reads and
/// checks the new files first, then exchanges one reference.
public final class PositionDatabases: Sendable {
    private let current: Mutex<LoadedDatabases>

    /// Opens and checks all of them; on failure names the file and how to mend it.
    public init(_ sources: PositionSources) throws(PositionError) {
        current = Mutex(try LoadedDatabases(sources))
    }

    /// Databases only; each is recognised by its metadata.
    public convenience init(paths: [String]) throws(PositionError) {
        try self.init(PositionSources(databases: paths))
    }

    /// No database: everything is unknown with the reason `database_not_loaded`, or `private_address`.
    public static let none = PositionDatabases(LoadedDatabases())

    private init(_ loaded: LoadedDatabases) { current = Mutex(loaded) }

    /// What is known of an address. With `now`, databases older than the configured age are not believed.
    public func look(up address: IPAddress, at now: Instant? = nil) -> Whereabouts {
        current.withLock { $0 }.look(up: address, at: now)
    }

    /// Reads everything again, from other sources if given, and puts it in use at once; on failure what was loaded stays.
    public func reload(_ sources: PositionSources? = nil) throws(PositionError) {
        let fresh = try LoadedDatabases(sources ?? self.sources)
        current.withLock { $0 = fresh }
    }

    /// Reloads when a file has changed on disk since it was read. True when it did.
    public func reloadIfChanged() throws(PositionError) -> Bool {
        let loaded = current.withLock { $0 }
        guard loaded.stamps != LoadedDatabases.stamps(of: loaded.sources) else { return false }
        try reload()
        return true
    }

    public var sources: PositionSources { current.withLock { $0 }.sources }

    /// What the files in use are, by their contents.
    public var inventory: DataInventory { current.withLock { $0 }.inventory }

    /// The files in use: for `wary geo`, the readiness page and the log.
    public var files: [MaxMindFile] { current.withLock { $0 }.files }
}
