/// Which values good sign-ins brought, and when: `new`.
///
/// For each value its hash, with the number of instants in the lowest bits, then up to four instants, newest first: more
/// than the last one, so that a sign-in found to be fraud can be taken back.
enum MetValues {
    private static let countBits: UInt64 = 7

    static func add(_ hash: UInt64, _ instant: Int64, to section: inout Section) {
        guard let place = find(hash, section) else {
            section.insert(hash & ~countBits | 1, Stamp.pack(instant), at: section.count)
            forgetOldest(&section)
            return
        }
        let known = Int(section[place] & countBits)
        var slot = place + 1
        while slot <= place + known, section[slot] >= Stamp.pack(instant) { slot += 1 }
        if known < Limits.metInstants {
            section.insert(Stamp.pack(instant), at: slot)
            section[place] += 1
        } else if slot <= place + known {
            section.insert(Stamp.pack(instant), at: slot)
            section.remove((place + known + 1)..<(place + known + 2))
        }
    }

    /// Takes back one sign-in.
    static func remove(_ hash: UInt64, _ instant: Int64, from section: inout Section) {
        guard let place = find(hash, section) else { return }
        let known = Int(section[place] & countBits)
        guard let slot = ((place + 1)...(place + known)).first(where: { section[$0] == Stamp.pack(instant) }) else { return }
        if known == 1 {
            section.remove(place..<(place + 2))
        } else {
            section.remove(slot..<(slot + 1))
            section[place] -= 1
        }
    }

    /// Whether the value was met in (from, through].
    static func contains(_ hash: UInt64, in section: Section, after from: Int64, through: Int64) -> Bool {
        guard let place = find(hash, section) else { return false }
        return ((place + 1)...(place + Int(section[place] & countBits))).contains {
            Stamp.milliseconds(section[$0]) > from && Stamp.milliseconds(section[$0]) <= through
        }
    }

    private static func find(_ hash: UInt64, _ section: Section) -> Int? {
        var place = 0
        while place < section.count {
            if section[place] & ~countBits == hash & ~countBits { return place }
            place += 1 + Int(section[place] & countBits)
        }
        return nil
    }

    private static func forgetOldest(_ section: inout Section) {
        var place = 0, values = 0, oldest = 0
        while place < section.count {
            if section[place + 1] < section[oldest + 1] { oldest = place }
            values += 1
            place += 1 + Int(section[place] & countBits)
        }
        if values > Limits.metValues { section.remove(oldest..<(oldest + 1 + Int(section[oldest] & countBits))) }
    }
}
