/// How many events came after the last of another kind.
///
/// The newest 128 are kept one by one, so that a turning point that arrives out of order among them counts exactly.
/// Words: the turning point's instant, the number of older events, then the instants, oldest first.
enum SinceCounter {
    static func add(_ instant: Int64, to section: inout Section) {
        prepare(&section)
        guard instant >= Stamp.milliseconds(section[0]) else { return }
        var place = section.count
        while place > 2, Stamp.milliseconds(section[place - 1]) > instant { place -= 1 }
        section.insert(Stamp.pack(instant), at: place)
        if section.count - 2 > Limits.exactEntries {
            section.remove(2..<3)
            section[1] += 1
        }
    }

    /// The other kind happened: what came up to it counts no more.
    static func turn(_ instant: Int64, _ section: inout Section) {
        prepare(&section)
        guard instant >= Stamp.milliseconds(section[0]) else { return }
        section[0] = Stamp.pack(instant)
        var gone = 2
        while gone < section.count, Stamp.milliseconds(section[gone]) <= instant { gone += 1 }
        if gone > 2 || section.count == 2 { section[1] = 0 }
        section.remove(2..<gone)
    }

    static func count(in section: Section, through: Int64) -> Int64 {
        guard !section.isEmpty else { return 0 }
        var total = Int64(section[1])
        for place in 2..<section.count where Stamp.milliseconds(section[place]) <= through { total += 1 }
        return total
    }

    private static func prepare(_ section: inout Section) {
        if section.isEmpty {
            section.append(0)
            section.append(0)
        }
    }
}
