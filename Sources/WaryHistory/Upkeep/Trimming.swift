import WaryVocabulary

/// What a slice of trimming did.
public struct TrimProgress: Hashable, Sendable {
    public var records: Int
    public var profiles: Int
    /// Nothing more is due now.
    public var isDone: Bool
}

extension History {
    /// Removes a bounded number of what is older than the retention: records from the journal's old end, then profiles
    /// that no record still held has touched. To be called between batches, again until it is done.
    @discardableResult
    public func trim(at now: Instant) throws(HistoryError) -> TrimProgress {
        let progress = try stageTrim(at: now)
        try commitNow()
        return progress
    }

    /// The same; the records go with the next commit.
    func stageTrim(at now: Instant) throws(HistoryError) -> TrimProgress {
        try becomeReady()
        guard !options.isReadOnly else { throw .invalid("this history is opened for reading only") }
        let records = try trimRecords(olderThan: now - options.longestRetention) + expireContents(at: now)
        if records > 0 { return TrimProgress(records: records, profiles: 0, isDone: false) }
        if writeBehind?.isRunning == true || writeBehind?.isBusy == true {
            try writeSlice()
            return TrimProgress(records: 0, profiles: 0, isDone: false)
        }
        let (profiles, isThrough) = try dropIdleProfiles()
        return TrimProgress(records: 0, profiles: profiles, isDone: isThrough)
    }

    /// Only what the profiles on disk have taken in, since after a crash nothing else could replay it; and never the last
    /// one, which says how far the journal has come.
    private func trimRecords(olderThan limit: Instant) throws(HistoryError) -> Int {
        guard !journal.isTrimming, journal.firstSequence > 0 else { return 0 }
        let written = writeBehind?.checkpoint ?? journal.lastCommitted
        var old: [UInt64] = [], isWaiting = false
        let carried = applier.carried
        try journal.scan(from: journal.firstSequence) { sequence, bytes throws(HistoryError) in
            guard sequence < journal.lastCommitted, old.count < Limits.trimSlice, try Journal.header(bytes, sequence).header.at < limit
            else { return false }
            isWaiting = sequence > written
            guard !isWaiting else { return false }
            if let carried { try carry(bytes, sequence, to: carried) }
            old.append(sequence)
            return true
        }
        if isWaiting, let writeBehind, !writeBehind.isRunning, !journal.hasPending {
            writeBehind.begin(mark: journal.lastCommitted, settling: unsettled)
        }
        if !old.isEmpty { journal.trim(old) }
        return old.count
    }

    /// What a good sign-in taught outlives its record: with the decision, which has the fields, or the import.
    func carry(_ bytes: [UInt8], _ sequence: UInt64, to carried: CarriedBaselines) throws(HistoryError) {
        let header = try Journal.header(bytes, sequence).header
        var at: Instant?
        switch header.kind {
        case .decision:
            let status = try status(of: sequence, header)
            if status.label != .fraud { at = status.good }
        case .imported: if header.effects.contains(.learns) { at = header.at }
        case .outcome, .label, .event, .erasure: break
        }
        guard let at, let fields = try journal.openFields(bytes, sequence)?.body.fields else { return }
        let isCrowded = try applier.population.crowd(at: HabitPath(fields, hash: hasher.plain.names), options) != nil
        try carried.learn(fields, header, at: at, isCrowded: isCrowded)
    }

    /// Looks through the next slice of profiles on disk.
    private func dropIdleProfiles() throws(HistoryError) -> (dropped: Int, isThrough: Bool) {
        guard let disk = writeBehind?.disk else { return (0, true) }
        let first = journal.firstSequence
        var idle: [ProfileKey] = [], seen = 0, next: [UInt8] = []
        try disk.store.scan(.profiles, from: idleSweep) { bytes, value throws(HistoryError) in
            guard seen < Limits.sweepSlice else {
                next = bytes
                return false
            }
            seen += 1
            if let key = ProfileKey(bytes: bytes), let mark = ProfileDisk.mark(value), mark < first,
               profiles.peek(key)?.mark ?? mark < first { idle.append(key) }
            return true
        }
        idleSweep = next
        if !idle.isEmpty {
            for key in idle {
                profiles.forget(key)
                if key.kinds == .account { applier.carried?.forget(key.hash) }
            }
            try writeBehind?.delete(idle)
        }
        return (idle.count, next.isEmpty)
    }
}
