/// How well scores set attacks apart from good sign-ins.
public struct RankStatistics: Sendable {
    /// Scores of good sign-ins, ascending.
    private let good: [Double]

    public init(good: [Double]) { self.good = good.sorted() }

    public var count: Int { good.count }

    /// The probability that an attack scores above a good sign-in, ties counting half (Mann and Whitney); nil without both.
    public func areaUnderCurve(_ attacks: [Double]) -> Double? {
        guard !good.isEmpty, !attacks.isEmpty else { return nil }
        let wins = attacks.reduce(0.0) { sum, score in
            let below = Self.count(in: good) { $0 < score }, notAbove = Self.count(in: good) { $0 <= score }
            return sum + Double(below) + Double(notAbove - below) / 2
        }
        return wins / (Double(good.count) * Double(attacks.count))
    }

    /// The least score above which at most this share of good sign-ins lies.
    public func threshold(challenging share: Double) -> Double {
        guard !good.isEmpty else { return .infinity }
        let challenged = Int((share * Double(good.count)).rounded(.down))
        return challenged >= good.count ? -.infinity : good[good.count - 1 - challenged]
    }

    /// The share of attacks that score above a threshold.
    public static func caught(_ attacks: [Double], above threshold: Double) -> Double? {
        attacks.isEmpty ? nil : Double(attacks.count { $0 > threshold }) / Double(attacks.count)
    }

    /// The greatest score that at least this share of the attacks lies above.
    public static func threshold(catching share: Double, of attacks: [Double]) -> Double? {
        guard !attacks.isEmpty else { return nil }
        let ordered = attacks.sorted(by: >)
        let needed = max(1, Int((share * Double(ordered.count)).rounded(.up)))
        return ordered[min(needed, ordered.count) - 1].nextDown
    }

    /// Points of the receiver operating characteristic, from (0, 0) to (1, 1), at most so many.
    public func curve(_ attacks: [Double], points: Int = 200) -> [(challenged: Double, caught: Double)] {
        guard !good.isEmpty, !attacks.isEmpty else { return [] }
        return (0...points).map { index in
            // Closer together where few are challenged, which is where one operates.
            let share = index == points ? 1 : (Double(index) / Double(points)) * (Double(index) / Double(points))
            return (share, Self.caught(attacks, above: threshold(challenging: share)) ?? 0)
        }
    }

    /// How many leading elements of an ordered list satisfy a predicate.
    private static func count(in ordered: [Double], where holds: (Double) -> Bool) -> Int {
        var low = 0, high = ordered.count
        while low < high {
            let middle = (low + high) / 2
            if holds(ordered[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
