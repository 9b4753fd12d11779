/// Where profiles come from when they are not in memory.
protocol ProfileSource: AnyObject {
    func load(_ key: ProfileKey) throws(HistoryError) -> Profile?
}

/// The live profiles. Edits since the last commit can be undone; what was edited stays until it is written.
final class ProfileCache {
    struct Entry {
        let key: ProfileKey
        var profile: Profile
        /// The batch that edited it last.
        var batch: UInt64 = 0
        var isDirty = false
        /// Read or edited since the clock hand last came by.
        var isRecent = true
    }

    private struct Undo {
        let key: ProfileKey
        /// Nil: it was not there.
        let entry: Entry?
    }

    private(set) var entries: [Entry] = []
    private var places = PlaceIndex()
    private var undo: [Undo] = []
    private var batch: UInt64 = 1
    private var hand = 0
    private(set) var bytes = 0
    private var dirtyCount = 0
    /// False while what goes wrong makes everything begin anew: nothing is kept to undo edits by.
    var isUndoable = true
    weak var source: (any ProfileSource)?

    init(source: (any ProfileSource)?) { self.source = source }

    var count: Int { entries.count }
    var hasUncommitted: Bool { !undo.isEmpty }

    /// Nil where nothing is known by this key.
    func profile(_ key: ProfileKey) throws(HistoryError) -> Profile? {
        if let place = place(key) {
            entries[place].isRecent = true
            return entries[place].profile
        }
        guard let profile = try source?.load(key) else { return nil }
        add(Entry(key: key, profile: profile))
        return profile
    }

    func edit(_ key: ProfileKey, _ body: (inout Profile) throws(HistoryError) -> Void) throws(HistoryError) {
        _ = try edit(key, before: .max, body)
    }

    /// Edits a profile unless it is applied up to `sequence` already.
    /// - Returns: whether it was edited.
    func edit(_ key: ProfileKey, before sequence: UInt64,
              _ body: (inout Profile) throws(HistoryError) -> Void) throws(HistoryError) -> Bool {
        let place: Int
        if let found = self.place(key) {
            place = found
            if entries[place].profile.mark >= sequence { return false }
            if isUndoable, entries[place].batch != batch { undo.append(Undo(key: key, entry: entries[place])) }
        } else {
            let loaded = try source?.load(key)
            if let loaded, loaded.mark >= sequence {
                add(Entry(key: key, profile: loaded))
                return false
            }
            if isUndoable { undo.append(Undo(key: key, entry: loaded.map { Entry(key: key, profile: $0) })) }
            place = add(Entry(key: key, profile: loaded ?? Profile()))
        }
        entries[place].batch = batch
        entries[place].isRecent = true
        if !entries[place].isDirty { dirtyCount += 1 }
        entries[place].isDirty = true
        let before = entries[place].profile.cost
        try body(&entries[place].profile)
        bytes += entries[place].profile.cost - before
        return true
    }

    /// What was edited stays.
    func commit() {
        undo.removeAll(keepingCapacity: true)
        batch += 1
    }

    /// Everything is as at the last commit.
    func rollback() {
        for step in undo.reversed() {
            guard let place = place(step.key) else { continue }
            if let entry = step.entry {
                bytes += entry.profile.cost - entries[place].profile.cost
                // A slice may have brought it to disk meanwhile as it was edited before: it is written again.
                entries[place].profile = entry.profile
                entries[place].batch = batch
            } else {
                remove(at: place)
            }
        }
        commit()
    }

    /// What stands in memory is on disk too, unless it was edited since; it then gives back the memory it grew into.
    func markClean(_ key: ProfileKey, ifEditedLastIn batch: UInt64) {
        guard let place = place(key), entries[place].isDirty, entries[place].batch == batch else { return }
        entries[place].isDirty = false
        dirtyCount -= 1
        let before = entries[place].profile.cost
        entries[place].profile.tighten()
        bytes += entries[place].profile.cost - before
    }

    var dirty: [ProfileKey] { entries.lazy.filter(\.isDirty).map(\.key) }

    /// About how much of `bytes` is not on disk as it stands.
    var dirtyBytes: Int { entries.isEmpty ? 0 : bytes / entries.count * dirtyCount }

    func entry(_ key: ProfileKey) -> Entry? { place(key).map { entries[$0] } }

    func peek(_ key: ProfileKey) -> Profile? { place(key).map { entries[$0].profile } }

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
        places.removeAll()
        undo = []
        bytes = 0
        dirtyCount = 0
        batch += 1
    }

    /// Forgets one altogether; cannot be undone.
    func forget(_ key: ProfileKey) {
        if let place = place(key) { remove(at: place) }
    }

    /// What an entry costs beside its profile's words: itself, its place and the lists' slack.
    private static let overhead = (MemoryLayout<Entry>.stride + 2 * MemoryLayout<UInt32>.stride) * 4 / 3

    private func place(_ key: ProfileKey) -> Int? {
        entries.withUnsafeBufferPointer { entries in places.place(of: key) { entries[$0].key } }
    }

    @discardableResult
    private func add(_ entry: Entry) -> Int {
        entries.append(entry)
        entries.withUnsafeBufferPointer { entries in places.add(entry.key, count: entries.count) { entries[$0].key } }
        bytes += entry.profile.cost + Self.overhead
        return entries.count - 1
    }

    private func remove(at place: Int) {
        bytes -= entries[place].profile.cost + Self.overhead
        if entries[place].isDirty { dirtyCount -= 1 }
        entries.withUnsafeBufferPointer { entries in places.remove(entries[place].key, at: place) { entries[$0].key } }
        let last = entries.removeLast()
        if place < entries.count {
            places.move(last.key, from: entries.count, to: place)
            entries[place] = last
        }
    }
}
