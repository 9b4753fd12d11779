import WaryVocabulary

extension History {
    /// Says which aggregates are needed from now on: all of those that the policies in force name. New ones are filled
    /// from the journal before this returns, unless `prepare` and `fill` have done so; those left out are forgotten.
    public func use(_ aggregates: [AggregateDefinition]) throws(HistoryError) {
        do throws(HistoryError) {
            try takeIntoUse(aggregates)
        } catch {
            // Damaged profiles are built anew as soon as nothing is under way.
            guard writeBehind?.disk.damage != nil, !options.isReadOnly else { throw error }
            try takeIntoUse(aggregates)
        }
    }

    private func takeIntoUse(_ aggregates: [AggregateDefinition]) throws(HistoryError) {
        try commitNow()
        let wanted = Set(aggregates)
        try startWith(wanted)
        try prepare(aggregates)
        while filling != nil, !(try fill().isDone) {}
        var items = filling?.items ?? []
        if !items.isEmpty { unsettled.formUnion(items.map(\.slot)) }
        for definition in wanted {
            if let slot = applier.plan.slot(of: definition) { items.append(AggregatePlan.Item(slot: slot, definition: definition)) }
        }
        filling = nil
        applier.plan = AggregatePlan(items.sorted { $0.slot < $1.slot })
        writeBehind?.disk.keptSlots = applier.plan.slots
        if !unsettled.isEmpty, !options.isReadOnly { writeBehind?.begin(mark: journal.lastCommitted, settling: unsettled) }
    }

    /// The first time: what the profiles on disk keep already goes on from where it stands.
    private func startWith(_ wanted: Set<AggregateDefinition>) throws(HistoryError) {
        guard !isReady, let facts = writeBehind?.disk.facts else { return }
        let kept = wanted.compactMap { definition in
            facts.slots[definition.text].map { AggregatePlan.Item(slot: $0, definition: definition) }
        }
        applier.plan = AggregatePlan(kept.sorted { $0.slot < $1.slot })
        try becomeReady()
    }
}
