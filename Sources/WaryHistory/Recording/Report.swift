import WaryVocabulary

extension History {
    /// Records how a decided event ended (SMALL_PRINT A13 to A16). The same report twice counts once.
    /// - Throws: `.notFound`; `.conflict` when it contradicts the decision or an earlier report.
    public func recordOutcome(_ report: OutcomeReport) throws(HistoryError) {
        let (sequence, record) = try found(report.decision)
        guard case .decision(let fields, let summary) = record.body else { throw .notFound }
        var status = try status(of: sequence, record.header)
        guard try isNews(report, status, summary.outcome) else { return }
        let isLogin = record.header.event == .login
        var effects = Self.effects(of: report.outcome, isLogin: isLogin)
        if status.outcome == .succeeded { effects.remove(.succeeded) }
        if isLogin, status.good == nil, Self.isGood(report.outcome, decision: summary.outcome, factor: report.factor) {
            effects.insert(.teaches)
            if status.label != .fraud { effects.insert(.learns) }
            status.good = report.at
        }
        if report.outcome == .challengeFailed {
            status.failedChallenges += 1
            status.attempts.append(Int64(report.attempt ?? -1))
        } else {
            status.outcome = report.outcome
            status.factor = report.factor ?? status.factor
        }
        var hashes = EventHashes(hasher, account: record.header.pseudonym)
        var header = try newHeader(.outcome, &hashes, fields, at: report.at)
        header.reference = sequence
        header.effects = effects
        header.code = ReportCode.code(report.outcome)
        journal.put(.statuses, NumberKey.bytes(sequence), status.sealed(sequence, hasher.plain))
        try append(header, .outcome(report.factor, attempt: report.attempt), fields, &hashes)
    }

    /// Records what was found out later: fraud unlearns a good sign-in, legitimate learns it again. The last label holds.
    /// - Throws: `.notFound`
    public func recordLabel(_ id: DecisionID, _ label: Label, at: Instant) throws(HistoryError) {
        let (sequence, record) = try found(id)
        guard let fields = record.body.fields else { throw .notFound }
        var status = try status(of: sequence, record.header)
        guard status.label != label else { return }
        var hashes = EventHashes(hasher, account: record.header.pseudonym)
        var header = try newHeader(.label, &hashes, fields, at: at)
        header.reference = sequence
        header.code = LabelCode.code(label)
        if status.good != nil {
            if label == .fraud { header.effects = .unlearns }
            if label == .legitimate, status.label == .fraud { header.effects = .relearns }
        }
        status.label = label
        journal.put(.statuses, NumberKey.bytes(sequence), status.sealed(sequence, hasher.plain))
        let good = status.good ?? at
        try append(header, .label(good: good), fields, &hashes, good: good)
    }

    /// Nil when this installation made no such decision, or holds it no longer.
    public func decision(_ id: DecisionID) throws(HistoryError) -> StoredDecision? {
        try find(id).flatMap { _, record throws(HistoryError) in try decision(of: record) }
    }

    private func found(_ id: DecisionID) throws(HistoryError) -> (UInt64, Record) {
        guard let found = try find(id), found.1.header.kind == .decision else { throw .notFound }
        return found
    }

    private func find(_ id: DecisionID) throws(HistoryError) -> (UInt64, Record)? {
        try becomeReady()
        guard let sequence = ids.sequence(id), sequence >= 1, sequence <= journal.lastSequence,
              let record = try journal.record(sequence), record.header.kind == .decision,
              ids.id(sequence: sequence, at: record.header.at) == id
        else { return nil }
        return (sequence, record)
    }

    func status(of sequence: UInt64, _ header: RecordHeader) throws(HistoryError) -> DecisionStatus { try status(of: sequence, header.effects) }

    func status(of sequence: UInt64, _ effects: Effects) throws(HistoryError) -> DecisionStatus {
        guard let bytes = try journal.get(.statuses, NumberKey.bytes(sequence)) else {
            var status = DecisionStatus()
            if effects.contains(.failed) { status.outcome = .failed }
            return status
        }
        do throws(MalformedBytes) { return try DecisionStatus(sealed: bytes, sequence, hasher.plain) } catch { throw Journal.damaged(sequence) }
    }

    /// False for a repetition.
    private func isNews(_ report: OutcomeReport, _ status: DecisionStatus, _ decision: Outcome) throws(HistoryError) -> Bool {
        let isSuccess = report.outcome == .succeeded || report.outcome == .challengePassed
        if isSuccess, decision == .deny {
            throw .conflict("the decision was deny; a sign-in that went through all the same is not learned from")
        }
        if report.outcome == .challengeFailed {
            if status.attempts.contains(Int64(report.attempt ?? -1)) { return false }
            guard let known = status.outcome else { return true }
            throw .conflict("the decision was already reported as \(known.rawValue)")
        }
        guard let known = status.outcome else { return true }
        switch (known, report.outcome) {
        case (.succeeded, .challengePassed): return true
        case (.succeeded, .succeeded): return status.factor == nil && report.factor != nil && status.good == nil
        case (.challengePassed, .succeeded): return false
        case (let known, let new) where known == new: return false
        default: throw .conflict("the decision was already reported as \(known.rawValue)")
        }
    }

    /// The account's baseline from its chain of good sign-ins up to this record, without those labelled fraud.
    func relearned(_ label: RecordHeader) throws(HistoryError) -> AccountBaseline {
        var chain: [(fields: EventFields, header: RecordHeader)] = []
        var sequence = label.previousGood
        while sequence > 0, let header = try journal.header(sequence) {
            if let record = try journal.record(sequence), let fields = try goodFields(record) { chain.append((fields, header)) }
            sequence = header.previousGood
        }
        var section = try applier.carried?.section(of: label.pseudonym) ?? Section()
        for signIn in chain.reversed() {
            var hashes = EventHashes(hasher, account: label.pseudonym)
            BaselineSection.learn(signIn.fields, &hashes, at: signIn.header.at, isCrowded: signIn.header.effects.contains(.crowded),
                                  names: hasher.plain.names, in: &section)
        }
        return AccountBaseline(section: section, hasher: hasher.plain)
    }

    /// As far as it is known at this point of the journal.
    private func label(of sequence: UInt64, _ header: RecordHeader) throws(HistoryError) -> Label? {
        if let knownLabels { return knownLabels[sequence] }
        return try status(of: sequence, header).label
    }

    /// Whether the good sign-in that a label is about came from a crowded address.
    func wasCrowded(_ label: RecordHeader) throws(HistoryError) -> Bool {
        var sequence = label.previousGood
        while sequence > 0, let header = try journal.header(sequence) {
            if header.reference == label.reference { return header.effects.contains(.crowded) }
            sequence = header.previousGood
        }
        return false
    }

    /// The fields of a good sign-in, unless it is labelled fraud.
    private func goodFields(_ record: Record) throws(HistoryError) -> EventFields? {
        if record.header.kind == .imported { return record.body.fields }
        let reference = record.header.reference
        guard let decision = try journal.record(reference), try label(of: reference, decision.header) != .fraud else { return nil }
        return decision.body.fields
    }
}
