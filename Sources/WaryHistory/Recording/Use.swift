import WaryVocabulary

extension History {
    /// Says which aggregates are needed from now on: all of those that the policies in force name. New ones are filled
    /// from the journal before this returns; those left out are forgotten.
    public func use(_ aggregates: [AggregateDefinition]) throws(HistoryError) {
        try commitNow()
        let known = isReady ? applier.plan.numbers : writeBehind?.disk.facts.slots ?? [:]
        nextAggregateSlot = max(nextAggregateSlot, writeBehind?.disk.facts.nextSlot ?? 0)
        var items: [AggregatePlan.Item] = [], new: [AggregatePlan.Item] = []
        var nextSlot = nextAggregateSlot
        for definition in Set(aggregates).sorted(by: { $0.text < $1.text }) {
            if let slot = known[definition.text] {
                items.append(AggregatePlan.Item(slot: slot, definition: definition))
            } else {
                let item = AggregatePlan.Item(slot: nextSlot, definition: definition)
                nextSlot += 1
                items.append(item)
                new.append(item)
            }
        }
        applier.plan = AggregatePlan(items.filter { item in !new.contains { $0.slot == item.slot } })
        try becomeReady()
        guard !new.isEmpty else { return }
        nextAggregateSlot = nextSlot
        writeBehind?.disk.keptSlots = Set(items.map(\.slot))
        try fill(AggregatePlan(new))
        applier.plan = AggregatePlan(items)
        if let writeBehind, !options.isReadOnly { try writeBehind.runThrough(mark: journal.lastCommitted, profileFacts) }
    }

    /// Runs the journal through aggregates that have seen nothing of it.
    private func fill(_ plan: AggregatePlan) throws(HistoryError) {
        guard !plan.groups.isEmpty, journal.lastCommitted > 0 else { return }
        let filler = Applier(profiles: profiles, hasher: hasher, plan: plan)
        try journal.scan(from: 1) { sequence, bytes throws(HistoryError) in
            guard let record = try journal.open(bytes, sequence), let fields = try eventFields(record) else { return true }
            if record.header.kind == .decision { recent.remember(sequence, fields) }
            try filler.fill(record, fields)
            if profiles.bytes > options.cacheBytes { try makeRoom(mark: journal.lastCommitted) }
            return true
        }
        profiles.commit()
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
