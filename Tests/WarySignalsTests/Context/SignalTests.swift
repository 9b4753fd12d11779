import Foundation
import Testing
import WaryHistory
import WarySignals
import WaryVocabulary

struct SignalTests {
    private let past: Past

    init() throws { past = Past() }

    private func read(_ id: SignalID, _ fields: EventFields, at now: Instant = Past.noon) throws -> Reading {
        var context = try past.context(fields, at: now)
        return context.read(id)
    }

    @Test func everySignalAnswersWithItsType() throws {
        var fields = try EventFields.alice("192.0.2.1", device: "d", agent: "curl/8", at: Place.paris, country: "FR", asn: 64_500, accuracy: 10)
        fields.tenant = "t"
        fields.app = "a"
        fields.channel = "c"
        fields.method = "password"
        fields.credentialBreached = false
        fields.factors = [.totp]
        fields.position.region = "IDF"
        fields.position.city = "Paris"
        fields.network = NetworkFacts(asn: 64_500, name: "Exemple", anonymous: false, hosting: false, vpn: false, proxy: false, tor: false)
        try past.signIn(fields, at: Past.noon - day)
        for id in SignalID.allCases where id != .unfamiliarity {
            let entry = SignalCatalogue.entry(id)
            let datum = try #require(try read(id, fields).datum, "\(id.rawValue)")
            #expect(datum.type == entry.type, "\(id.rawValue)")
        }
    }

    @Test func whatIsNotMaybeIsNeverUnknown() throws {
        let bare = EventFields(account: "nobody", ip: IPAddress("203.0.113.1"))
        for entry in SignalCatalogue.entries where !entry.maybe && entry.id != .unfamiliarity {
            #expect(try read(entry.id, bare).datum != nil, "\(entry.name)")
        }
    }

    @Test func whatWasNotSentIsUnknownForThatReason() throws {
        let bare = EventFields(account: "nobody", ip: IPAddress("203.0.113.1"))
        for id: SignalID in [.tenant, .app, .channel, .method, .credentialBreached, .accountFactors, .deviceID, .deviceAge, .agent,
                             .agentBrowser, .agentOS, .agentKind, .agentNew] {
            #expect(try read(id, bare) == .unknown(.notSent), "\(id.rawValue)")
        }
    }

    @Test func withoutHistoryWhatRestsOnItIsUnavailable() throws {
        let fields = try EventFields.alice("192.0.2.1", device: "d", agent: "curl/8", at: Place.paris, country: "FR", asn: 1)
        var context = try past.context(fields, isAvailable: false)
        for id: SignalID in [.accountNew, .accountSignIns, .accountAge, .accountIdle, .ipNew, .subnetNew, .networkNew, .geoCountryNew,
                             .travelDistance, .travelElapsed, .travelSpeed, .deviceNew, .deviceAge, .agentNew, .timeUnusual,
                             .unfamiliarity] {
            #expect(context.read(id) == .unavailable, "\(id.rawValue)")
        }
        #expect(context.read(.geoCountry).datum != nil)
    }

    @Test func aNewAccount() throws {
        let fields = try EventFields.alice("192.0.2.1", device: "d", at: Place.paris)
        #expect(try read(.accountNew, fields) == .known(.bool(true)))
        #expect(try read(.accountSignIns, fields) == .known(.int(0)))
        #expect(try read(.accountAge, fields) == .unknown(.noHistory))
        #expect(try read(.accountIdle, fields) == .unknown(.noHistory))
        #expect(try read(.ipNew, fields) == .known(.bool(true)))
        #expect(try read(.deviceNew, fields) == .known(.bool(true)))
        #expect(try read(.deviceAge, fields) == .unknown(.noHistory))
        #expect(try read(.travelSpeed, fields) == .unknown(.noHistory))
        #expect(try read(.timeUnusual, fields) == .unknown(.noHistory))
    }

    @Test func whatAnAccountKnows() throws {
        let home = try EventFields.alice("192.0.2.1", device: "laptop", agent: "A/1", at: Place.paris, country: "FR", asn: 64_500)
        try past.signIn(home, at: Past.noon - 10 * day)
        try past.signIn(home, at: Past.noon - 2 * day)
        #expect(try read(.accountNew, home) == .known(.bool(false)))
        #expect(try read(.accountSignIns, home) == .known(.int(2)))
        #expect(try read(.accountAge, home) == .known(.duration(10 * day)))
        #expect(try read(.accountIdle, home) == .known(.duration(2 * day)))
        #expect(try read(.deviceAge, home) == .known(.duration(10 * day)))
        for id: SignalID in [.ipNew, .subnetNew, .networkNew, .geoCountryNew, .deviceNew, .agentNew] {
            #expect(try read(id, home) == .known(.bool(false)), "\(id.rawValue)")
        }
        let near = try EventFields.alice("192.0.2.200", device: "phone", agent: "B/1", country: "BE", asn: 64_501)
        #expect(try read(.subnetNew, near) == .known(.bool(false)))
        for id: SignalID in [.ipNew, .networkNew, .geoCountryNew, .deviceNew, .agentNew] {
            #expect(try read(id, near) == .known(.bool(true)), "\(id.rawValue)")
        }
    }

    @Test func onlyGoodSignInsTeach() throws {
        let elsewhere = try EventFields.alice("203.0.113.1", device: "thief", agent: "T/1", at: Place.tokyo, country: "JP", asn: 9)
        let ends: [(ReportedOutcome?, Outcome)] = [(nil, .allow), (.failed, .allow), (.abandoned, .stepUp), (.challengeFailed, .stepUp)]
        for (outcome, decision) in ends { try past.signIn(elsewhere, at: Past.noon - day, outcome: outcome, decision: decision) }
        try past.signIn(elsewhere, at: Past.noon - day, outcome: nil, decision: .deny)
        #expect(try past.history.baseline(of: "alice") == past.history.baseline(of: "nobody"))
        #expect(try read(.accountNew, elsewhere) == .known(.bool(true)))
        #expect(try read(.deviceNew, elsewhere) == .known(.bool(true)))
    }

    @Test func fraudUnlearns() throws {
        let home = try EventFields.alice("192.0.2.1", device: "laptop", at: Place.paris, country: "FR")
        try past.signIn(home, at: Past.noon - 3 * day)
        let before = try past.history.baseline(of: "alice")
        let fraud = try past.signIn(try EventFields.alice("203.0.113.1", device: "thief", at: Place.tokyo, country: "JP"),
                                    at: Past.noon - 2 * day)
        #expect(try past.history.baseline(of: "alice") != before)
        try past.history.recordLabel(fraud, .fraud, at: Past.noon - day)
        #expect(try past.history.baseline(of: "alice") == before)
    }

    @Test func anIPv6HostIsItsSlash64() throws {
        try past.signIn(try .alice("2001:db8:1:2::aaaa"), at: Past.noon - day)
        #expect(try read(.ipNew, .alice("2001:db8:1:2::bbbb")) == .known(.bool(false)))
        #expect(try read(.ipNew, .alice("2001:db8:1:3::aaaa")) == .known(.bool(true)))
        #expect(try read(.subnetNew, .alice("2001:db8:1:3::aaaa")) == .known(.bool(false)))
    }

    @Test func reasonsComeFromWhereTheyArose() throws {
        let whereabouts = Whereabouts(missingPosition: .stale, missingNetwork: .notInDatabase, missingAnonymity: .databaseNotLoaded)
        var context = try past.context(.alice("203.0.113.1"), whereabouts: whereabouts)
        #expect(context.read(.geoCity) == .unknown(.stale))
        #expect(context.read(.geoCountryNew) == .unknown(.stale))
        #expect(context.read(.networkNew) == .unknown(.notInDatabase))
        #expect(context.read(.networkTor) == .unknown(.databaseNotLoaded))
        #expect(context.read(.travelSpeed) == .unknown(.stale))
    }

    @Test func overridesComeFirstAndAreBuiltUpon() throws {
        try past.signIn(.alice("192.0.2.1", at: Place.paris, country: "FR"), at: Past.noon - 20 * minute)
        let tokyo = try #require(GeoPoint(latitude: 35.68, longitude: 139.69)), japan = try #require(Country("JP"))
        var context = try past.context(.alice("203.0.113.7"), overrides: [.geoPoint: .point(tokyo), .geoCountry: .country(japan)])
        #expect(context.read(.geoPoint) == .known(.point(tokyo)))
        #expect(context.read(.geoCountryNew) == .known(.bool(true)))
        guard case .known(.speed(let speed)) = context.read(.travelSpeed) else {
            Issue.record("no speed")
            return
        }
        #expect(abs(speed * 3.6 - 29_136) < 60)
        var given = try past.context(.alice("203.0.113.7"), overrides: [.travelSpeed: .speed(3), .deviceNew: .bool(false)])
        #expect(given.read(.travelSpeed) == .known(.speed(3)))
        #expect(given.read(.deviceNew) == .known(.bool(false)))
    }

    @Test func privateAddresses() throws {
        for address in ["10.0.0.1", "127.0.0.1", "::1", "fd00::1", "100.64.3.4", "169.254.1.1"] {
            let fields = try EventFields.alice(address)
            var context = try past.context(fields, whereabouts: PositionDatabases.none.look(up: try #require(fields.ip)))
            #expect(context.read(.ipPrivate) == .known(.bool(true)), "\(address)")
            #expect(context.read(.geoCountry) == .unknown(.privateAddress), "\(address)")
            #expect(context.read(.travelDistance) == .unknown(.privateAddress), "\(address)")
        }
        #expect(try read(.ipPrivate, .alice("203.0.113.1")) == .known(.bool(false)))
    }
}

struct AgentNewTests {
    private static func chrome(_ version: Int, windows: String = "10.0") -> String {
        "Mozilla/5.0 (Windows NT \(windows); Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/\(version).0.0.0 Safari/537.36"
    }

    private static let phone = "Mozilla/5.0 (Linux; Android 13; SM-G770F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 Mobile Safari/537.36"

    /// A version step forward is not a new client; backwards, another system or another model is.
    @Test func versions() throws {
        let past = Past()
        for agent in [Self.chrome(118), Self.phone, "Unheard/1"] { try past.signIn(.alice("192.0.2.1", agent: agent), at: Past.noon - day) }
        func isNew(_ agent: String) throws -> Bool {
            var context = try past.context(.alice("192.0.2.1", agent: agent))
            return context.read(.agentNew) == .known(.bool(true))
        }
        #expect(try !isNew(Self.chrome(118)))
        #expect(try !isNew(Self.chrome(119)))
        #expect(try !isNew(Self.chrome(141)))
        #expect(try isNew(Self.chrome(117)))
        #expect(try isNew(Self.chrome(119, windows: "6.1")))
        #expect(try isNew(Self.chrome(118).replacingOccurrences(of: "Win64; x64", with: "WOW64")))
        #expect(try isNew(Self.phone.replacingOccurrences(of: "SM-G770F", with: "SM-S921B")))
        #expect(try !isNew(Self.phone.replacingOccurrences(of: "Android 13", with: "Android 14")))
        #expect(try isNew("Unheard/2"))
    }
}
