import WaryVocabulary

/// What a replay did not find of what once was there.
public struct ReplayGaps: Hashable, Sendable {
    /// The first record held; those before it were trimmed.
    public var first: UInt64 = 1
    /// Records whose contents went with their retention, and those of accounts erased since.
    public var expired = 0
    public var erased = 0
}

/// Goes through a journal again from its beginning, with profiles of its own: at each record it knows exactly what was known
/// then, and nothing of what came after. The journal may be a live server's; it is only read.
public final class HistoryReplay {
    /// History as it stood just before the record at hand. Only for reading.
    public let past: History
    private let source: History
    private var next: UInt64 = 1
    /// Among the records gone through.
    public private(set) var gaps = ReplayGaps()

    /// - Parameters:
    ///   - source: opened for reading.
    ///   - aggregates: what is to be known of the past.
    public init(_ source: History, aggregates: [AggregateDefinition]) {
        self.source = source
        past = History(reading: source, aggregates: aggregates)
        gaps.first = max(1, source.journal.firstSequence)
    }

    /// Hands out each record that is committed, oldest first, before it is applied, until `body` returns false, or `limit`
    /// records have been gone through: called again, it goes on from there.
    /// - Parameter share: of the accounts, 1 for all. Records of the others are neither opened nor applied, so that only what an
    ///   account's own profile holds is then what was known.
    /// - Returns: false at the end of what is committed.
    @discardableResult
    public func run(atMost limit: Int = .max, share: Double = 1, _ body: (HistoryEntry) throws(HistoryError) -> Bool) throws(HistoryError) -> Bool {
        let journal = source.journal
        var left = limit
        try journal.scan(from: next) { number, bytes throws(HistoryError) in
            guard left > 0 else { return false }
            left -= 1
            next = number + 1
            if share < 1, History.draw(try Journal.header(bytes, number).header) >= share { return true }
            guard let record = try journal.open(bytes, number) else {
                if RecordForm.isStub(bytes) {
                    gaps.expired += 1
                } else {
                    gaps.erased += 1
                    try past.takeErased(try Journal.header(bytes, number).header)
                }
                return true
            }
            guard let fields = try past.eventFields(record) else { return true }
            if let entry = past.entry(record, fields), try !body(entry) { return false }
            try past.take(record, fields)
            return true
        }
        return left == 0
    }

    /// Applies everything that had happened by an instant, so that `past` is what was known then. Imports may have brought
    /// earlier events in later: those are known, too.
    public func run(until instant: Instant) throws(HistoryError) {
        let journal = source.journal
        try journal.scan(from: 1) { number, bytes throws(HistoryError) in
            let header = try Journal.header(bytes, number).header
            guard header.at <= instant else { return true }
            guard let record = try journal.open(bytes, number) else {
                try past.takeErased(header)
                return true
            }
            if let fields = try past.eventFields(record) { try past.take(record, fields) }
            return true
        }
    }
}

extension History {
    /// The same journal with no profiles yet.
    convenience init(reading source: History, aggregates: [AggregateDefinition]) {
        self.init(journal: source.journal, profiles: ProfileCache(source: nil), key: source.key, options: source.options,
                  facts: HistoryFacts())
        var slot = nextAggregateSlot
        var items: [AggregatePlan.Item] = []
        for definition in Set(aggregates).sorted(by: { $0.text < $1.text }) {
            items.append(AggregatePlan.Item(slot: slot, definition: definition))
            slot += 1
        }
        nextAggregateSlot = slot
        applier.plan = AggregatePlan(items)
        knownLabels = [:]
    }

    /// Applies a record that the journal holds already.
    func take(_ record: Record, _ fields: EventFields) throws(HistoryError) {
        let header = record.header
        facts.clock = max(facts.clock, header.at)
        var good: Instant?
        switch header.kind {
        case .decision: recent.remember(header.sequence, fields)
        case .label:
            knownLabels?[header.reference] = LabelCode.label(header.code)
            if case .label(let instant) = record.body { good = instant }
        default: break
        }
        var hashes = EventHashes(hasher, account: header.pseudonym)
        try applier.apply(header, fields, &hashes, good: good) { () throws(HistoryError) in try relearned(header) }
        profiles.commit()
    }

    /// Of an erased record, what it left in others' numbers.
    func takeErased(_ header: RecordHeader) throws(HistoryError) {
        guard let residue = try residue(header) else { return }
        try applier.apply(header, residue)
        profiles.commit()
    }
}
