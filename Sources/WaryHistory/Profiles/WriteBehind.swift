import WaryVocabulary

/// Brings dirty profiles to disk in rounds, a slice at a time and in the order of their keys. When a round is through,
/// every profile on disk is applied up to where the journal stood when the round began.
final class WriteBehind {
    private let profiles: ProfileCache
    let disk: ProfileDisk
    private var round: ArraySlice<ProfileKey> = []
    private var roundMark: UInt64 = 0
    private(set) var isRunning = false
    /// Slots that every profile on disk has once this round is through.
    private var settling: Set<UInt16> = []

    init(profiles: ProfileCache, disk: ProfileDisk) {
        self.profiles = profiles
        self.disk = disk
    }

    var checkpoint: UInt64 { disk.facts.checkpoint }

    /// - Parameter mark: the journal's last committed record; nothing uncommitted may be in the profiles.
    /// A round that is running is begun anew.
    func begin(mark: UInt64, settling: Set<UInt16> = []) {
        round = profiles.dirty.sorted()[...]
        roundMark = mark
        self.settling = settling
        isRunning = true
    }

    /// Writes the next slice. Nothing uncommitted may be in the profiles.
    /// - Parameters:
    ///   - facts: of the aggregates in use.
    ///   - unsettled: those of them that not all profiles on disk have.
    /// - Returns: the slots that are settled by it.
    func step(_ facts: ProfileFacts, unsettled: Set<UInt16>) throws(HistoryError) -> Set<UInt16> {
        guard isRunning else { return [] }
        let slice = round.prefix(Limits.profileSlice)
        let isLast = slice.count == round.count
        let settled = isLast ? settling : []
        var facts = facts
        facts.checkpoint = isLast ? max(roundMark, checkpoint) : checkpoint
        facts.slots = facts.slots.filter { !unsettled.contains($0.value) || settled.contains($0.value) }
        let written = slice.compactMap { key in profiles.peek(key).map { (key: key, profile: $0) } }
        try disk.write(written, facts)
        for (key, profile) in written { profiles.markClean(key, ifMarkIs: profile.mark) }
        round = round.dropFirst(slice.count)
        isRunning = !isLast
        return settled
    }
}
