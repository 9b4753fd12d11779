/// The numbers that a value may take: from `low` to `high`, both included. Sound for what lints claim: it never leaves out a
/// value that can be.
struct Interval: Sendable, Hashable {
    var low: Double
    var high: Double

    static let all = Interval(low: -.infinity, high: .infinity)
    static let nonNegative = Interval(low: 0, high: .infinity)

    init(low: Double, high: Double) {
        self.low = low
        self.high = high
    }

    init(_ value: Double) { self.init(low: value, high: value) }

    var isEmpty: Bool { !(low <= high) }

    func intersection(_ other: Interval) -> Interval { Interval(low: max(low, other.low), high: min(high, other.high)) }
    func hull(_ other: Interval) -> Interval { Interval(low: min(low, other.low), high: max(high, other.high)) }

    static prefix func - (a: Interval) -> Interval { Interval(low: -a.high, high: -a.low) }
    static func + (a: Interval, b: Interval) -> Interval { Interval(low: a.low + b.low, high: a.high + b.high) }
    static func - (a: Interval, b: Interval) -> Interval { a + -b }

    static func * (a: Interval, b: Interval) -> Interval {
        // Zero times infinity is zero here: the infinite end is never reached.
        let products = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high].map { $0.isNaN ? 0 : $0 }
        return Interval(low: products.min() ?? 0, high: products.max() ?? 0)
    }

    static func / (a: Interval, b: Interval) -> Interval {
        if b.low <= 0, b.high >= 0 { return .all }
        return a * Interval(low: 1 / b.high, high: 1 / b.low)
    }

    var magnitude: Interval {
        if low >= 0 { return self }
        if high <= 0 { return -self }
        return Interval(low: 0, high: max(-low, high))
    }

    func rounded() -> Interval {
        Interval(low: low.isFinite ? low.rounded(.toNearestOrAwayFromZero) : low, high: high.isFinite ? high.rounded(.toNearestOrAwayFromZero) : high)
    }
}
