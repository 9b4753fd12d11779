import WaryVocabulary

/// Carries a record's effects into the profiles. Recording, replaying and rebuilding all go through here, so that they
/// agree; a profile that is already past a record is left alone.
struct Applier {
    let profiles: ProfileCache
    let hasher: EventHasher
    var plan: AggregatePlan
    /// What trimmed records taught; nil in memory, where nothing is trimmed.
    var carried: CarriedBaselines?

    var population: Population { Population(profiles: profiles) }

    /// - Parameters:
    ///   - fields: the event's; for an outcome or a label, the decision's.
    ///   - good: for a label, when the good sign-in it concerns was reported.
    ///   - relearned: for a label, the account's baseline computed anew.
    func apply(_ header: RecordHeader, _ fields: EventFields, _ hashes: inout EventHashes, good: Instant?,
               relearned: () throws(HistoryError) -> AccountBaseline) throws(HistoryError) {
        // The account's own profile has its mark set after this, whether it was new to it or not.
        let isNewToAccount = try applyToAccount(header, fields, &hashes, relearned)
        try population.apply(header, fields, &hashes, good: good)
        try applyToAggregates(header, fields, good, &hashes) { $0.kinds != .account ? header.sequence : isNewToAccount ? .max : 0 }
    }

    /// Carries a record into aggregates that are being filled: marks speak of the others and stay as they are.
    func fill(_ record: Record, _ fields: EventFields) throws(HistoryError) {
        var good: Instant?
        if case .label(let instant) = record.body { good = instant }
        var hashes = EventHashes(hasher, account: record.header.pseudonym)
        try applyToAggregates(record.header, fields, good, &hashes) { _ in .max }
    }

    /// Carries what an erased record left behind into all that is not the account's own.
    func apply(_ header: RecordHeader, _ residue: Residue, isFilling: Bool = false) throws(HistoryError) {
        var hashes = EventHashes(hasher, residue)
        if !isFilling { try population.apply(header, residue.numbers, &hashes, good: header.kind == .label ? residue.good : nil) }
        guard header.kind != .label else { return }
        var header = header
        header.effects.remove(.learns)
        let admitted = { (definition: AggregateDefinition) -> Bool in
            definition.filter == nil || residue.admitted.contains(hasher.plain.hash("aggregate", .text(definition.text)).low)
        }
        try applyToAggregates(header, residue.numbers, nil, &hashes, admits: admitted) { group in
            group.keys.contains(.account) ? 0 : isFilling ? .max : header.sequence
        }
    }

    /// - Parameter bound: profiles of a group that are applied up to here are left alone; 0: all of them.
    private func applyToAggregates(_ header: RecordHeader, _ fields: EventFields, _ good: Instant?, _ hashes: inout EventHashes,
                                   admits: ((AggregateDefinition) -> Bool)? = nil,
                                   before bound: (_ group: AggregatePlan.Group) -> UInt64) throws(HistoryError) {
        let isCorrection = !header.effects.isDisjoint(with: [.unlearns, .relearns])
        let shape = StepMemo.Shape(kind: header.kind, effects: header.effects, event: header.event)
        for (group, steps) in plan.steps(shape, { Self.events(header) }) {
            let group = plan.groups[group], bound = bound(group)
            guard bound > 0, let key = hashes.profile(group.keys, group.kinds, fields) else { continue }
            _ = try profiles.edit(key, before: bound) { profile in
                for step in steps {
                    let item = group.items[step.item]
                    let isAdmitted = step.role == .turns || (admits?(item.definition) ?? item.definition.filter?.admits(fields) ?? true)
                    guard isAdmitted else { continue }
                    if isCorrection {
                        correct(item, header, fields, good ?? header.at, &hashes, &profile)
                    } else {
                        add(item, step, header, fields, &hashes, &profile)
                    }
                }
                // Filling goes through records that all else has seen: it never lowers a mark.
                profile.mark = max(profile.mark, header.sequence)
            }
        }
    }

    /// What a record counts as: its event and what its effects add.
    private static func events(_ header: RecordHeader) -> [EventKind] {
        switch header.kind {
        case .label: return header.effects.isDisjoint(with: [.unlearns, .relearns]) ? [] : [AggregatePlan.goodSignIn]
        case .erasure: return []
        case .decision, .outcome, .event, .imported:
            var events: [EventKind] = []
            if header.kind != .outcome, let event = header.event { events.append(event) }
            events += header.effects.eventKinds
            if header.effects.contains(.learns) { events.append(AggregatePlan.goodSignIn) }
            return events
        }
    }

    /// - Returns: false where the account's profile is past the record.
    private func applyToAccount(_ header: RecordHeader, _ fields: EventFields, _ hashes: inout EventHashes,
                                _ relearned: () throws(HistoryError) -> AccountBaseline) throws(HistoryError) -> Bool {
        let key = ProfileKey(kinds: .account, hash: header.pseudonym)
        let isCorrection = !header.effects.isDisjoint(with: [.unlearns, .relearns])
        if isCorrection, try profiles.profile(key)?.mark ?? 0 >= header.sequence { return false }
        let anew = isCorrection ? try relearned() : nil
        return try profiles.edit(key, before: header.sequence) { profile throws(HistoryError) in
            var link = AccountLink(profile.section(ReservedSlot.link))
            let isBegun = link.head > 0
            link.head = header.sequence
            link.keySlot = header.keySlot
            if header.effects.contains(.teaches) { link.goodHead = header.sequence }
            if !isBegun, anew == nil, let section = try carried?.section(of: header.pseudonym) {
                profile.edit(ReservedSlot.baseline) { $0.replaceAll(with: Array(section.payload)) }
            }
            profile.edit(ReservedSlot.link) { link.write(to: &$0) }
            if let anew {
                profile.edit(ReservedSlot.baseline) { $0.replaceAll(with: anew.signIns == 0 ? [] : anew.words) }
            } else if header.effects.contains(.learns) {
                profile.edit(ReservedSlot.baseline) {
                    BaselineSection.learn(fields, &hashes, at: header.at, isCrowded: header.effects.contains(.crowded),
                                          names: hasher.plain.names, in: &$0)
                }
            }
            profile.mark = header.sequence
        }
    }

    private func add(_ item: AggregatePlan.Item, _ step: AggregatePlan.Step, _ header: RecordHeader, _ fields: EventFields,
                     _ hashes: inout EventHashes, _ profile: inout Profile) {
        if step.role == .turns {
            profile.edit(item.slot) { SinceCounter.turn(header.at.milliseconds, &$0) }
        } else {
            profile.edit(item.slot) {
                AggregateState.add(item.definition, fields, at: header.at, sequence: header.sequence, hashes: &hashes, to: &$0)
            }
        }
    }

    private func correct(_ item: AggregatePlan.Item, _ header: RecordHeader, _ fields: EventFields, _ good: Instant,
                         _ hashes: inout EventHashes, _ profile: inout Profile) {
        guard let hash = hashes.field(item.definition.field, fields) else { return }
        profile.edit(item.slot) { section in
            if header.effects.contains(.unlearns) {
                MetValues.remove(hash, good.milliseconds, from: &section)
            } else {
                MetValues.add(hash, good.milliseconds, to: &section)
            }
        }
    }
}
