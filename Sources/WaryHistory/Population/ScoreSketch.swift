import WaryVocabulary

/// The scores of the last ten thousand good sign-ins, as ten histograms of a thousand each: when the newest is full, the
/// oldest is dropped. In words: which histogram is being filled and how far; the sum of all; the ten, four bins a word; when
/// each began, so that a score can be taken out of the one it went into.
enum ScoreSketch {
    static let slices = 10
    static let sliceSize: UInt64 = 1_000
    static let wordCount = 1 + (slices + 1) * ScoreDistribution.wordCount + slices

    /// Takes in the score of a good sign-in, in nats; one that is not a number is disregarded.
    static func add(_ score: Double, at instant: Instant, to section: inout Section) {
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
        if filled == 0 { section[began(current)] = UInt64(clamping: instant.milliseconds) }
        change(&section, current, score) { $0 &+ $1 }
        section[0] = UInt64(current) << 32 | (filled + 1)
    }

    /// Takes out again the score of a sign-in that was confirmed at an instant, if it is still among the last.
    static func remove(_ score: Double, from instant: Instant, in section: inout Section) {
        guard let slice = slice(of: instant, score, section), bin(score, slice, section) > 0 else { return }
        change(&section, slice, score) { $0 &- $1 }
        if slice == Int(section[0] >> 32) { section[0] -= min(section[0] & 0xffff_ffff, 1) }
    }

    /// Puts back what was taken out.
    static func restore(_ score: Double, from instant: Instant, in section: inout Section) {
        guard let slice = slice(of: instant, score, section), bin(score, slice, section) < UInt64(UInt16.max) else { return }
        change(&section, slice, score) { $0 &+ $1 }
        if slice == Int(section[0] >> 32) { section[0] += 1 }
    }

    /// The histogram that was being filled at an instant; nil where that one has been dropped.
    private static func slice(of instant: Instant, _ score: Double, _ section: Section) -> Int? {
        guard section.count == wordCount, !score.isNaN else { return nil }
        let current = Int(section[0] >> 32), at = UInt64(clamping: instant.milliseconds)
        return (0..<slices).map { (current + slices - $0) % slices }.first { section[began($0)] > 0 && section[began($0)] <= at }
    }

    private static func change(_ section: inout Section, _ slice: Int, _ score: Double, _ step: (UInt64, UInt64) -> UInt64) {
        let bin = ScoreDistribution.bin(score), one: UInt64 = 1 << UInt64(16 * (bin % 4))
        section[1 + bin / 4] = step(section[1 + bin / 4], one)
        section[start(of: slice) + bin / 4] = step(section[start(of: slice) + bin / 4], one)
    }

    private static func bin(_ score: Double, _ slice: Int, _ section: Section) -> UInt64 {
        let bin = ScoreDistribution.bin(score)
        return section[start(of: slice) + bin / 4] >> UInt64(16 * (bin % 4)) & 0xffff
    }

    static func distribution(_ section: Section) -> ScoreDistribution {
        guard section.count == wordCount else { return ScoreDistribution() }
        return ScoreDistribution(words: section.payload.dropFirst().prefix(ScoreDistribution.wordCount))
    }

    private static func start(of slice: Int) -> Int { 1 + (slice + 1) * ScoreDistribution.wordCount }

    private static func began(_ slice: Int) -> Int { 1 + (slices + 1) * ScoreDistribution.wordCount + slice }
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
    private let words: ArraySlice<UInt64>

    public init() { words = [] }

    init(words: ArraySlice<UInt64>) { self.words = words }

    /// The share of good sign-ins that were less strange, 0…1; nil until there are enough.
    public func share(below score: Double) -> Double? {
        guard !words.isEmpty, !score.isNaN else { return nil }
        let place = Self.bin(score)
        var below: UInt64 = 0, total: UInt64 = 0
        for (index, word) in words.enumerated() {
            let sum = Self.sum(word)
            total += sum
            if index < place / 4 { below += sum }
        }
        let word = words[words.startIndex + place / 4], shift = UInt64(16 * (place % 4))
        below += Self.sum(word & (1 << shift - 1))
        let within = word >> shift & 0xffff
        guard total >= UInt64(Self.enough) else { return nil }
        let inside = min(1, max(0, (score - Self.lowest) / Self.width - Double(place)))
        return (Double(below) + Double(within) * inside) / Double(total)
    }

    /// The four bins of a word together.
    private static func sum(_ word: UInt64) -> UInt64 {
        (word & 0xffff) + (word >> 16 & 0xffff) + (word >> 32 & 0xffff) + word >> 48
    }

    static func bin(_ score: Double) -> Int { Int(min(Double(bins - 1), max(0, ((score - lowest) / width).rounded(.down)))) }
}
