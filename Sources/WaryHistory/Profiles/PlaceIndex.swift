/// Where in a list each key's entry stands. Open addressing over hashes that are keyed already: nobody without the
/// installation's key can make them collide, so one multiplication spreads them.
struct PlaceIndex {
    /// A place, counted from 1; 0 where there is none.
    private var slots: [UInt32] = [UInt32](repeating: 0, count: 64)
    private var shift: UInt64 = 58

    /// - Parameter key: of the entry at a place.
    func place(of wanted: ProfileKey, _ key: (Int) -> ProfileKey) -> Int? {
        var slot = home(wanted)
        while slots[slot] != 0 {
            let place = Int(slots[slot]) - 1
            if key(place) == wanted { return place }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// - Parameter count: how many entries there are with it; it stands last.
    mutating func add(_ wanted: ProfileKey, count: Int, _ key: (Int) -> ProfileKey) {
        guard count * 3 <= slots.count * 2 else {
            slots = [UInt32](repeating: 0, count: slots.count * 2)
            shift -= 1
            for place in 0..<count { put(key(place), place) }
            return
        }
        put(wanted, count - 1)
    }

    /// Says that an entry has moved.
    mutating func move(_ wanted: ProfileKey, from old: Int, to new: Int) {
        var slot = home(wanted)
        while slots[slot] != UInt32(old + 1) { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt32(new + 1)
    }

    /// To be called while the entry still stands at its place.
    mutating func remove(_ wanted: ProfileKey, at place: Int, _ key: (Int) -> ProfileKey) {
        var gap = home(wanted)
        while slots[gap] != UInt32(place + 1) { gap = (gap + 1) & (slots.count - 1) }
        var slot = gap
        while true {
            slot = (slot + 1) & (slots.count - 1)
            guard slots[slot] != 0 else { break }
            // What may stand in the gap without being cut off from its home closes it.
            let origin = home(key(Int(slots[slot]) - 1))
            let isBetween = gap <= slot ? gap < origin && origin <= slot : gap < origin || origin <= slot
            if isBetween { continue }
            slots[gap] = slots[slot]
            gap = slot
        }
        slots[gap] = 0
    }

    mutating func removeAll() { self = PlaceIndex() }

    private mutating func put(_ key: ProfileKey, _ place: Int) {
        var slot = home(key)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt32(place + 1)
    }

    private func home(_ key: ProfileKey) -> Int {
        let mixed = (key.hash.high ^ (key.hash.low &* 0xd6e8_feb8_6659_fd93)) &+ UInt64(key.kinds.code)
        return Int((mixed &* 0x9e37_79b9_7f4a_7c15) >> shift)
    }
}
