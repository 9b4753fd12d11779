import WaryVocabulary

extension History {
    /// Records an event with its decision. The next read sees it.
    public func recordDecision(_ event: DecidedEvent) throws(HistoryError) -> DecisionID {
        let summary = event.decision
        var effects: Effects = []
        if event.kind == .login {
            if summary.outcome == .deny { effects.insert(.denied) }
            if summary.outcome == .stepUp { effects.insert(.steppedUp) }
            if event.fields.credential == .invalid { effects.insert(.failed) }
        }
        focus(on: event.fields)
        var header = try newHeader(.decision, &focusHashes, event.fields, at: event.at)
        header.event = event.kind
        header.effects = effects
        header.code = OutcomeCode.code(summary.outcome)
        header.score = UInt8(min(max(summary.score, 0), 100))
        try append(header, .decision(event.fields, summary), event.fields, &focusHashes)
        return ids.id(sequence: header.sequence, at: event.at)
    }

    /// Records an event that nobody decided. Sign-ins and challenges are refused: they come by a decision and its report.
    public func recordEvent(_ kind: EventKind, _ fields: EventFields, at: Instant) throws(HistoryError) {
        guard !kind.isReserved else { throw .invalid("\(kind) is recorded by a decision and its report") }
        guard kind.isWellFormed else { throw .invalid("not an event's name") }
        var hashes = EventHashes(hasher)
        var header = try newHeader(.event, &hashes, fields, at: at)
        header.event = kind
        try append(header, .event(fields), fields, &hashes)
    }

    /// Records an event from elsewhere, which may lie before what is stored.
    /// - Returns: false if one with its fingerprint is here already; nothing is recorded then.
    @discardableResult
    public func recordImported(_ event: ImportedEvent) throws(HistoryError) -> Bool {
        if let fingerprint = event.fingerprint {
            let key = NumberKey.bytes(hasher.plain.hash("import", .text(fingerprint)))
            guard try journal.get(.imports, key) == nil else { return false }
            journal.put(.imports, key, [])
        }
        var effects: Effects = []
        if event.kind == .login {
            if event.decision == .deny { effects.insert(.denied) }
            if event.decision == .stepUp { effects.insert(.steppedUp) }
        }
        if let outcome = event.outcome {
            let isLogin = event.kind == .login
            effects.formUnion(Self.effects(of: outcome, isLogin: isLogin))
            if isLogin, Self.isGood(outcome, decision: event.decision ?? .allow, factor: event.factor), event.label != .fraud {
                effects.formUnion([.teaches, .learns])
            }
        }
        var hashes = EventHashes(hasher)
        var header = try newHeader(.imported, &hashes, event.fields, at: event.at)
        header.event = event.kind
        header.effects = effects
        header.code = ReportCode.code(event.outcome) | LabelCode.code(event.label) << 4
        try append(header, .event(event.fields), event.fields, &hashes)
        return true
    }

    /// What an outcome records beside itself (SMALL_PRINT A16).
    static func effects(of outcome: ReportedOutcome, isLogin: Bool) -> Effects {
        switch outcome {
        case .succeeded: isLogin ? .succeeded : []
        case .failed: isLogin ? .failed : []
        case .challengePassed: isLogin ? [.challengePassed, .succeeded] : .challengePassed
        case .challengeFailed: .challengeFailed
        case .abandoned: []
        }
    }

    /// Whether it teaches: not what was denied, nor a step-up that no factor answered.
    static func isGood(_ outcome: ReportedOutcome, decision: Outcome, factor: Factor?) -> Bool {
        switch (outcome, decision) {
        case (_, .deny): false
        case (.challengePassed, _), (.succeeded, .allow): true
        case (.succeeded, .stepUp): factor != nil
        default: false
        }
    }

    func newHeader(_ kind: RecordKind, _ hashes: inout EventHashes, _ fields: EventFields, at: Instant) throws(HistoryError) -> RecordHeader {
        let hash = hashes.key(.account, fields) ?? accountKey(fields.account).hash
        return try newHeader(kind, ProfileKey(kinds: .account, hash: hash), at: at)
    }

    func newHeader(_ kind: RecordKind, _ key: ProfileKey, at: Instant) throws(HistoryError) -> RecordHeader {
        try becomeReady()
        let link = try link(key)
        var slot = link.keySlot
        if slot == 0 {
            slot = facts.lastSlot + 1
            try journal.keys.allot(through: slot)
            facts.lastSlot = slot
        }
        return RecordHeader(kind: kind, sequence: journal.nextSequence, at: at, pseudonym: key.hash, keySlot: slot,
                            previous: link.head, previousGood: link.goodHead)
    }

    /// - Parameter fields: the event's own, or the decision's for what follows one.
    func append(_ header: RecordHeader, _ body: RecordBody, _ fields: EventFields, _ hashes: inout EventHashes,
                good: Instant? = nil) throws(HistoryError) {
        var header = header
        var anew: AccountBaseline?
        if !header.effects.isDisjoint(with: [.unlearns, .relearns]) { anew = try relearned(header) }
        try note(in: &header, fields, &hashes, anew)
        try journal.append(header, body)
        facts.clock = max(facts.clock, header.at)
        if header.kind == .decision { recent.remember(header.sequence, fields) }
        try applier.apply(header, fields, &hashes, good: good) { () throws(HistoryError) in
            if let anew { anew } else { try relearned(header) }
        }
    }

    /// Writes into a record what it means for everyone's profiles, which only the account's own can tell.
    private func note(in header: inout RecordHeader, _ fields: EventFields, _ hashes: inout EventHashes,
                      _ anew: AccountBaseline?) throws(HistoryError) {
        if let anew {
            if try wasCrowded(header) { header.effects.insert(.crowded) }
            let path = header.effects.contains(.crowded) ? hashes.path(fields).withoutPlace : hashes.path(fields)
            header.novelty = header.effects.contains(.unlearns) ? try applier.population.loss(of: path, anew)
                : try applier.population.recovery(of: path, anew)
        } else if !header.effects.isDisjoint(with: [.learns, .failed]) {
            let section = try profiles.profile(ProfileKey(kinds: .account, hash: header.pseudonym))?.section(ReservedSlot.baseline) ?? Section()
            if header.effects.contains(.learns) {
                let baseline = AccountBaseline(section: section, hasher: hasher.plain)
                if let crowd = try applier.population.crowd(at: hashes.path(fields), options) {
                    header.effects.insert(.crowded)
                    if crowd.isNews { onWarning?(.crowdedAddress(accounts: crowd.accounts, of: crowd.all)) }
                }
                header.novelty = try applier.population.novelty(
                    of: header.effects.contains(.crowded) ? hashes.path(fields).withoutPlace : hashes.path(fields), baseline)
            }
            if header.effects.contains(.failed), BaselineSection.signIns(section) == 0 { header.effects.insert(.stranger) }
        }
    }
}
