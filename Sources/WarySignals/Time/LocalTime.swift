import WaryVocabulary

/// An instant as a clock on the wall shows it.
struct LocalTime: Hashable, Sendable {
    /// Minutes by which the clock is ahead of UTC.
    let offset: Int
    /// 0…1439
    let minuteOfDay: Int
    let weekday: Weekday

    var hour: Int { minuteOfDay / 60 }

    /// The clock of the first of these zones that exists, else UTC's.
    init(at instant: Instant, in zones: [String?]) {
        self.init(at: instant, offset: zones.lazy.compactMap { $0.flatMap { TimeZones.offset(of: $0, at: instant) } }.first ?? 0)
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
