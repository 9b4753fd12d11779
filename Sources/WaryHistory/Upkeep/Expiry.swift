import WaryVocabulary

extension History {
    /// Takes the contents of records away whose kind's own retention is over while others', older or as old, are still held:
    /// a stub stays, so that the account's chain and the log go on. A bounded number; they go with the next commit.
    /// - Returns: how many records were looked at.
    func expireContents(at now: Instant) throws(HistoryError) -> Int {
        guard !options.retentionByKind.isEmpty, !journal.isTrimming, journal.firstSequence > 0 else { return 0 }
        let periods = Set(options.retentionByKind.values).union([options.retention])
        for period in periods.sorted() where period < options.longestRetention {
            let looked = try expireContents(ofThoseKeptFor: period, before: now - period)
            if looked > 0 { return looked }
        }
        return 0
    }

    /// Only what the profiles on disk have taken in: after a crash nothing else could replay it.
    private func expireContents(ofThoseKeptFor period: Int64, before limit: Instant) throws(HistoryError) -> Int {
        let written = writeBehind?.checkpoint ?? journal.lastCommitted
        var next = max(expiry[period] ?? 0, journal.firstSequence), looked = 0, isWaiting = false
        var stubs: [(UInt64, [UInt8])] = []
        try journal.scan(from: next) { sequence, bytes throws(HistoryError) in
            guard sequence < journal.lastCommitted, looked < Limits.trimSlice else { return false }
            let (header, end) = try Journal.header(bytes, sequence)
            guard header.at < limit else { return false }
            isWaiting = sequence > written
            guard !isWaiting else { return false }
            looked += 1
            next = sequence + 1
            guard !RecordForm.isStub(bytes), options.retention(of: try kind(of: header)) == period else { return true }
            if let carried = applier.carried { try carry(bytes, sequence, to: carried) }
            stubs.append((sequence, RecordForm.stub(sequence, bytes, headerEnd: end, hasher.plain)))
            return true
        }
        if isWaiting, let writeBehind, !writeBehind.isRunning, !journal.hasPending {
            writeBehind.begin(mark: journal.lastCommitted, settling: unsettled)
        }
        expiry[period] = next
        if !stubs.isEmpty { journal.expire(stubs) }
        return looked
    }

    /// The event's own, or that of the decision it is about.
    private func kind(of header: RecordHeader) throws(HistoryError) -> EventKind? {
        if let event = header.event { return event }
        return header.reference > 0 ? try journal.header(header.reference)?.event : nil
    }
}
