import Foundation
import Testing
import WarySignals
import WaryVocabulary

/// What other people's reader says about other people's databases.
@Suite(.enabled(if: SharedData.isThere))
struct MaxMindAnswerTests {
    struct Row {
        let address: IPAddress
        let fields: [String: Any]
    }

    static func rows(_ database: String) throws -> [Row] {
        let answers = try #require(SharedData.json("mmdb/answers.json") as? [String: Any])
        let databases = try #require(answers["databases"] as? [String: Any])
        let entries = try #require(databases[database] as? [[String: Any]])
        return try entries.map { entry in
            let text = try #require(entry["ip"] as? String)
            return Row(address: try #require(IPAddress(text)), fields: entry)
        }
    }

    @Test(arguments: ["GeoIP2-City-Test", "GeoLite2-City-Test"])
    func everyCityAnswer(database: String) throws {
        let databases = try PositionDatabases(paths: [SharedData.path("mmdb/\(database).mmdb")])
        let rows = try Self.rows(database)
        #expect(rows.count > 200)
        for row in rows {
            let found = databases.look(up: row.address).position
            #expect(found.country?.description == row.fields["country"] as? String, "\(row.address)")
            #expect(found.region == (row.fields["subdivisions"] as? [String])?.first, "\(row.address)")
            #expect(found.city == row.fields["city"] as? String, "\(row.address)")
            #expect(found.point?.latitude == row.fields["latitude"] as? Double, "\(row.address)")
            #expect(found.point?.longitude == row.fields["longitude"] as? Double, "\(row.address)")
            #expect(found.accuracy == (row.fields["accuracy_radius"] as? Double).map { $0 * 1000 }, "\(row.address)")
            #expect(found.timeZone == row.fields["time_zone"] as? String, "\(row.address)")
        }
    }

    @Test func everyAutonomousSystem() throws {
        let databases = try PositionDatabases(paths: [SharedData.path("mmdb/GeoLite2-ASN-Test.mmdb")])
        for row in try Self.rows("GeoLite2-ASN-Test") {
            let record = try #require(row.fields["record"] as? [String: Any])
            let found = databases.look(up: row.address)
            #expect(found.network.asn == (record["autonomous_system_number"] as? Int).flatMap(UInt32.init(exactly:)))
            #expect(found.network.name == record["autonomous_system_organization"] as? String)
            #expect(found.missingCountry == .databaseNotLoaded)
        }
    }

    @Test(arguments: ["GeoIP2-Anonymous-IP-Test", "GeoIP-Anonymous-Plus-Test", "GeoIP2-IP-Risk-Test"])
    func everyAnonymousNetwork(database: String) throws {
        let databases = try PositionDatabases(paths: [SharedData.path("mmdb/\(database).mmdb")])
        for row in try Self.rows(database) {
            let record = try #require(row.fields["record"] as? [String: Any])
            func flag(_ names: String...) -> Bool { names.contains { record[$0] as? Bool == true } }
            let found = databases.look(up: row.address).network
            let kinds = flag("is_hosting_provider", "is_anonymous_vpn", "is_public_proxy", "is_residential_proxy", "is_tor_exit_node")
            #expect(found.anonymous == (flag("is_anonymous") || kinds), "\(row.address)")
            #expect(found.hosting == flag("is_hosting_provider"), "\(row.address)")
            #expect(found.vpn == flag("is_anonymous_vpn"), "\(row.address)")
            #expect(found.proxy == flag("is_public_proxy", "is_residential_proxy"), "\(row.address)")
            #expect(found.tor == flag("is_tor_exit_node"), "\(row.address)")
        }
    }

    /// Every record of every database with a flat record, whole: also of those that no signal is read from.
    @Test(arguments: ["GeoLite2-ASN-Test", "GeoIP2-Anonymous-IP-Test", "GeoIP-Anonymous-Plus-Test", "GeoIP2-IP-Risk-Test",
                      "GeoIP2-Static-IP-Score-Test", "GeoIP2-Connection-Type-Test"])
    func everyRecordWhole(database: String) throws {
        let file = try MaxMindFile(path: SharedData.path("mmdb/\(database).mmdb"))
        for row in try Self.rows(database) {
            let expected = try #require(row.fields["record"] as? [String: Any])
            guard case .map(let entries)? = try file.record(for: row.address) else {
                Issue.record("no record for \(row.address)")
                continue
            }
            #expect(entries.count == expected.count)
            for (key, value) in expected {
                switch value {
                case let text as String: #expect(entries[key]?.text == text)
                case let flag as Bool where entries[key]?.bool != nil: #expect(entries[key]?.bool == flag)
                case let number as Double: #expect(entries[key]?.number == number)
                default: Issue.record("\(key) of \(row.address) is of an unforeseen type")
                }
            }
        }
    }

    @Test func whatIsInNoDatabase() throws {
        let answers = try #require(SharedData.json("mmdb/answers.json") as? [String: Any])
        let absent = try #require(answers["not_found"] as? [String: [String: Any]])
        for (database, addresses) in absent {
            let file = try MaxMindFile(path: SharedData.path("mmdb/\(database).mmdb"))
            let databases = try PositionDatabases(paths: [file.path])
            for text in addresses.keys {
                let address = try #require(IPAddress(text))
                #expect(try file.record(for: address) == nil)
                let found = databases.look(up: address)
                #expect(found.position == Position())
                #expect(found.network.asn == nil)
                let reason = address.isPrivate ? UnknownReason.privateAddress : .notInDatabase
                if file.type.contains("City") { #expect(found.missingPosition == reason, "\(address)") }
                if file.type.contains("ASN") { #expect(found.missingNetwork == reason, "\(address)") }
            }
        }
    }
}
