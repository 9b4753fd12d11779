import Foundation
import Testing
import WarySignals
import WaryVocabulary

struct PositionDatabasesTests {
    private let scratch: Scratch
    private let databases: PositionDatabases

    init() throws {
        scratch = try Scratch()
        databases = try PositionDatabases(paths: [
            try scratch.write(Fixture.city().bytes(), "city.mmdb"),
            try scratch.write(Fixture.systems().bytes(), "asn.mmdb"),
            try scratch.write(Fixture.anonymous().bytes(), "anonymous.mmdb"),
        ])
    }

    private func look(_ text: String) throws -> Whereabouts { databases.look(up: try #require(IPAddress(text))) }

    @Test func severalFilesAnswerTogether() throws {
        let paris = try look("192.0.2.10")
        #expect(paris.position.country == Country("FR"))
        #expect(paris.position.region == "IDF")
        #expect(paris.position.city == "Paris")
        #expect(paris.position.point == GeoPoint(latitude: 48.86, longitude: 2.35))
        #expect(paris.position.accuracy == 20_000)
        #expect(paris.position.timeZone == "Europe/Paris")
        #expect(paris.network == NetworkFacts(asn: 64_500, name: "Exemple SA", anonymous: false, hosting: false, vpn: false,
                                              proxy: false, tor: false))
        #expect(try look("192.0.2.200").position.city == "Versailles")
        #expect(try look("203.0.113.70").network.vpn == true)
        #expect(try look("203.0.113.70").network.anonymous == true)
    }

    @Test func aTorExitIsAnonymousEvenWhereTheFileDoesNotAddSo() throws {
        let facts = try look("203.0.113.130").network
        #expect(facts.tor == true)
        #expect(facts.anonymous == true)
        #expect(facts.vpn == false)
    }

    @Test func mappedAddressesAreIPv4() throws {
        #expect(try look("::ffff:203.0.113.7") == look("203.0.113.7"))
        #expect(try look("2001:db8:1::2").position.city == "Berlin")
    }

    @Test func whatIsMissingHasItsReason() throws {
        #expect(try look("10.1.2.3").missingPosition == .privateAddress)
        #expect(try look("100.64.0.1").missingNetwork == .privateAddress)
        #expect(try look("::1").missingAnonymity == .privateAddress)
        #expect(try look("::1").network.anonymous == nil)
        #expect(try look("8.8.8.8").missingPosition == .notInDatabase)
        let country = try look("100.1.1.1")
        #expect(country.position.country == Country("US"))
        #expect(country.position.city == nil)
        #expect(country.missingPosition == .notInDatabase)

        let without = PositionDatabases.none.look(up: try #require(IPAddress("8.8.8.8")))
        #expect(without.missingPosition == .databaseNotLoaded)
        #expect(without.missingAnonymity == .databaseNotLoaded)
        let cityOnly = try PositionDatabases(paths: [scratch.path + "/city.mmdb"])
        #expect(cityOnly.look(up: try #require(IPAddress("192.0.2.1"))).missingNetwork == .databaseNotLoaded)
    }

    @Test func aDatabaseTooOldIsNotBelieved() throws {
        let day: Int64 = 86_400_000
        let sources = PositionSources(databases: [scratch.path + "/city.mmdb"], maximumAge: 30 * day)
        let aged = try PositionDatabases(sources)
        let address = try #require(IPAddress("192.0.2.1"))
        #expect(aged.look(up: address, at: Fixture.built + 29 * day).position.city == "Paris")
        let late = aged.look(up: address, at: Fixture.built + 31 * day)
        #expect(late.position == Position())
        #expect(late.missingPosition == .stale)
        #expect(late.missingNetwork == .databaseNotLoaded)
    }

    @Test func coordinatesThatAreNoneAreAsIfAbsent() throws {
        var writer = DatabaseWriter(type: "GeoLite2-City", description: "test", built: Fixture.built)
        let impossible: [(Double, Double)] = [(.nan, 2), (91, 2), (2, 181), (.infinity, 0)]
        for (index, pair) in impossible.enumerated() {
            writer.insert(try Fixture.network("192.0.2.\(index)/32"), .map([
                ("location", .map([("latitude", .double(pair.0)), ("longitude", .double(pair.1)), ("accuracy_radius", .uint16(5))])),
            ]))
        }
        let odd = try PositionDatabases(paths: [try scratch.write(writer.bytes(), "odd.mmdb")])
        for index in impossible.indices {
            let found = odd.look(up: try #require(IPAddress("192.0.2.\(index)")))
            #expect(found.position.point == nil)
            #expect(found.position.accuracy == nil)
            #expect(found.missingPosition == .notInDatabase)
        }
    }

    @Test func listsStandInForDatabases() throws {
        let tor = try scratch.write("# exits\n198.51.100.7\n2001:db8:bad::/48 # a block\n", "tor.txt")
        let hosting = try scratch.write("AS64501\n192.0.2.0/25\n", "hosting.txt")
        let listed = try PositionDatabases(PositionSources(databases: [scratch.path + "/asn.mmdb"],
                                                           lists: [.tor: [tor], .hosting: [hosting]]))
        func facts(_ text: String) throws -> NetworkFacts { listed.look(up: try #require(IPAddress(text))).network }
        #expect(try facts("198.51.100.7").tor == true)
        #expect(try facts("198.51.100.7").anonymous == true)
        #expect(try facts("198.51.100.8").tor == false)
        #expect(try facts("198.51.100.8").vpn == nil)
        #expect(try facts("2001:db8:bad:1::1").tor == true)
        #expect(try facts("203.0.113.5").hosting == true)
        #expect(try facts("192.0.2.127").hosting == true)
        #expect(try facts("192.0.2.128").hosting == false)
    }

    @Test func aBadLineOfAListIsNamed() throws {
        let path = try scratch.write("198.51.100.7\n\n203.0.113.7/24\n", "bad.txt")
        let error = #expect(throws: PositionError.self) { try PositionDatabases(PositionSources(lists: [.tor: [path]])) }
        #expect(error?.description == "\(path):3: \"203.0.113.7/24\" has host bits set; write 203.0.113.0/24")
    }

    @Test func aReloadTakesEffectAtOnceAndKeepsTheOldOnFailure() throws {
        let path = try scratch.write(Fixture.city().bytes(), "swap.mmdb")
        let swapped = try PositionDatabases(paths: [path])
        let address = try #require(IPAddress("192.0.2.1"))
        #expect(try !swapped.reloadIfChanged())
        var writer = DatabaseWriter(type: "GeoLite2-City", description: "newer", built: Fixture.built)
        writer.insert(try Fixture.network("192.0.2.0/24"), .city(Position(city: "Lyon")))
        try FileManager.default.removeItem(atPath: path)
        _ = try scratch.write(writer.bytes(), "swap.mmdb")
        #expect(try swapped.reloadIfChanged())
        #expect(swapped.look(up: address).position.city == "Lyon")
        _ = try scratch.write("torn", "swap.mmdb")
        #expect(throws: PositionError.self) { try swapped.reloadIfChanged() }
        #expect(swapped.look(up: address).position.city == "Lyon")
    }

    @Test func aFileTruncatedInPlaceDoesNotReachItsReaders() throws {
        let path = try scratch.write(Fixture.city().bytes(), "truncated.mmdb")
        let file = try PositionDatabases(paths: [path])
        truncate(path, 0)
        #expect(file.look(up: try #require(IPAddress("192.0.2.1"))).position.city == "Paris")
    }

    @Test func lookUpsFromManyThreadsDuringReloads() async throws {
        let databases = databases
        let addresses = try ["192.0.2.1", "203.0.113.7", "8.8.8.8"].map { try #require(IPAddress($0)) }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<2_000 { for address in addresses { _ = databases.look(up: address) } }
                }
            }
            group.addTask { for _ in 0..<20 { try? databases.reload() } }
        }
        #expect(databases.look(up: addresses[0]).position.city == "Paris")
    }

    @Test func aKindThatHoldsNothingReadIsRefused() throws {
        let writer = DatabaseWriter(type: "GeoIP2-Domain", description: "test", built: Fixture.built)
        let path = try scratch.write(writer.bytes(), "domain.mmdb")
        #expect(throws: PositionError.unsuitable(path: path, type: "GeoIP2-Domain")) { try PositionDatabases(paths: [path]) }
    }
}
