import Testing
import WaryLanguage
import WaryVocabulary
@testable import WaryEngine

/// EDGE_CASES 1 to 9, 15, 16, 19 and 20: places and journeys.
struct TravelEdgeCases {
    @Test("1: an honest flight of 5,500 km in 8 h")
    func honestFlight() throws {
        let world = try EdgeWorld()
        try world.habit("alice", "192.0.2.10")
        try world.signIn("alice", "192.0.2.10")
        world.pass(8 * EdgeWorld.hour)
        let answer = try world.attempt("alice", "198.18.2.20")
        #expect(answer.outcome == .allow)
        #expect(!answer.explanation.reasons.map(\.rule).contains("impossible_travel"))
    }

    @Test("2: 900 km in 59 minutes and in 61: no cliff at the hour")
    func noCliff() throws {
        func speed(after minutes: Int64) throws -> Double {
            let world = try EdgeWorld("""
                policy speed "Speed" { for login }
                rule fast { when travel.speed > 1 km/h unknown skip score 1 }
                decide { step_up when score >= 100 allow otherwise }
                """)
            try world.signIn("alice", "192.0.2.10")
            world.pass(minutes * EdgeWorld.minute)
            let answer = try world.attempt("alice", "198.18.6.20")
            let text = answer.explanation.reasons.first?.because.first?.text ?? ""
            return Double(text.prefix { $0.isNumber || $0 == "." }) ?? 0
        }
        let before = try speed(after: 59), after = try speed(after: 61)
        #expect(abs(before - 900.0 * 60 / 59) < 5)
        #expect(abs(after - 900.0 * 60 / 61) < 5)
    }

    @Test("3: a private or loopback address is unknown, and never travel", arguments: ["10.1.2.3", "127.0.0.1", "::1", "100.64.0.9"])
    func privateAddress(address: String) throws {
        let world = try EdgeWorld(EdgeWorld.travel)
        try world.signIn("alice", "203.0.113.5")
        world.pass(EdgeWorld.minute)
        let answer = try world.attempt("alice", address)
        #expect(answer.outcome == .allow)
        #expect(answer.explanation.unknown.first?.missing.allSatisfy { $0.text == "private_address" } == true)
        try world.report(answer, .succeeded)
        world.pass(EdgeWorld.minute)
        #expect(try world.attempt("alice", "203.0.113.5").outcome == .allow)
    }

    @Test("4: the country is known and the city is not")
    func countryOnly() throws {
        let world = try EdgeWorld("""
            policy places "Places" { for login }
            rule country { when geo.country in ["IR"] unknown skip score 10 }
            rule radius { when geo.accuracy > 1 km unknown skip score 20 }
            decide { step_up when score >= 100 allow otherwise }
            """)
        let answer = try world.attempt("alice", "198.18.9.1")
        #expect(answer.explanation.reasons.map(\.rule) == ["country"])
        #expect(answer.explanation.unknown.map(\.rule) == ["radius"])
    }

    @Test("5: no database: unknown, not harmless")
    func noDatabase() throws {
        let world = try EdgeWorld("""
            policy places "Places" { for login }
            rule abroad { when geo.country != "FR" unknown fire score 50 }
            decide { step_up when score >= 40 allow otherwise }
            """, databases: false)
        let answer = try world.attempt("alice", "198.18.2.1")
        #expect(answer.outcome == .stepUp)
        #expect(answer.explanation.unknown.first?.missing.first?.text == "database_not_loaded")
    }

    @Test("6: the same address, which the database moved by 700 km")
    func movedByTheDatabase() throws {
        let world = try EdgeWorld(EdgeWorld.travel)
        var fields = EventFields(account: "alice", ip: IPAddress("198.18.1.7"))
        fields.position.point = GeoPoint(latitude: 48.86, longitude: 2.35)
        try world.decider.history.recordImported(.init(given: .loginSucceeded, at: world.now, fields: fields))
        world.pass(5 * EdgeWorld.minute)
        let answer = try world.attempt("alice", "198.18.1.7")
        #expect(answer.outcome == .allow)
        #expect(answer.explanation.unknown.isEmpty)
    }

    @Test("7: 40 km in 5 minutes is noise, to rules and to the model")
    func noise() throws {
        let world = try EdgeWorld()
        try world.habit("alice", "192.0.2.10")
        try world.signIn("alice", "192.0.2.10")
        world.pass(5 * EdgeWorld.minute)
        let answer = try world.attempt("alice", "198.51.100.7", explain: .full)
        #expect(answer.outcome == .allow)
        #expect(!answer.explanation.reasons.map(\.rule).contains("impossible_travel"))
        #expect(answer.model?.terms.first { $0.name == "travel" }?.value == 0)
        #expect(try world.attempt("alice", "203.0.113.7", explain: .full).model?.terms.first { $0.name == "travel" }?.value == 2)
    }

    @Test("8: a phone hops to a carrier's exit in another city: the known device keeps it under the line")
    func carrierHop() throws {
        let world = try EdgeWorld()
        try world.habit("alice", "192.0.2.10", device: "phone")
        try world.signIn("alice", "192.0.2.10", device: "phone")
        world.pass(10 * EdgeWorld.minute)
        let answer = try world.attempt("alice", "198.18.1.33", device: "phone")
        #expect(answer.explanation.reasons.map(\.rule).contains("impossible_travel"))
        #expect(answer.outcome == .allow)
    }

    @Test("9: an IPv6 privacy address that changes every day within one /64")
    func privacyAddresses() throws {
        let world = try EdgeWorld("""
            policy addresses "Addresses" { for login }
            rule unseen { when ip.new score 60 }
            rule elsewhere { when subnet.new score 60 }
            decide { step_up when score >= 40 allow otherwise }
            """)
        try world.signIn("alice", "2001:db8:1:2:aaaa:bbbb:cccc:dddd")
        world.pass(EdgeWorld.day)
        #expect(try world.attempt("alice", "2001:db8:1:2:1111:2222:3333:4444").outcome == .allow)
        #expect(try world.attempt("alice", "2001:db8:1:3::1").outcome == .stepUp)
    }

    @Test("15: the clock goes back, and two events of one instant")
    func clock() throws {
        let world = try EdgeWorld(EdgeWorld.travel, clock: .live)
        try world.signIn("alice", "192.0.2.10")
        let same = try world.attempt("alice", "203.0.113.5")
        #expect(same.outcome == .stepUp)
        #expect(!same.isDegraded)
        world.pass(-EdgeWorld.hour)
        let back = try world.attempt("alice", "203.0.113.5")
        #expect(back.outcome == .stepUp)
        #expect(!back.isDegraded)
    }

    @Test("16: an attempt that fails its challenge does not become the reference")
    func failedChallenge() throws {
        let world = try EdgeWorld(EdgeWorld.travel)
        try world.signIn("alice", "192.0.2.10")
        world.pass(20 * EdgeWorld.minute)
        let before = try world.decider.history.baseline(of: "alice")
        let attack = try world.attempt("alice", "203.0.113.5", device: "thief")
        #expect(attack.outcome == .stepUp)
        try world.report(attack, .challengeFailed)
        try world.report(attack, .abandoned)
        #expect(try world.decider.history.baseline(of: "alice") == before)
        world.pass(EdgeWorld.minute)
        #expect(try world.attempt("alice", "192.0.2.10").outcome == .allow)
    }

    @Test("19: coordinates that are not finite, out of range or swapped", arguments: [
        (Double.nan, 2.0), (.infinity, 2), (2, .nan), (139.69, 35.68), (91, 0), (0, 181), (-90.001, 0),
    ])
    func coordinates(latitude: Double, longitude: Double) {
        #expect(GeoPoint(latitude: latitude, longitude: longitude) == nil)
    }

    @Test("20: across the antimeridian and across the pole it is near",
          arguments: [("198.18.3.1", "198.18.4.1"), ("198.18.7.1", "198.18.8.1")])
    func antimeridian(here: String, there: String) throws {
        let world = try EdgeWorld(EdgeWorld.travel)
        try world.signIn("alice", here)
        world.pass(EdgeWorld.minute)
        let answer = try world.attempt("alice", there)
        #expect(answer.outcome == .allow)
        #expect(answer.explanation.unknown.isEmpty)
        #expect(try world.attempt("alice", "203.0.113.5").outcome == .stepUp)
    }
}
