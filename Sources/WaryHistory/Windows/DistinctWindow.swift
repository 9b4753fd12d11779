/// How many different values a sliding window saw.
///
/// The 128 values met last are kept with the instant of their last meeting; while they cover the window the count is
/// exact. Once more were met, a sliding HyperLogLog stands behind them.
///
/// Words: the latest instant of a value that had to give way (0: none did) with the number of values below it; two
/// words each, hash and instant; then the sketch.
enum DistinctWindow {
    static func add(_ hash: UInt64, _ instant: Int64, window: Int64, to section: inout Section) {
        if section.isEmpty { section.append(0) }
        let values = Int(Stamp.low(section[0]))
        let sketchStart = 1 + 2 * values
        if section.count > sketchStart { SlidingSketch.add(hash, instant, window: window, from: sketchStart, to: &section) }
        if let place = find(hash, values, section) {
            section[place + 1] = max(section[place + 1], Stamp.pack(instant))
            return
        }
        section.insert(hash, Stamp.pack(instant), at: sketchStart)
        setValues(values + 1, &section)
        if values + 1 > Limits.exactEntries { makeRoom(now: instant, window: window, &section) }
    }

    /// Values last met in (from, through].
    static func count(in section: Section, after from: Int64, through: Int64) -> Int64 {
        guard !section.isEmpty else { return 0 }
        let values = Int(Stamp.low(section[0]))
        if Stamp.milliseconds(section[0]) > from {
            return max(Int64(values), SlidingSketch.estimate(section, from: 1 + 2 * values, after: from, through: through))
        }
        var total: Int64 = 0
        for value in 0..<values {
            let instant = Stamp.milliseconds(section[2 + 2 * value])
            if instant > from, instant <= through { total += 1 }
        }
        return total
    }

    private static func find(_ hash: UInt64, _ values: Int, _ section: Section) -> Int? {
        for value in 0..<values where section[1 + 2 * value] == hash { return 1 + 2 * value }
        return nil
    }

    private static func setValues(_ values: Int, _ section: inout Section) {
        section[0] = section[0] & ~Stamp.lowMask | UInt64(values)
    }

    /// Drops what the window has left behind, or else the value met longest ago.
    private static func makeRoom(now: Int64, window: Int64, _ section: inout Section) {
        var values = Int(Stamp.low(section[0]))
        let newest = (0..<values).reduce(now) { max($0, Stamp.milliseconds(section[2 + 2 * $1])) }
        for value in stride(from: values - 1, through: 0, by: -1)
        where Stamp.milliseconds(section[2 + 2 * value]) <= newest - window {
            section.remove((1 + 2 * value)..<(3 + 2 * value))
            values -= 1
        }
        setValues(values, &section)
        guard values > Limits.exactEntries else { return }
        if section.count == 1 + 2 * values {
            for value in 0..<values {
                SlidingSketch.add(section[1 + 2 * value], Stamp.milliseconds(section[2 + 2 * value]), window: window,
                                  from: 1 + 2 * values, to: &section)
            }
        }
        var oldest = 0
        for value in 1..<values where section[2 + 2 * value] < section[2 + 2 * oldest] { oldest = value }
        let gone = max(Stamp.milliseconds(section[0]), Stamp.milliseconds(section[2 + 2 * oldest]))
        section.remove((1 + 2 * oldest)..<(3 + 2 * oldest))
        section[0] = Stamp.pack(gone, UInt64(values - 1))
    }
}
