/// The scores of the last ten thousand good sign-ins, as ten histograms of a thousand each: when the newest is full, the
/// oldest is dropped. In words: which histogram is being filled and how far; the sum of all; then the ten, four bins a word.
enum ScoreSketch {
    static let slices = 10
    static let sliceSize: UInt64 = 1_000
    static let wordCount = 1 + (slices + 1) * ScoreDistribution.wordCount

    /// Takes in the score of a good sign-in, in nats; one that is not a number is disregarded.
    static func add(_ score: Double, to section: inout Section) {
        guard !score.isNaN else { return }
        if section.count != wordCount { section.replaceAll(with: [UInt64](repeating: 0, count: wordCount)) }
        var current = Int(section[0] >> 32), filled = section[0] & 0xffff_ffff
        if filled >= sliceSize {
            (current, filled) = ((current + 1) % slices, 0)
            for word in 0..<ScoreDistribution.wordCount {
                // No bin of the sum is below the slice's own, so nothing is borrowed from the bin beside it.
                section[1 + word] -= section[start(of: current) + word]
                section[start(of: current) + word] = 0
            }
        }
        let bin = ScoreDistribution.bin(score), step: UInt64 = 1 << UInt64(16 * (bin % 4))
        section[1 + bin / 4] += step
        section[start(of: current) + bin / 4] += step
        section[0] = UInt64(current) << 32 | (filled + 1)
    }

    static func distribution(_ section: Section) -> ScoreDistribution {
        guard section.count == wordCount else { return ScoreDistribution() }
        return ScoreDistribution(words: Array(section.payload.dropFirst().prefix(ScoreDistribution.wordCount)))
    }

    private static func start(of slice: Int) -> Int { 1 + (slice + 1) * ScoreDistribution.wordCount }
}

/// How the scores of the service's good sign-ins of late are spread.
public struct ScoreDistribution: Hashable, Sendable {
    static let bins = 256
    static let wordCount = bins / 4
    /// Scores outside −32…32 fall in the end bins; a bin is a quarter of a nat wide.
    static let lowest = -32.0
    static let width = 0.25

    /// Good sign-ins below which percentiles would say little.
    public static let enough = 500

    /// Four bins a word; empty for none.
    private let words: [UInt64]

    public init() { words = [] }

    init(words: [UInt64]) { self.words = words }

    /// The share of good sign-ins that were less strange, 0…1; nil until there are enough.
    public func share(below score: Double) -> Double? {
        guard !words.isEmpty, !score.isNaN else { return nil }
        let place = Self.bin(score)
        var below = 0, within = 0, total = 0
        for bin in 0..<Self.bins {
            let count = Int(words[bin / 4] >> UInt64(16 * (bin % 4)) & 0xffff)
            total += count
            if bin < place { below += count } else if bin == place { within = count }
        }
        guard total >= Self.enough else { return nil }
        let inside = min(1, max(0, (score - Self.lowest) / Self.width - Double(place)))
        return (Double(below) + Double(within) * inside) / Double(total)
    }

    static func bin(_ score: Double) -> Int { Int(min(Double(bins - 1), max(0, ((score - lowest) / width).rounded(.down)))) }
}
