import WaryVocabulary

/// What everyone's good sign-ins teach together, kept as profiles beside the accounts': one for each place of the chains,
/// one for each autonomous system's conduct, one of totals.
struct Population {
    let profiles: ProfileCache

    /// What is known of an event's habits, of its account and of everyone.
    func evidence(for fields: EventFields, _ path: HabitPath, _ baseline: AccountBaseline,
                  at now: Instant) throws(HistoryError) -> HabitEvidence {
        let totals = try totals()
        return HabitEvidence(
            net: try levels(path.net, baseline.habits), device: try levels(path.device, baseline.habits),
            signIns: Int(totals.signIns), accounts: Int(totals.accounts), ownSignIns: baseline.signIns,
            conduct: try fields.network.asn.map { asn throws(HistoryError) in try conduct(asn, totals, now) }, scores: try scores())
    }

    private func levels(_ steps: [HabitPath.Step], _ habits: HabitTree) throws(HistoryError) -> [HabitEvidence.Level] {
        guard let first = steps.first else { return [] }
        let own = habits.counts(along: steps)
        var above = try place(.root(isNet: first.level.isNet))
        var levels: [HabitEvidence.Level] = []
        levels.reserveCapacity(steps.count)
        for (index, step) in steps.enumerated() {
            // Below a place that nobody has been at there is nothing to look for.
            let here = above.below == 0 ? PopulationPlace() : try place(.place(step))
            levels.append(HabitEvidence.Level(
                level: step.level, isKnown: step.isKnown, own: own[index],
                everyone: HabitCounts(total: Int(above.below), distinct: Int(above.distinct), count: Int(here.accounts))))
            above = here
        }
        return levels
    }

    /// An address that far too many accounts sign in from.
    struct Crowd {
        var accounts: Int
        var all: Int
        /// It was not known to be one before.
        var isNews: Bool
    }

    /// Nil where the event's address is an ordinary one.
    func crowd(at path: HabitPath, _ options: HistoryOptions) throws(HistoryError) -> Crowd? {
        guard let address = path.net.last else { return nil }
        let place = try place(.place(address)), all = Int(try totals().accounts)
        let isOne = all >= options.crowdAccounts && Double(place.accounts) > options.crowdShare * Double(all)
        return place.isCrowded || isOne ? Crowd(accounts: Int(place.accounts), all: all, isNews: !place.isCrowded) : nil
    }

    // MARK: Learning

    /// What a good sign-in would be the first of.
    func novelty(of path: HabitPath, _ baseline: AccountBaseline) throws(HistoryError) -> Novelty {
        try novelty(of: path, isNewcomer: baseline.signIns == 0, accountsBefore: 0) { steps in
            zip(steps, baseline.habits.counts(along: steps)).filter { $0.1.count == 0 }.map(\.0)
        }
    }

    /// What a good sign-in that is taken back was the last of; `baseline` is the account's without it.
    func loss(of path: HabitPath, _ baseline: AccountBaseline) throws(HistoryError) -> Novelty {
        try novelty(of: path, isNewcomer: baseline.signIns == 0, accountsBefore: 1) { steps in
            zip(steps, baseline.habits.counts(along: steps)).filter { $0.1.count == 0 }.map(\.0)
        }
    }

    /// What a good sign-in that is given back is the first of; `baseline` is the account's with it.
    func recovery(of path: HabitPath, _ baseline: AccountBaseline) throws(HistoryError) -> Novelty {
        try novelty(of: path, isNewcomer: baseline.signIns == 1, accountsBefore: 0) { steps in
            zip(steps, baseline.habits.counts(along: steps)).filter { $0.1.count == 1 }.map(\.0)
        }
    }

    private func novelty(of path: HabitPath, isNewcomer: Bool, accountsBefore: UInt32,
                         _ fresh: ([HabitPath.Step]) -> [HabitPath.Step]) throws(HistoryError) -> Novelty {
        var novelty = Novelty()
        if isNewcomer { novelty.noteNewcomer() }
        for chain in path.chains {
            for step in fresh(chain) {
                novelty.noteForAccount(step.level)
                if try place(.place(step)).accounts == accountsBefore { novelty.noteForEveryone(step.level) }
            }
        }
        return novelty
    }

    /// Carries a record into everyone's profiles; those already past it are left alone.
    func apply(_ header: RecordHeader, _ fields: EventFields, _ hashes: inout EventHashes, good: Instant?) throws(HistoryError) {
        if header.effects.contains(.stranger) { try noteFailure(header, fields) }
        if header.effects.isSuperset(of: [.learns, .crowded]), let address = hashes.path(fields).net.last {
            try change(header, .place(address)) { PopulationPlace.edit(&$0) { $0.isCrowded = true } }
        }
        let isCrowded = header.effects.contains(.crowded)
        let isLoss = header.effects.contains(.unlearns)
        guard isLoss || !header.effects.isDisjoint(with: [.learns, .relearns]) else { return }
        try applyTotals(header, isCrowded ? fields.withoutPlace : fields, isLoss: isLoss, good: good ?? header.at)
        let path = hashes.path(fields)
        for chain in (isCrowded ? path.withoutPlace : path).chains {
            for (index, step) in chain.enumerated() {
                if index == 0, header.novelty.isForAccount(step.level) {
                    try change(header, .root(isNet: step.level.isNet)) { Self.move(below: &$0, header, step, isLoss) }
                }
                let next = index + 1 < chain.count ? chain[index + 1] : nil
                let isFresh = header.novelty.isForAccount(step.level)
                let isFreshBelow = next.map { header.novelty.isForAccount($0.level) } ?? false
                guard isFresh || isFreshBelow else { continue }
                try change(header, .place(step)) { section in
                    if isFresh { PopulationPlace.edit(&section) { $0.accounts = Self.stepped($0.accounts, isLoss) } }
                    if isFreshBelow, let next { Self.move(below: &section, header, next, isLoss) }
                }
            }
        }
    }

    /// A place gains or loses an account at the step below it.
    private static func move(below section: inout Section, _ header: RecordHeader, _ step: HabitPath.Step, _ isLoss: Bool) {
        PopulationPlace.edit(&section) {
            $0.below = stepped($0.below, isLoss)
            if header.novelty.isForEveryone(step.level) { $0.distinct = stepped($0.distinct, isLoss) }
        }
    }

    private func applyTotals(_ header: RecordHeader, _ fields: EventFields, isLoss: Bool, good: Instant) throws(HistoryError) {
        try change(header, .totals) { section in
            PopulationTotals.edit(&section) {
                $0.signIns = Self.stepped($0.signIns, isLoss)
                if header.novelty.isNewcomer { $0.accounts = Self.stepped($0.accounts, isLoss) }
                if isLoss { $0.conduct.successes.remove(from: good) } else { $0.conduct.successes.add(at: good) }
            }
        }
        if let asn = fields.network.asn {
            try change(header, .conduct(asn)) { section in
                ConductCounts.edit(&section) {
                    if isLoss { $0.successes.remove(from: good) } else { $0.successes.add(at: good) }
                }
            }
        }
        guard let score = fields.strangeness else { return }
        try change(header, .scores) { section in
            if isLoss {
                ScoreSketch.remove(score, from: good, in: &section)
            } else if header.effects.contains(.relearns) {
                ScoreSketch.restore(score, from: good, in: &section)
            } else {
                ScoreSketch.add(score, at: good, to: &section)
            }
        }
    }

    private func noteFailure(_ header: RecordHeader, _ fields: EventFields) throws(HistoryError) {
        try change(header, .totals) { PopulationTotals.edit(&$0) { $0.conduct.failures.add(at: header.at) } }
        if let asn = fields.network.asn {
            try change(header, .conduct(asn)) { ConductCounts.edit(&$0) { $0.failures.add(at: header.at) } }
        }
    }

    private static func stepped(_ count: UInt32, _ isDown: Bool) -> UInt32 {
        isDown ? count - min(count, 1) : count + (count == .max ? 0 : 1)
    }

    // MARK: Profiles

    private func change(_ header: RecordHeader, _ key: PopulationKey, _ body: (inout Section) -> Void) throws(HistoryError) {
        let key = key.profile
        _ = try profiles.edit(key, before: header.sequence) { profile in
            profile.edit(ReservedSlot.population, body)
            profile.mark = header.sequence
        }
    }

    private func section(_ key: PopulationKey) throws(HistoryError) -> Section {
        try profiles.profile(key.profile)?.section(ReservedSlot.population) ?? Section()
    }

    private func place(_ key: PopulationKey) throws(HistoryError) -> PopulationPlace { PopulationPlace(try section(key)) }

    private func totals() throws(HistoryError) -> PopulationTotals { PopulationTotals(try section(.totals)) }

    private func scores() throws(HistoryError) -> ScoreDistribution { ScoreSketch.distribution(try section(.scores)) }

    private func conduct(_ asn: UInt32, _ totals: PopulationTotals, _ now: Instant) throws(HistoryError) -> NetworkConduct {
        let own = ConductCounts(try section(.conduct(asn)))
        return NetworkConduct(failures: own.failures.weight(at: now), allFailures: totals.conduct.failures.weight(at: now),
                              successes: own.successes.weight(at: now), allSuccesses: totals.conduct.successes.weight(at: now))
    }
}
