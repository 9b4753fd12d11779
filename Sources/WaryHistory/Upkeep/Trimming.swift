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
        try becomeReady()
        guard !options.isReadOnly else { throw .invalid("this history is opened for reading only") }
        let records = try trimRecords(olderThan: now - options.retention)
        if records == Limits.trimSlice { return TrimProgress(records: records, profiles: 0, isDone: false) }
        let (profiles, isThrough) = try dropIdleProfiles()
        return TrimProgress(records: records, profiles: profiles, isDone: isThrough)
    }

    /// Only what the profiles on disk have taken in: after a crash nothing else could replay it.
    private func trimRecords(olderThan limit: Instant) throws(HistoryError) -> Int {
        let last = writeBehind?.checkpoint ?? journal.lastCommitted
        var old: [UInt64] = []
        try journal.scan(from: journal.firstSequence) { sequence, bytes throws(HistoryError) in
            guard sequence <= last, old.count < Limits.trimSlice, try Journal.header(bytes, sequence).header.at < limit else { return false }
            old.append(sequence)
            return true
        }
        guard let newest = old.last else { return 0 }
        try journal.remove(old)
        journal.trimmed(to: newest + 1)
        return old.count
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
            for key in idle { profiles.forget(key) }
            try disk.delete(idle)
        }
        return (idle.count, next.isEmpty)
    }
}
