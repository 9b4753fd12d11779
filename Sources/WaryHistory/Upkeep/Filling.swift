import WaryVocabulary

/// How far new aggregates are filled from the journal.
public struct FillProgress: Hashable, Sendable {
    /// Records gone through, and all there are.
    public var records: UInt64
    public var total: UInt64
    public var isDone: Bool { records >= total }
}

/// Aggregates that a coming policy needs and that have not seen all of the journal yet.
struct Filling {
    var items: [AggregatePlan.Item]
    /// The last record they have seen.
    var position: UInt64
}

extension History {
    /// Begins to fill aggregates that are not kept yet, while those in use go on; `fill` then does it piece by piece, and
    /// `use` takes them over once they are full. What was begun before and is not asked for again is dropped.
    public func prepare(_ aggregates: [AggregateDefinition]) throws(HistoryError) {
        try becomeReady()
        try commitNow()
        let known = applier.plan.numbers
        var items: [AggregatePlan.Item] = []
        let begun = filling
        for definition in Set(aggregates).sorted(by: { $0.text < $1.text }) where known[definition.text] == nil {
            if let item = begun?.items.first(where: { $0.definition == definition }) {
                items.append(item)
            } else {
                items.append(AggregatePlan.Item(slot: nextAggregateSlot, definition: definition))
                nextAggregateSlot += 1
            }
        }
        let isSame = begun.map { Set($0.items.map(\.slot)) == Set(items.map(\.slot)) } ?? false
        if isSame { return }
        // Some are half full and some empty: all begin anew, in slots of their own.
        if begun != nil {
            items = items.map { item in
                defer { nextAggregateSlot += 1 }
                return AggregatePlan.Item(slot: nextAggregateSlot, definition: item.definition)
            }
        }
        filling = items.isEmpty ? nil : Filling(items: items, position: journal.firstSequence == 0 ? 0 : journal.firstSequence - 1)
        writeBehind?.disk.keptSlots = applier.plan.slots.union(items.map(\.slot))
    }

    /// Runs at most so many committed records through the aggregates being filled.
    @discardableResult
    public func fill(records: Int = Limits.fillSlice) throws(HistoryError) -> FillProgress {
        try commitNow()
        guard var filling else { return FillProgress(records: journal.lastCommitted, total: journal.lastCommitted) }
        let filler = Applier(profiles: profiles, hasher: hasher, plan: AggregatePlan(filling.items))
        var left = records
        do throws(HistoryError) {
            try journal.scan(from: filling.position + 1) { sequence, bytes throws(HistoryError) in
                guard left > 0 else { return false }
                left -= 1
                try fill(filler, sequence, bytes)
                filling.position = sequence
                return true
            }
        } catch {
            // What was half done is not known any more: the next `prepare` begins anew.
            self.filling = nil
            throw error
        }
        if left > 0 { filling.position = journal.lastCommitted }
        profiles.commit()
        self.filling = filling
        if profiles.bytes > options.cacheBytes { try makeRoom(mark: journal.lastCommitted) }
        return FillProgress(records: filling.position, total: journal.lastCommitted)
    }

    private func fill(_ filler: Applier, _ sequence: UInt64, _ bytes: [UInt8]) throws(HistoryError) {
        guard let record = try journal.openFields(bytes, sequence) else {
            let header = try Journal.header(bytes, sequence).header
            if let residue = try residue(header) { try filler.apply(header, residue, isFilling: true) }
            return
        }
        guard let fields = try eventFields(record) else { return }
        if record.header.kind == .decision { recent.remember(sequence, fields) }
        try filler.fill(record, fields)
        if profiles.bytes > options.cacheBytes { try makeRoom(mark: journal.lastCommitted) }
    }

    /// The fields of the event a record is about; nil where they are held no longer.
    func eventFields(_ record: Record) throws(HistoryError) -> EventFields? {
        if let fields = record.body.fields { return fields }
        let reference = record.header.reference
        guard reference > 0 else { return nil }
        if let fields = recent[reference] { return fields }
        return try journal.record(reference)?.body.fields
    }
}
