import Foundation
import Testing
import WaryVocabulary

@Suite struct TimeTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-01-01T12:00Z", 1_767_268_800_000), ("2026-01-01T12:00:00.123Z", 1_767_268_800_123),
        ("2026-01-01T12:00:00.1Z", 1_767_268_800_100), ("2026-01-01T13:30:00+01:30", 1_767_268_800_000),
        ("2026-01-01t07:00:00.0009-05:00", 1_767_268_800_000), ("1969-12-31T23:59:59.999Z", -1), ("2024-02-29T00:00:00Z", 1_709_164_800_000),
    ] as [(String, Int64)])
    func rfc3339IsRead(text: String, milliseconds: Int64) {
        #expect(Instant(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: ["", "2026-01-01", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
                      "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+1:00", "2026-01-01T00:00:00Z ", "yesterday"])
    func whatIsNoInstantIsRefused(text: String) {
        #expect(Instant(text) == nil)
    }

    @Test func instantsAgreeWithFoundation() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = Numbers(state: seed)
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        for _ in 0..<1000 {
            let instant = Instant(milliseconds: Int64.random(in: -2_000_000_000_000...4_000_000_000_000, using: &generator))
            #expect(Instant(instant.description) == instant, "seed \(seed)")
            let date = Date(timeIntervalSince1970: Double(instant.milliseconds) / 1000)
            let text = formatter.string(from: date).replacingOccurrences(of: ".000Z", with: "Z")
            #expect(instant.description == text, "seed \(seed)")
        }
    }

    @Test func arithmeticSaturates() {
        #expect(Instant(milliseconds: .max) + 1 == Instant(milliseconds: .max))
        #expect(Instant(milliseconds: .min) - 1 == Instant(milliseconds: .min))
        #expect(Instant(milliseconds: 5) - Instant(milliseconds: 8) == -3)
    }

    @Test func weekdaysAgreeWithTheCalendar() {
        #expect(Weekday(daysSinceEpoch: 0) == .thursday)
        #expect(Weekday(daysSinceEpoch: -1) == .wednesday)
        #expect(Weekday(daysSinceEpoch: 20_454) == .thursday)
        #expect(Weekday(name: "sunday") == .sunday)
        #expect(Weekday(name: "Sunday") == nil)
    }
}
