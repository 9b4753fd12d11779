import WaryVocabulary

extension History {
    /// Says which aggregates are needed from now on: all of those that the policies in force name. New ones are filled
    /// from the journal before this returns; those left out are forgotten.
    public func use(_ aggregates: [AggregateDefinition]) throws(HistoryError) {
        try commit()
        let known = applier.plan
        var items: [AggregatePlan.Item] = [], new: [AggregatePlan.Item] = []
        var nextSlot = nextAggregateSlot
        for definition in Set(aggregates).sorted(by: { $0.text < $1.text }) {
            if let slot = known.slot(of: definition) {
                items.append(AggregatePlan.Item(slot: slot, definition: definition))
            } else {
                let item = AggregatePlan.Item(slot: nextSlot, definition: definition)
                nextSlot += 1
                items.append(item)
                new.append(item)
            }
        }
        nextAggregateSlot = nextSlot
        try fill(AggregatePlan(new))
        applier.plan = AggregatePlan(items)
    }

    /// Runs the journal through aggregates that have seen nothing of it.
    private func fill(_ plan: AggregatePlan) throws(HistoryError) {
        guard !plan.groups.isEmpty, journal.lastCommitted > 0 else { return }
        let filler = Applier(profiles: profiles, hasher: hasher, plan: plan)
        try journal.scan(from: 1) { sequence, bytes throws(HistoryError) in
            guard let record = try journal.open(bytes, sequence), let fields = try eventFields(record) else { return true }
            try filler.fill(record, fields)
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
