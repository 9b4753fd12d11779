import WaryVocabulary

/// How much a history holds.
public struct JournalStatistics: Hashable, Sendable {
    /// The first and last record held; 0 where there is none.
    public var first: UInt64
    public var last: UInt64
    /// The last event's instant.
    public var clock: Instant
    /// Bytes of the journal's and the profiles' files.
    public var journalBytes: Int
    public var profileBytes: Int
    /// Profiles on disk, and in memory.
    public var storedProfiles: Int
    public var liveProfiles: Int
    /// What the live ones take, in bytes.
    public var liveBytes: Int
    /// The record up to which the profiles on disk are applied.
    public var checkpoint: UInt64
}

extension History {
    public func statistics() throws(HistoryError) -> JournalStatistics {
        let disk = writeBehind?.disk
        return JournalStatistics(
            first: journal.firstSequence, last: journal.lastCommitted, clock: clock,
            journalBytes: folder.map { MapFile.bytes(folder: $0.journal) } ?? 0,
            profileBytes: folder.map { MapFile.bytes(folder: $0.profiles) } ?? 0,
            storedProfiles: try disk?.store.entries(.profiles) ?? 0, liveProfiles: profiles.count, liveBytes: profiles.bytes,
            checkpoint: disk?.facts.checkpoint ?? 0)
    }
}
