import Testing
import WaryHistory
import WarySignals
import WaryVocabulary

struct TimeSignalTests {
    private func clock(_ text: String, zone: String?, policy: String? = nil) throws -> (minute: Int, hour: Int64, day: Weekday) {
        var fields = EventFields(account: "alice", ip: IPAddress("203.0.113.1"))
        fields.position.timeZone = zone
        var context = SignalContext(event: fields, whereabouts: Whereabouts(), baseline: nil, now: try #require(Instant(text)),
                                    timeZone: policy)
        guard case .known(.timeOfDay(let minute)) = context.read(.timeOfDay), case .known(.int(let hour)) = context.read(.timeHour),
              case .known(.weekday(let day)) = context.read(.timeWeekday)
        else { throw Missing() }
        return (minute, hour, day)
    }

    private struct Missing: Error {}

    @Test func halfHourZones() throws {
        #expect(try clock("2026-01-01T12:00:00Z", zone: "Asia/Kolkata") == (17 * 60 + 30, 17, .thursday))
        #expect(try clock("2026-01-01T12:00:00Z", zone: "Asia/Kathmandu") == (17 * 60 + 45, 17, .thursday))
        #expect(try clock("2026-01-01T23:00:00Z", zone: "Australia/Lord_Howe") == (10 * 60, 10, .friday))
    }

    @Test func daylightSaving() throws {
        #expect(try clock("2026-03-29T00:59:00Z", zone: "Europe/Paris").minute == 119)
        #expect(try clock("2026-03-29T01:00:00Z", zone: "Europe/Paris").minute == 180)
        #expect(try clock("2026-10-25T00:30:00Z", zone: "Europe/Paris").minute == 150)
        #expect(try clock("2026-10-25T01:30:00Z", zone: "Europe/Paris").minute == 150)
    }

    @Test func theAddressFirstThenThePolicyThenUTC() throws {
        let noon = "2026-07-01T12:00:00Z"
        #expect(try clock(noon, zone: "America/New_York", policy: "Asia/Tokyo").hour == 8)
        #expect(try clock(noon, zone: nil, policy: "Asia/Tokyo").hour == 21)
        #expect(try clock(noon, zone: "No/Such_Zone", policy: "Asia/Tokyo").hour == 21)
        #expect(try clock(noon, zone: nil).hour == 12)
    }

    @Test func beforeTheEpochAndAtWeeksEnd() throws {
        #expect(try clock("1969-12-31T23:30:00Z", zone: nil) == (23 * 60 + 30, 23, .wednesday))
        #expect(try clock("2026-01-04T23:59:00Z", zone: "Pacific/Kiritimati") == (13 * 60 + 59, 13, .monday))
    }

    @Test func anHourIsUnusualAgainstTheAccountsOwn() throws {
        let past = Past()
        let fields = try EventFields.alice("192.0.2.1")
        for week in 1...30 { try past.signIn(fields, at: Past.noon - Int64(week) * day - 3 * hour) }
        func unusual(_ now: Instant) throws -> Double {
            var context = try past.context(fields, at: now)
            guard case .known(.decimal(let value)) = context.read(.timeUnusual) else { throw Missing() }
            return value
        }
        #expect(try unusual(Past.noon - 3 * hour) == 0)
        #expect(try unusual(Past.noon - 2 * hour) < 0.6)
        let night = try unusual(Past.noon + 15 * hour)
        #expect(night > 0.8 && night <= 1)
    }

    /// A habit kept by the wall clock stays the same habit when the clocks change.
    @Test func habitsFollowTheLocalClock() throws {
        let past = Past()
        var fields = try EventFields.alice("192.0.2.1")
        fields.position.timeZone = "Europe/Paris"
        for number in 1...20 {
            let winter = try #require(Instant("2026-03-01T08:00:00Z")) + Int64(number) * day
            try past.signIn(fields, at: winter)
        }
        var summer = try past.context(fields, at: try #require(Instant("2026-04-10T07:00:00Z")))
        #expect(summer.read(.timeUnusual) == .known(.decimal(0)))
    }
}
