import Dispatch
import Synchronization
import WaryVocabulary

/// Brings dirty profiles to disk in rounds, a slice at a time and in the order of their keys, on a thread of its own: a
/// batch never waits for it. When a round is through, every profile on disk is applied up to where the journal stood when
/// the round began.
final class WriteBehind {
    private let profiles: ProfileCache
    let disk: ProfileDisk
    /// The environment's one writing thread.
    private let writer = DispatchQueue(label: "profiles")
    private let outcome = Outcome()
    private var flight: Flight?
    private var round: ArraySlice<ProfileKey> = []
    private var roundMark: UInt64 = 0
    private(set) var isRunning = false
    /// Slots that every profile on disk has once this round is through.
    private var settling: Set<UInt16> = []

    /// How the slice that is being written ended.
    private final class Outcome: Sendable {
        let result = Mutex<Result<Void, HistoryError>?>(nil)
    }

    /// A slice on its way to disk.
    private struct Flight {
        let keys: [(key: ProfileKey, batch: UInt64)]
        let facts: ProfileFacts
        let settled: Set<UInt16>
        let isLast: Bool
        let round: Int
    }

    /// Tells a slice of a round that was begun anew meanwhile.
    private var rounds = 0

    init(profiles: ProfileCache, disk: ProfileDisk) {
        self.profiles = profiles
        self.disk = disk
    }

    var checkpoint: UInt64 { disk.facts.checkpoint }

    /// A slice is being written.
    var isBusy: Bool { flight != nil }

    /// - Parameter mark: the journal's last committed record; nothing uncommitted may be in the profiles.
    /// A round that is running is begun anew.
    func begin(mark: UInt64, settling: Set<UInt16> = []) {
        rounds += 1
        round = profiles.dirty.sorted()[...]
        roundMark = mark
        self.settling = settling
        isRunning = true
    }

    /// Takes note of the slice that was being written, if it is through, and sends the next one on its way. Nothing
    /// uncommitted may be in the profiles.
    /// - Parameters:
    ///   - facts: of the aggregates in use.
    ///   - unsettled: those of them that not all profiles on disk have.
    /// - Returns: the slots that have been settled.
    func step(_ facts: ProfileFacts, unsettled: Set<UInt16>) throws(HistoryError) -> Set<UInt16> {
        let settled = try collect()
        guard isRunning, flight == nil else { return settled }
        let slice = round.prefix(Limits.profileSlice)
        round = round.dropFirst(slice.count)
        let isLast = round.isEmpty
        let settling = isLast ? settling : []
        var facts = facts
        facts.checkpoint = isLast ? max(roundMark, checkpoint) : checkpoint
        facts.slots = facts.slots.filter { !unsettled.contains($0.value) || settling.contains($0.value) || settled.contains($0.value) }
        let entries = slice.compactMap(profiles.entry)
        flight = Flight(keys: entries.map { ($0.key, $0.batch) }, facts: facts, settled: settling, isLast: isLast, round: rounds)
        let written = entries.map { (key: $0.key, profile: $0.profile) }
        writer.async { [disk, outcome, facts] in
            let result = Result { () throws(HistoryError) in try disk.write(written, facts) }
            outcome.result.withLock { $0 = result }
        }
        return settled
    }

    /// Waits for the slice that is being written.
    func drain() { writer.sync {} }

    /// Removes profiles from disk; what was on its way there arrives before.
    func delete(_ keys: [ProfileKey]) throws(HistoryError) {
        try writer.sync { [disk] in Result { () throws(HistoryError) in try disk.delete(keys) } }.get()
    }

    func close() {
        drain()
        disk.store.close()
    }

    private func collect() throws(HistoryError) -> Set<UInt16> {
        guard let landed = flight, let result = outcome.result.withLock({ result in
            defer { result = nil }
            return result
        }) else { return [] }
        flight = nil
        do throws(HistoryError) { try result.get() } catch {
            // What of the round is on disk does not matter: the next one begins with all that is still dirty.
            if landed.round == rounds { isRunning = false }
            throw error
        }
        disk.facts = landed.facts
        for (key, batch) in landed.keys { profiles.markClean(key, ifEditedLastIn: batch) }
        if landed.isLast, landed.round == rounds { isRunning = false }
        return landed.settled
    }
}
