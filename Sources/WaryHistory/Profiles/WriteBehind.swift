import WaryVocabulary

/// Brings dirty profiles to disk in rounds, a slice at a time and in the order of their keys. When a round is through,
/// every profile on disk is applied up to where the journal stood when the round began.
final class WriteBehind {
    private let profiles: ProfileCache
    let disk: ProfileDisk
    private var round: ArraySlice<ProfileKey> = []
    private var roundMark: UInt64 = 0
    private(set) var isRunning = false

    init(profiles: ProfileCache, disk: ProfileDisk) {
        self.profiles = profiles
        self.disk = disk
    }

    var checkpoint: UInt64 { disk.facts.checkpoint }

    /// - Parameter mark: the journal's last committed record; nothing uncommitted may be in the profiles.
    func begin(mark: UInt64) {
        guard !isRunning else { return }
        round = profiles.dirty.sorted()[...]
        roundMark = mark
        isRunning = true
    }

    /// Writes the next slice. Nothing uncommitted may be in the profiles.
    func step(_ facts: ProfileFacts) throws(HistoryError) {
        guard isRunning else { return }
        let slice = round.prefix(Limits.profileSlice)
        let isLast = slice.count == round.count
        var facts = facts
        facts.checkpoint = isLast ? max(roundMark, checkpoint) : checkpoint
        let written = slice.compactMap { key in profiles.peek(key).map { (key: key, profile: $0) } }
        try disk.write(written, facts)
        for (key, profile) in written { profiles.markClean(key, ifMarkIs: profile.mark) }
        round = round.dropFirst(slice.count)
        isRunning = !isLast
    }

    /// A whole round from here on.
    func runThrough(mark: UInt64, _ facts: ProfileFacts) throws(HistoryError) {
        while isRunning { try step(facts) }
        begin(mark: mark)
        while isRunning { try step(facts) }
    }
}
