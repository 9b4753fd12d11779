/// The scores of the last ten thousand good sign-ins, as ten histograms of a thousand each: when the newest is full, the
/// oldest is dropped.
public struct ScoreSketch: Hashable, Sendable {
    static let slices = 10
    static let sliceSize = 1_000
    static let bins = 256
    /// Scores outside −32…32 fall in the end bins; a bin is a quarter of a nat wide.
    static let lowest = -32.0
    static let width = 0.25

    /// Good sign-ins below which percentiles would say little.
    public static let enough = 500

    /// By slice and bin.
    private(set) var counts: [UInt16]
    /// The slice that is being filled.
    private(set) var current: Int
    private(set) var filled: Int

    public init() {
        counts = []
        (current, filled) = (0, 0)
    }

    init(counts: [UInt16], current: Int, filled: Int) {
        self.counts = counts
        (self.current, self.filled) = (current, filled)
    }

    public var total: Int { counts.reduce(0) { $0 + Int($1) } }

    /// Takes in the score of a good sign-in, in nats; one that is not finite is disregarded.
    public mutating func add(_ score: Double) {
        guard score.isFinite else { return }
        if counts.isEmpty { counts = [UInt16](repeating: 0, count: Self.slices * Self.bins) }
        if filled == Self.sliceSize {
            current = (current + 1) % Self.slices
            filled = 0
            for bin in 0..<Self.bins { counts[current * Self.bins + bin] = 0 }
        }
        counts[current * Self.bins + Self.bin(score)] += 1
        filled += 1
    }

    /// The share of good sign-ins that were less strange, 0…1; nil until there are enough.
    public func share(below score: Double) -> Double? {
        guard !counts.isEmpty, !score.isNaN else { return nil }
        let place = Self.bin(score)
        var below = 0, within = 0, total = 0
        for slice in 0..<Self.slices {
            for bin in 0..<Self.bins {
                let count = Int(counts[slice * Self.bins + bin])
                total += count
                if bin < place { below += count } else if bin == place { within += count }
            }
        }
        guard total >= Self.enough else { return nil }
        let inside = min(1, max(0, (score - Self.lowest) / Self.width - Double(place)))
        return (Double(below) + Double(within) * inside) / Double(total)
    }

    private static func bin(_ score: Double) -> Int {
        Int(min(Double(bins - 1), max(0, ((score - lowest) / width).rounded(.down))))
    }
}
