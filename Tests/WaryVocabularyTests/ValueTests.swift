import Testing
import WaryVocabulary

@Suite struct ValueTests {
    @Test func countriesAreThoseOfISO3166() {
        #expect(Country("FR")?.description == "FR")
        #expect(Country("fr") == Country("FR"))
        for text in ["UK", "XX", "F", "FRA", "", "F1", "ÉÉ"] { #expect(Country(text) == nil, "\(text)") }
        #expect(Country.intended(by: "UK") == Country("GB"))
    }

    @Test func outcomesAreOrderedBySeverity() {
        #expect(Outcome.allow < .stepUp && Outcome.stepUp < .deny)
        #expect([Outcome.stepUp, .deny, .allow].max() == .deny)
    }

    @Test func pointsAreFiniteAndInRange() {
        #expect(GeoPoint(latitude: 90, longitude: -180) != nil)
        for (latitude, longitude) in [(90.1, 0), (0, 180.1), (.nan, 0), (0, .infinity), (139.69, 35.68)] {
            #expect(GeoPoint(latitude: latitude, longitude: longitude) == nil)
        }
    }

    @Test func theAntimeridianAndThePolesAreNear() throws {
        let east = try #require(GeoPoint(latitude: 0, longitude: 179.9)), west = try #require(GeoPoint(latitude: 0, longitude: -179.9))
        #expect(abs(east.distance(to: west) - 22_239) < 10)
        let pole = try #require(GeoPoint(latitude: 89.99, longitude: 0)), across = try #require(GeoPoint(latitude: 89.99, longitude: 180))
        #expect(abs(pole.distance(to: across) - 2_224) < 2)
    }

    @Test func theCatalogueHoldsEverySignalOnce() {
        #expect(SignalCatalogue.entries.map(\.id) == SignalID.allCases)
        for entry in SignalCatalogue.entries {
            #expect(SignalCatalogue.entry(named: entry.name)?.id == entry.id)
            #expect(!entry.help.isEmpty && !entry.help.hasSuffix("."))
        }
    }

    @Test func factorSetsKeepTheirFactors() {
        #expect(FactorSet([Factor.sms, .webauthn]).factors == [.webauthn, .sms])
        #expect(FactorSet.all.factors == Factor.allCases)
    }

    @Test func eventKindsAreNamesJoinedByDots() {
        for text in ["login", "login.failed", "card_payment", "a1.b2"] { #expect(EventKind(rawValue: text).isWellFormed) }
        for text in ["", ".", "a.", "A", "1a", "a b", "a-b", String(repeating: "a", count: 65)] {
            #expect(!EventKind(rawValue: text).isWellFormed)
        }
        #expect(EventKind.loginFailed.isReserved && EventKind.challengePassed.isReserved && !EventKind.passwordChanged.isReserved)
    }

    @Test func fieldsAnswerForKeysAndInputs() throws {
        let event = EventFields(account: "alice", ip: IPAddress("2001:db8::1:2:3:4"), inputs: ["cart": .decimal(3)],
                                position: Position(country: Country("FR")))
        #expect(event.value(of: .ip) == IPAddress("2001:db8::").map(Datum.ip))
        #expect(event.value(of: .country) == Country("FR").map(Datum.country))
        #expect(event.value(of: .device) == nil)
        #expect(event.value(ofField: "cart") == .decimal(3))
        #expect(event.value(ofField: "basket") == nil)
    }
}
