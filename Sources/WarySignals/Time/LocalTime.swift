import WaryVocabulary

/// An instant as a clock on the wall shows it.
struct LocalTime: Hashable, Sendable {
    /// Minutes by which the clock is ahead of UTC.
    let offset: Int
    /// 0…1439
    let minuteOfDay: Int
    let weekday: Weekday

    var hour: Int { minuteOfDay / 60 }

    /// Minutes ahead of UTC in the first of these zones that exists; nil where none does.
    static func offset(at instant: Instant, in zones: [String?]) -> Int? {
        for zone in zones {
            if let zone, let offset = TimeZones.offset(of: zone, at: instant) { return offset }
        }
        return nil
    }

    init(at instant: Instant, offset: Int) {
        self.offset = offset
        let minutes = Self.floorDivide((instant + Int64(offset) * 60_000).milliseconds, by: 60_000)
        let days = Self.floorDivide(minutes, by: 1440)
        minuteOfDay = Int(minutes - days * 1440)
        weekday = Weekday(daysSinceEpoch: days)
    }

    /// The quotient rounded towards −∞.
    private static func floorDivide(_ dividend: Int64, by divisor: Int64) -> Int64 {
        dividend / divisor - (dividend % divisor < 0 ? 1 : 0)
    }
}
