import Glibc

/// A HyperLogLog over a sliding window: each register keeps the ranks that can still become its maximum, newest last and
/// ever smaller (Chabchoub and Hébrail, "Sliding HyperLogLog", 2010). The estimator is Ertl's ("New cardinality
/// estimation algorithms for HyperLogLog sketches", 2017, algorithm 6), which needs no corrections at either end.
///
/// Words: the number of entries at which expired ones are next removed; an estimate made lately; its instant, with the
/// entries added since below it; then the entries, sorted: register, instant, rank. An estimate stands while time and
/// additions have changed it by less than half a per cent: reading all registers costs ten microseconds.
enum SlidingSketch {
    private static let bits = UInt64(Limits.sketchBits)
    private static let registers = 1 << Limits.sketchBits
    private static let rankBits: UInt64 = 6
    private static let instantBits: UInt64 = 43
    private static let headerWords = 3
    private static let freshness: Int64 = 256

    static func add(_ hash: UInt64, _ instant: Int64, window: Int64, from start: Int, to section: inout Section) {
        if section.count == start {
            for word in [UInt64(4 * registers), 0, 0] { section.append(word) }
        }
        let register = hash >> (64 - bits)
        let rank = UInt64(min(62, (hash << bits).leadingZeroBitCount + 1))
        let clamped = Stamp.milliseconds(Stamp.pack(instant))
        let word = register << (instantBits + rankBits) | UInt64(clamped) << rankBits | rank
        let entries = start + headerWords
        var place = lowerBound(word, from: entries, section)
        if place < section.count, Self.register(section[place]) == register, Self.rank(section[place]) >= rank { return }
        let end = place
        while place > entries, Self.register(section[place - 1]) == register, Self.rank(section[place - 1]) <= rank {
            place -= 1
        }
        if place < end {
            section[place] = word
            section.remove((place + 1)..<end)
        } else {
            section.insert(word, at: place)
        }
        if section.count - entries > Int(section[start]) { dropExpired(window: window, from: start, &section) }
        section[start + 2] += 1
        if Int64(Stamp.low(section[start + 2])) >= max(32, Int64(section[start + 1]) / freshness) {
            let fresh = computed(section, from: start, after: clamped - window, through: clamped)
            section[start + 1] = UInt64(fresh)
            section[start + 2] = Stamp.pack(clamped)
        }
    }

    /// Of a window that ends at `through`.
    static func estimate(_ section: Section, from start: Int, after from: Int64, through: Int64) -> Int64 {
        guard section.count > start else { return 0 }
        let age = through - Stamp.milliseconds(section[start + 2])
        if section[start + 1] > 0, age >= 0, age <= (through - from) / freshness { return Int64(section[start + 1]) }
        return computed(section, from: start, after: from, through: through)
    }

    private static func computed(_ section: Section, from start: Int, after from: Int64, through: Int64) -> Int64 {
        var histogram = [Int](repeating: 0, count: Int(64 - bits) + 2)
        var filled = 0, last: UInt64 = .max
        for place in (start + headerWords)..<section.count {
            let word = section[place], register = register(word)
            let instant = Int64(word >> rankBits & (1 << instantBits - 1))
            guard register != last, instant > from, instant <= through else { continue }
            histogram[min(Int(rank(word)), histogram.count - 1)] += 1
            filled += 1
            last = register
        }
        histogram[0] = registers - filled
        return Int64(cardinality(histogram).rounded())
    }

    /// Ertl's improved raw estimator over the multiplicities of the register values 0…q+1.
    private static func cardinality(_ histogram: [Int]) -> Double {
        let m = Double(registers), q = histogram.count - 2
        var z = m * tau(1 - Double(histogram[q + 1]) / m)
        for k in stride(from: q, through: 1, by: -1) { z = 0.5 * (z + Double(histogram[k])) }
        z += m * sigma(Double(histogram[0]) / m)
        return m * m / (2 * log(2.0) * z)
    }

    private static func sigma(_ share: Double) -> Double {
        if share == 1 { return .infinity }
        var x = share, y = 1.0, z = share, before = -1.0
        while z != before {
            x *= x
            before = z
            z += x * y
            y += y
        }
        return z
    }

    private static func tau(_ share: Double) -> Double {
        if share == 0 || share == 1 { return 0 }
        var x = share, y = 1.0, z = 1 - share, before = -1.0
        while z != before {
            x = x.squareRoot()
            before = z
            y *= 0.5
            z -= (1 - x) * (1 - x) * y
        }
        return z / 3
    }

    private static func register(_ word: UInt64) -> UInt64 { word >> (instantBits + rankBits) }
    private static func rank(_ word: UInt64) -> UInt64 { word & (1 << rankBits - 1) }

    private static func lowerBound(_ word: UInt64, from start: Int, _ section: Section) -> Int {
        var low = start, high = section.count
        while low < high {
            let middle = (low + high) / 2
            if section[middle] < word { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func dropExpired(window: Int64, from start: Int, _ section: inout Section) {
        let entries = section.payload.dropFirst(start + headerWords)
        let newest = entries.reduce(0) { max($0, Int64($1 >> rankBits & (1 << instantBits - 1))) }
        let kept = entries.filter { Int64($0 >> rankBits & (1 << instantBits - 1)) > newest - window }
        let head = Array(section.payload.prefix(start))
        section.replaceAll(with: head + [UInt64(max(4 * registers, 2 * kept.count)), section[start + 1], section[start + 2]] + kept)
    }
}
