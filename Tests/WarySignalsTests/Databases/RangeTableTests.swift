import Foundation
import Testing
import WarySignals
import WaryVocabulary

struct RangeTableTests {
    private static let csv = #"""
        # offices and exits
        network,country,region,city,latitude,longitude,accuracy_km,time_zone,asn,as_name,anonymous,tor
        198.51.100.0/24,FR,IDF,"Paris, 13e",48.83,2.36,5,Europe/Paris,AS64500,"Exemple ""SA""",,
        198.51.100.128/25,FR,ARA,Lyon,45.76,4.84,,,64500,,false,

        2001:db8::/32,DE,,Berlin,52.52,13.40,100,Europe/Berlin,,,,
        203.0.113.9,,,,,,,,,,true,true
        10.1.0.0/16,FR,,Lille,50.63,3.06,1,Europe/Paris,,,,
        """#

    private func database(_ csv: String, _ scratch: Scratch) throws -> String {
        var writer = DatabaseWriter(type: "Wary-Ranges", description: "test", built: Fixture.built)
        for row in try RangeTable(csv: csv).rows { writer.insert(row.network, row.record) }
        return try scratch.write(writer.bytes(), "own.mmdb")
    }

    @Test func aTableBecomesADatabase() throws {
        let scratch = try Scratch()
        let databases = try PositionDatabases(paths: [database(Self.csv, scratch)])
        func look(_ text: String) throws -> Whereabouts { databases.look(up: try #require(IPAddress(text))) }
        let paris = try look("198.51.100.7")
        #expect(paris.position.city == "Paris, 13e")
        #expect(paris.position.region == "IDF")
        #expect(paris.position.accuracy == 5_000)
        #expect(paris.network.asn == 64_500)
        #expect(paris.network.name == "Exemple \"SA\"")
        #expect(try look("198.51.100.200").position.city == "Lyon")
        #expect(try look("198.51.100.200").network.anonymous == false)
        #expect(try look("198.51.100.7").network.anonymous == nil)
        #expect(try look("2001:db8:1::1").position.country == Country("DE"))
        #expect(try look("203.0.113.9").network.tor == true)
        #expect(try look("203.0.113.9").network.anonymous == true)
        // One's own file may say where private addresses are.
        #expect(try look("10.1.2.3").position.city == "Lille")
        #expect(try look("10.2.2.3").missingPosition == .privateAddress)
    }

    @Test func rangesBecomeTheFewestNetworks() throws {
        let table = try RangeTable(csv: "first,last,country\n192.0.2.1,192.0.2.6,FR\n::ffff:0:0,::ffff:ffff:ffff,DE\n2001:db8::,2001:db8::ff,SE")
        #expect(table.rows.map { "\($0.network)" } == ["192.0.2.1/32", "192.0.2.2/31", "192.0.2.4/31", "192.0.2.6/32", "0.0.0.0/0",
                                                        "2001:db8::/120"])
    }

    @Test(arguments: [
        ("network,land\n", "line 1: no column is called \"land\""),
        ("country\nFR\n", "line 1: a column network is needed"),
        ("", "line 1: no heading"),
        ("network,country\n192.0.2.1/24,FR", "line 2: \"192.0.2.1/24\" has host bits set; write 192.0.2.0/24"),
        ("network,country\n192.0.2.0/24,UK", "line 2: \"UK\" is no ISO 3166 country code; did you mean GB?"),
        ("network,latitude,longitude\n192.0.2.0/24,139.69,35.68", "line 2: latitude must lie in"),
        ("network,latitude,longitude\n192.0.2.0/24,nan,1", "line 2: latitude must lie in"),
        ("network,time_zone\n192.0.2.0/24,Europe/Pariis", "line 2: \"Europe/Pariis\" is no time zone"),
        ("network,asn\n192.0.2.0/24,ASX", "line 2: \"ASX\" is no AS number"),
        ("network,tor\n192.0.2.0/24,maybe", "line 2: tor must be true or false"),
        ("network,city\n192.0.2.0/24,\"Paris", "line 2: a quote that is not closed"),
        ("first,last\n192.0.2.9,192.0.2.1", "line 2: first must not lie behind last"),
        ("network\n192.0.2.0/24,FR", "line 2: 2 cells under 1 columns"),
    ])
    func mistakesAreNamed(csv: String, message: String) {
        let failure = #expect(throws: RangeTable.Failure.self) { try RangeTable(csv: csv) }
        #expect(failure?.description.hasPrefix(message) == true, "\(failure?.description ?? "")")
    }

    /// MaxMind's own reader reads what we write.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/mmdblookup")))
    func maxMindsReaderReadsIt() throws {
        let scratch = try Scratch()
        let path = try database(Self.csv, scratch)
        func lookup(_ address: String, _ keys: String...) throws -> String {
            let process = Process(), pipe = Pipe()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/mmdblookup")
            process.arguments = ["--file", path, "--ip", address] + keys
            process.standardOutput = pipe
            process.standardError = pipe
            try process.run()
            let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        #expect(try lookup("198.51.100.7", "country", "iso_code") == "\"FR\" <utf8_string>")
        #expect(try lookup("198.51.100.7", "location", "latitude") == "48.830000 <double>")
        #expect(try lookup("198.51.100.200", "city", "names", "en") == "\"Lyon\" <utf8_string>")
        #expect(try lookup("2001:db8::1", "location", "accuracy_radius") == "100 <uint16>")
        #expect(try lookup("203.0.113.9", "is_tor_exit_node") == "true <boolean>")
        #expect(try lookup("8.8.8.8").contains("Could not find an entry"))
    }
}
