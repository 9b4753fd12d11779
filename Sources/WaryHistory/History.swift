import WaryVocabulary

/// What Wary remembers: a journal of events, which is the truth, and profiles, which are its digest.
///
/// One thread owns a history. Every record is seen by the next read; `commit` makes what was recorded durable, and when
/// it throws, everything since the last commit is undone.
public final class History {
    let journal: Journal
    let profiles: ProfileCache
    let hasher: EventHasher
    let ids: DecisionIDCodec
    let options: HistoryOptions
    var applier: Applier
    var recent = RecentDecisions()
    /// The event asked about last.
    private var focusFields: EventFields?
    var focusHashes: EventHashes
    /// Called with what an operator should know, on the history's own thread.
    public var onWarning: ((HistoryWarning) -> Void)? {
        didSet {
            guard let onWarning, let told = untold else { return }
            untold = nil
            onWarning(told)
        }
    }
    /// What opening found, until somebody listens.
    var untold: HistoryWarning?
    /// As of the last commit, for `rollback`.
    var committedFacts: HistoryFacts
    var facts: HistoryFacts
    var nextAggregateSlot = ReservedSlot.firstAggregate
    /// Aggregates that a coming policy needs.
    var filling: Filling?
    /// Slots in use that not all profiles on disk have yet: after a crash they are filled anew.
    var unsettled: Set<UInt16> = []
    var dates = HousekeepingDates()
    /// Where the sweep for idle profiles goes on.
    var idleSweep: [UInt8] = []
    /// Up to where contents were looked at whose own retention may be over, by that retention.
    var expiry: [Int64: UInt64] = [:]
    /// Nil in memory.
    var folder: DataFolder?
    var writeBehind: WriteBehind?
    /// False until the journal's tail is in the profiles.
    var isReady = true
    /// While a journal is gone through again, the labels met so far, by the decision's sequence; nil: all of them hold.
    var knownLabels: [UInt64: Label]?
    let key: InstallationKey
    /// Why profiles could not be written behind, while they cannot: the events themselves are safe.
    public private(set) var maintenanceError: HistoryError?
    private var lastSync = ContinuousClock.now

    init(journal: Journal, profiles: ProfileCache, key: InstallationKey, options: HistoryOptions, facts: HistoryFacts) {
        self.journal = journal
        self.profiles = profiles
        self.options = options
        self.key = key
        hasher = EventHasher(KeyHasher(key))
        focusHashes = EventHashes(hasher)
        ids = DecisionIDCodec(key)
        applier = Applier(profiles: profiles, hasher: hasher, plan: AggregatePlan([]))
        self.facts = facts
        committedFacts = facts
    }

    /// A history that is kept in memory alone, with the same semantics.
    public static func inMemory(key: InstallationKey = .random()) -> History {
        let journal = Journal(store: MemoryStore(), keys: MemoryAccountKeys(), logSeal: LogSeal(key), first: 0, last: 0)
        return History(journal: journal, profiles: ProfileCache(source: nil), key: key, options: HistoryOptions(),
                       facts: HistoryFacts())
    }

    /// The instant of the last event: a clock made of the greater of this and the wall's never goes back.
    public var clock: Instant { facts.clock }

    /// What an aggregate is for this event, over the events recorded so far.
    public func value(of aggregate: AggregateDefinition, for fields: EventFields, at now: Instant) throws(HistoryError) -> Reading {
        try becomeReady()
        guard let place = applier.plan.place(of: aggregate) else { throw .invalid("\(aggregate.text) is not in use") }
        focus(on: fields)
        guard let key = focusHashes.profile(aggregate.keys, place.kinds, fields) else {
            let unknown = aggregate.keys.first { fields.value(of: $0) == nil }
            return .unknown(AggregateState.missing(unknown?.rawValue, fields))
        }
        let section = try profiles.profile(key)?.section(place.slot) ?? Section()
        return AggregateState.read(aggregate, fields, at: now, hashes: &focusHashes, in: section)
    }

    /// What the account's good sign-ins taught.
    public func baseline(of account: String) throws(HistoryError) -> AccountBaseline {
        try becomeReady()
        let section = try profiles.profile(accountKey(account))?.section(ReservedSlot.baseline) ?? Section()
        return AccountBaseline(section: section, hasher: hasher.plain)
    }

    /// What is known of an event's habits, of its account and of everyone: for the statistical model.
    public func evidence(for fields: EventFields, _ baseline: AccountBaseline, at now: Instant) throws(HistoryError) -> HabitEvidence {
        try becomeReady()
        focus(on: fields)
        return try applier.population.evidence(for: fields, focusHashes.path(fields), baseline, at: now)
    }

    /// What was recorded since the last commit becomes durable, as the options say. When it throws, all that is not yet
    /// durable is undone.
    public func commit() throws(HistoryError) {
        if case .interval(let milliseconds) = options.durability, journal.hasPending,
           ContinuousClock.now - lastSync < .milliseconds(milliseconds) { return }
        try commitNow()
    }

    /// Commits whatever the interval. For what must be on disk before something else happens.
    public func commitNow() throws(HistoryError) {
        lastSync = .now
        guard journal.hasPending || profiles.hasUncommitted else { return }
        do throws(HistoryError) {
            guard !options.isReadOnly else { throw .invalid("this history is opened for reading only") }
            facts.write(to: journal, ifChangedFrom: committedFacts)
            try journal.commit()
        } catch {
            rollback()
            throw error
        }
        profiles.commit()
        committedFacts = facts
        do throws(HistoryError) {
            try maintain()
            clearFault()
        } catch { note(error) }
    }

    /// Upkeep went well, or did not.
    func clearFault() { maintenanceError = nil }
    func note(_ error: HistoryError) { maintenanceError = error }

    /// The format of the data folder's files.
    public func formatVersion() throws(HistoryError) -> Int { try FolderFormat.version(journal) }

    /// Undoes everything since the last commit.
    public func rollback() {
        journal.rollback()
        profiles.rollback()
        recent.forget(after: journal.lastCommitted)
        facts = committedFacts
        expiry = [:]
    }

    /// Lets go of the folder. What was not committed is lost; `checkpoint()` first makes the next start a quick one.
    public func close() {
        journal.store.close()
        journal.keys.close()
        writeBehind?.close()
        folder?.release()
    }

    /// Many things are asked about one event, one after the other: its hashes are computed once.
    func focus(on fields: EventFields) {
        if focusFields == fields { return }
        focusFields = fields
        focusHashes = EventHashes(hasher)
    }

    func accountKey(_ account: String) -> ProfileKey {
        if let focusFields, focusFields.account == account, let hash = focusHashes.key(.account, focusFields) {
            return ProfileKey(kinds: .account, hash: hash)
        }
        return ProfileKey(kinds: .account, hash: hasher.hash(.account, .text(account)))
    }

    func link(_ key: ProfileKey) throws(HistoryError) -> AccountLink {
        AccountLink(try profiles.profile(key)?.section(ReservedSlot.link) ?? Section())
    }
}

/// The format of a data folder, in its journal's facts: a later one is refused, an earlier one is brought up to date by
/// `wary migrate`.
enum FolderFormat {
    /// 2: each record's leaf of the log is stored with it. Before the first release formats change without a migration.
    static let current = 2
    private static let key = Array("format".utf8)

    /// - Returns: false for a folder that has none yet.
    static func check(_ store: any Store, path: String) throws(HistoryError) -> Bool {
        guard let bytes = try store.get(.facts, key) else { return false }
        let version = Int(bytes.first ?? 0)
        if version > current { throw .tooNew(path: path, format: version, known: current) }
        if version < current { throw .tooOld(path: path, format: version, known: current) }
        return true
    }

    static func mark(_ journal: Journal) { journal.put(.facts, key, [UInt8(current)]) }

    static func version(_ journal: Journal) throws(HistoryError) -> Int {
        try journal.get(.facts, key)?.first.map(Int.init) ?? current
    }
}

/// The folder's own numbers that change as events are recorded.
struct HistoryFacts: Equatable {
    var clock = Instant(milliseconds: 0)
    /// The last account key slot in use.
    var lastSlot: UInt32 = 0

    static let key = Array("facts".utf8)

    init() {}

    init(_ journal: Journal) throws(HistoryError) {
        guard let bytes = try journal.get(.facts, Self.key) else { return }
        var reader = ByteReader(bytes)
        do throws(MalformedBytes) {
            clock = Instant(milliseconds: try reader.fixed())
            lastSlot = try reader.fixed()
        } catch { throw .damaged(file: "journal", place: "facts", help: "wary journal salvage keeps what is good") }
        if let header = try journal.header(journal.lastSequence) { clock = max(clock, header.at) }
    }

    /// The last record has the clock already, unless it lies in the past.
    func write(to journal: Journal, ifChangedFrom old: HistoryFacts) {
        guard self != old else { return }
        journal.put(.facts, Self.key, bytes)
    }

    var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.fixed(clock.milliseconds)
        writer.fixed(lastSlot)
        return writer.bytes
    }
}

/// The fields of decisions made lately, for the reports that follow them: each at its sequence's place in a ring.
struct RecentDecisions {
    private var entries: [(sequence: UInt64, fields: EventFields?)] = []

    subscript(sequence: UInt64) -> EventFields? {
        let place = Self.place(sequence)
        return place < entries.count && entries[place].sequence == sequence ? entries[place].fields : nil
    }

    mutating func remember(_ sequence: UInt64, _ fields: EventFields) {
        if entries.isEmpty { entries = Array(repeating: (0, nil), count: Limits.recentDecisions) }
        entries[Self.place(sequence)] = (sequence, fields)
    }

    mutating func forget(after sequence: UInt64) {
        for place in entries.indices where entries[place].sequence > sequence { entries[place] = (0, nil) }
    }

    mutating func removeAll() { self = RecentDecisions() }

    private static func place(_ sequence: UInt64) -> Int { Int(sequence % UInt64(Limits.recentDecisions)) }
}
