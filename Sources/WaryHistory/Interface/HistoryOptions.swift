import WaryVocabulary

/// How history is kept. The defaults suit one server on one machine.
public struct HistoryOptions: Sendable {
    /// When `commit()` returns with the events on disk.
    public enum Durability: Hashable, Sendable {
        /// Each commit is synced before it returns.
        case commit
        /// Commits return at once, and the disk is synced this often: a crash loses at most so much.
        case interval(milliseconds: Int64)
    }

    public var durability: Durability
    /// How long events are kept, in milliseconds; what is older is trimmed.
    public var retention: Int64
    /// For kinds of events with a retention of their own, in milliseconds, shorter or longer. What was reported of an event
    /// goes with it. Aggregates that were counted already stay; after a rebuild they count what is held.
    public var retentionByKind: [EventKind: Int64] = [:]
    /// How much memory live profiles may take, in bytes.
    public var cacheBytes: Int
    /// An address that more than this share of all accounts sign in from is taken for a proxy in front of the app: its
    /// sign-ins teach nothing about places.
    public var crowdShare = 0.5
    /// Accounts from which on that is judged: before, a test stand or a small office would be taken for a crowd.
    public var crowdAccounts = 100
    /// The name in front of the log's checkpoints, as a URL without its scheme: `example.com/wary`. Nil: one made of the key
    /// they are signed with.
    public var logOrigin: String?
    /// Bytes of address space that the journal's and the profiles' maps begin with; they double when they are full.
    public var mapBytes = Limits.mapBytes
    /// Opened for looking only: takes no lock and writes nothing.
    public var isReadOnly: Bool

    /// How long events of a kind are kept.
    func retention(of kind: EventKind?) -> Int64 { kind.flatMap { retentionByKind[$0] } ?? retention }

    /// After which nothing at all is kept of an event.
    var longestRetention: Int64 { max(retention, retentionByKind.values.max() ?? 0) }

    public init(durability: Durability = .commit, retention: Int64 = Limits.retention,
                cacheBytes: Int = Limits.cacheBytes, isReadOnly: Bool = false) {
        self.durability = durability
        self.retention = retention
        self.cacheBytes = cacheBytes
        self.isReadOnly = isReadOnly
    }
}
