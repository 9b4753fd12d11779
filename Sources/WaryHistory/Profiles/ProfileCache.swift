/// Where profiles come from when they are not in memory.
protocol ProfileSource: AnyObject {
    func load(_ key: ProfileKey) throws(HistoryError) -> Profile?
}

/// The live profiles. Edits since the last commit can be undone; what was edited stays until it is written.
final class ProfileCache {
    struct Entry {
        let key: ProfileKey
        var profile: Profile
        var isDirty = false
        /// The batch that edited it last.
        var batch: UInt64 = 0
        /// Read or edited since the clock hand last came by.
        var isRecent = true
    }

    private struct Undo {
        let key: ProfileKey
        /// Nil: it was not there.
        let entry: Entry?
    }

    private(set) var entries: [Entry] = []
    private var places: [ProfileKey: Int] = [:]
    private var undo: [Undo] = []
    private var batch: UInt64 = 1
    private var hand = 0
    private(set) var bytes = 0
    private weak var source: (any ProfileSource)?

    init(source: (any ProfileSource)?) { self.source = source }

    var count: Int { entries.count }
    var hasUncommitted: Bool { !undo.isEmpty }

    /// Nil where nothing is known by this key.
    func profile(_ key: ProfileKey) throws(HistoryError) -> Profile? {
        if let place = places[key] {
            entries[place].isRecent = true
            return entries[place].profile
        }
        guard let profile = try source?.load(key) else { return nil }
        add(Entry(key: key, profile: profile))
        return profile
    }

    func edit<T>(_ key: ProfileKey, _ body: (inout Profile) throws(HistoryError) -> T) throws(HistoryError) -> T {
        let place: Int
        if let found = places[key] {
            place = found
            if entries[place].batch != batch { undo.append(Undo(key: key, entry: entries[place])) }
        } else {
            let loaded = try source?.load(key)
            undo.append(Undo(key: key, entry: loaded.map { Entry(key: key, profile: $0) }))
            place = add(Entry(key: key, profile: loaded ?? Profile()))
        }
        entries[place].batch = batch
        entries[place].isRecent = true
        entries[place].isDirty = true
        let before = entries[place].profile.cost
        let result = try body(&entries[place].profile)
        bytes += entries[place].profile.cost - before
        return result
    }

    /// What was edited stays.
    func commit() {
        undo.removeAll(keepingCapacity: true)
        batch += 1
    }

    /// Everything is as at the last commit.
    func rollback() {
        for step in undo.reversed() {
            guard let place = places[step.key] else { continue }
            if let entry = step.entry {
                bytes += entry.profile.cost - entries[place].profile.cost
                entries[place] = entry
            } else {
                remove(at: place)
            }
        }
        commit()
    }

    /// What stands in memory is on disk too, unless it was edited since.
    func markClean(_ key: ProfileKey, ifMarkIs mark: UInt64) {
        if let place = places[key], entries[place].profile.mark == mark { entries[place].isDirty = false }
    }

    var dirty: [ProfileKey] { entries.lazy.filter(\.isDirty).map(\.key) }

    func peek(_ key: ProfileKey) -> Profile? { places[key].map { entries[$0].profile } }

    /// Drops clean profiles that were not used of late until `bytes` is within bounds; a whole turn of the hand at most.
    func shrink(to limit: Int) {
        var steps = 2 * entries.count
        while bytes > limit, steps > 0, !entries.isEmpty {
            steps -= 1
            hand = hand < entries.count ? hand : 0
            if entries[hand].isRecent {
                entries[hand].isRecent = false
                hand += 1
            } else if entries[hand].isDirty || entries[hand].batch == batch {
                hand += 1
            } else {
                remove(at: hand)
            }
        }
    }

    func removeAll() {
        entries = []
        places = [:]
        undo = []
        bytes = 0
        batch += 1
    }

    /// Forgets one altogether; cannot be undone.
    func forget(_ key: ProfileKey) {
        if let place = places[key] { remove(at: place) }
    }

    /// What an entry costs beside its profile's words: itself, its place and the table's slack.
    private static let overhead = MemoryLayout<Entry>.stride + (MemoryLayout<ProfileKey>.stride + 8) * 4 / 3

    @discardableResult
    private func add(_ entry: Entry) -> Int {
        entries.append(entry)
        places[entry.key] = entries.count - 1
        bytes += entry.profile.cost + Self.overhead
        return entries.count - 1
    }

    private func remove(at place: Int) {
        bytes -= entries[place].profile.cost + Self.overhead
        places[entries[place].key] = nil
        let last = entries.removeLast()
        if place < entries.count {
            entries[place] = last
            places[last.key] = place
        }
    }
}
