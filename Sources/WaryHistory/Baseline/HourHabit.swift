import WaryVocabulary

/// At which hours of its own day an account signs in: 24 bins, smoothed around the clock.
///
/// Each good sign-in weighs ¼, ½, ¼ on the hour before, its own and the next, so that 08:58 and 09:02 are alike and 23:30
/// is near 00:30; six imagined sign-ins spread evenly keep the first few from deciding.
public struct HourHabit: Hashable, Sendable {
    /// Good sign-ins by hour, 0…23; one that is full stays so.
    public private(set) var counts: [UInt16]

    /// The weight of the even spread, in sign-ins.
    public static let prior = 6.0

    public init() { counts = [UInt16](repeating: 0, count: 24) }

    /// Nil unless there are 24 counts.
    public init?(counts: [UInt16]) {
        guard counts.count == 24 else { return nil }
        self.counts = counts
    }

    public var total: Int { counts.reduce(0) { $0 + Int($1) } }

    /// The hour that a clock so many minutes ahead of UTC shows; UTC's where the offset is not known.
    static func hour(of instant: Instant, utcOffset: Int?) -> Int {
        let minutes = (instant.milliseconds / 60_000 + Int64(utcOffset ?? 0)) % 1440
        return Int((minutes + 1440) % 1440 / 60)
    }

    /// Takes in one good sign-in; hours outside 0…23 are disregarded.
    public mutating func learn(hour: Int) {
        guard counts.indices.contains(hour), counts[hour] < .max else { return }
        counts[hour] += 1
    }

    /// Takes one out again, exactly.
    public mutating func unlearn(hour: Int) {
        guard counts.indices.contains(hour), counts[hour] > 0 else { return }
        counts[hour] -= 1
    }

    /// The probability of an hour; the 24 sum to 1.
    public func probability(ofHour hour: Int) -> Double {
        (smoothed(hour) + Self.prior / 24) / (Double(total) + Self.prior)
    }

    /// The summed probability of the hours more usual than this one: 0 at the most usual, near 1 at the rarest.
    public func unusualness(ofHour hour: Int) -> Double {
        let mass = smoothed(hour)
        let above = (0..<24).reduce(0.0) { sum, other in
            let value = smoothed(other)
            return value > mass ? sum + value + Self.prior / 24 : sum
        }
        return min(1, above / (Double(total) + Self.prior))
    }

    private func smoothed(_ hour: Int) -> Double {
        let at = (hour % 24 + 24) % 24
        return Double(counts[at]) / 2 + (Double(counts[(at + 23) % 24]) + Double(counts[(at + 1) % 24])) / 4
    }
}
