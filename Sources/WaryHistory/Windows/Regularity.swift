/// How evenly events are spaced: `regular`. The newest 128 instants, oldest first.
enum Regularity {
    static func add(_ instant: Int64, window: Int64, to section: inout Section) {
        var place = section.count
        while place > 0, Stamp.milliseconds(section[place - 1]) > instant { place -= 1 }
        section.insert(Stamp.pack(instant), at: place)
        let newest = Stamp.milliseconds(section[section.count - 1])
        var gone = max(0, section.count - Limits.exactEntries)
        while gone < section.count, Stamp.milliseconds(section[gone]) <= newest - window { gone += 1 }
        section.remove(0..<gone)
    }

    /// The share of gaps within 10 % of their mean, over (from, through]; nil with fewer than three gaps.
    static func share(in section: Section, after from: Int64, through: Int64) -> Double? {
        let instants = section.payload.map(Stamp.milliseconds).filter { $0 > from && $0 <= through }
        guard instants.count > Limits.regularGaps, let first = instants.first, let last = instants.last else { return nil }
        let mean = Double(last - first) / Double(instants.count - 1)
        let even = zip(instants.dropFirst(), instants).filter {
            abs(Double($0 - $1) - mean) <= Limits.regularShare * mean
        }
        return Double(even.count) / Double(instants.count - 1)
    }
}
