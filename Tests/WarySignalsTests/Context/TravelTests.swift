import Foundation
import Testing
import WaryHistory
import WarySignals
import WaryVocabulary

struct TravelTests {
    private let past: Past

    init() throws { past = Past() }

    /// Metres and milliseconds from the last good sign-in to an attempt, or nil where unknown.
    private func travel(_ fields: EventFields, at now: Instant = Past.noon) throws -> (metres: Double, milliseconds: Int64)? {
        var context = try past.context(fields, at: now)
        guard case .known(.distance(let metres)) = context.read(.travelDistance),
              case .known(.duration(let milliseconds)) = context.read(.travelElapsed),
              case .known(.speed(let speed)) = context.read(.travelSpeed)
        else { return nil }
        #expect(speed == metres / (Double(milliseconds) / 1000))
        return (metres, milliseconds)
    }

    private func reason(_ fields: EventFields, whereabouts: Whereabouts = Whereabouts()) throws -> Reading {
        var context = try past.context(fields, whereabouts: whereabouts)
        #expect(context.read(.travelDistance) == context.read(.travelSpeed))
        #expect(context.read(.travelElapsed) == context.read(.travelSpeed))
        return context.read(.travelSpeed)
    }

    @Test(.enabled(if: SharedData.isThere)) func greatCircles() throws {
        let rows = try #require((SharedData.json("golden/geo-distance.json") as? [String: Any])?["rows"] as? [[String: Any]])
        #expect(rows.count == 176)
        for row in rows {
            func number(_ name: String) throws -> Double { try #require(row[name] as? Double) }
            let from = try #require(GeoPoint(latitude: number("lat1"), longitude: number("lon1")))
            let to = try #require(GeoPoint(latitude: number("lat2"), longitude: number("lon2")))
            let expected = try number("haversine_km") * 1000
            // Near the antipode the formula itself loses digits: a millimetre is far below any accuracy radius.
            #expect(abs(from.distance(to: to) - expected) <= max(1e-9 * expected, 0.3), "\(row["name"] ?? "")")
        }
    }

    @Test func bothRadiiAreSubtracted() throws {
        try past.signIn(.alice("192.0.2.1", at: Place.paris, accuracy: 100_000), at: Past.noon - hour)
        let bare = try #require(try travel(.alice("203.0.113.1", at: Place.tokyo)))
        let wide = try #require(try travel(.alice("203.0.113.1", at: Place.tokyo, accuracy: 500_000)))
        #expect(abs(bare.metres - wide.metres - 500_000) < 1e-6)
        #expect(try #require(try travel(.alice("198.51.100.1", at: Place.versailles, accuracy: 5_000))).metres == 0)
    }

    @Test func timeIsNeverBelowASecond() throws {
        try past.signIn(.alice("192.0.2.1", at: Place.paris), at: Past.noon)
        for now in [Past.noon, Past.noon + 5, Past.noon - hour] {
            let journey = try #require(try travel(.alice("203.0.113.1", at: Place.tokyo), at: now))
            #expect(journey.milliseconds == 1_000)
        }
    }

    @Test func theSameSubnetIsNoTravel() throws {
        try past.signIn(.alice("192.0.2.1", at: Place.paris), at: Past.noon - hour)
        let moved = try #require(try travel(.alice("192.0.2.77", at: Place.newYork)))
        #expect(moved.metres == 0)
        #expect(moved.milliseconds == hour)
    }

    @Test func backAndForthBetweenNetworksIsNoTravel() throws {
        try past.signIn(.alice("192.0.2.1", at: Place.paris), at: Past.noon - 3 * hour)
        try past.signIn(.alice("198.51.100.1", at: (43.3, 5.4)), at: Past.noon - 10 * minute)
        #expect(try #require(try travel(.alice("192.0.2.1", at: Place.paris))).metres == 0)
        #expect(try #require(try travel(.alice("203.0.113.1", at: Place.paris))).metres > 600_000)
    }

    @Test func anonymousNetworksMakeItUnknown() throws {
        try past.signIn(.alice("192.0.2.1", at: Place.paris), at: Past.noon - hour)
        var hidden = try EventFields.alice("203.0.113.1", at: Place.tokyo)
        hidden.network.anonymous = true
        #expect(try reason(hidden) == .unknown(.anonymousNetwork))
        try past.signIn(hidden, at: Past.noon - minute)
        #expect(try reason(.alice("203.0.113.99", at: Place.tokyo)) == .unknown(.anonymousNetwork))
    }

    @Test func withoutAPositionAtEitherEndItIsUnknown() throws {
        try past.signIn(.alice("192.0.2.1"), at: Past.noon - hour)
        #expect(try reason(.alice("203.0.113.1", at: Place.tokyo)) == .unknown(.notInDatabase))
        #expect(try reason(.alice("203.0.113.1"), whereabouts: Whereabouts(missingPosition: .databaseNotLoaded))
                    == .unknown(.databaseNotLoaded))
    }

    @Test func theAntimeridianAndThePolesAreNear() throws {
        try past.signIn(.alice("192.0.2.1", at: (-17, 179.9)), at: Past.noon - hour)
        #expect(try #require(try travel(.alice("203.0.113.1", at: (-17, -179.9)))).metres < 22_000)
        try past.signIn(.alice("192.0.2.1", at: (89.9, 0)), at: Past.noon - minute)
        #expect(try #require(try travel(.alice("203.0.113.1", at: (89.9, 180)))).metres < 23_000)
        try past.signIn(.alice("192.0.2.1", at: (90, 12)), at: Past.noon - minute)
        #expect(try #require(try travel(.alice("203.0.113.1", at: (90, -120)))).metres < 1)
    }

    @Test func failedAttemptsDoNotMoveTheReference() throws {
        try past.signIn(.alice("192.0.2.1", at: Place.paris), at: Past.noon - hour)
        try past.signIn(.alice("203.0.113.1", at: Place.tokyo), at: Past.noon - minute, outcome: .failed)
        #expect(try #require(try travel(.alice("198.51.100.1", at: Place.paris))).metres == 0)
    }
}
