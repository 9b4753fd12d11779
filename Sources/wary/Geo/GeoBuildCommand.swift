import ArgumentParser
import Foundation
import WaryEngine
import WarySignals

/// `wary geo build`: a table of address ranges becomes a MaxMind DB file, readable by any reader of the format.
struct GeoBuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Make a position database from a table of address ranges.",
        discussion: """
            The table is CSV; its first line names the columns, in any order:
              network (203.0.113.0/24, or one address), or first and last (addresses); and any of
              country, region, city, latitude, longitude, accuracy_km, time_zone, asn, as_name,
              anonymous, hosting, vpn, proxy, tor (true or false).
            Networks may lie inside one another: for an address the narrowest that holds it counts.

            Example:
              wary geo build offices.csv offices.mmdb && wary geo 10.1.2.3 --positions offices.mmdb
            """)

    @Argument(help: ArgumentHelp("The table.", valueName: "ranges.csv"))
    var table: String

    @Argument(help: ArgumentHelp("The file to write; one that is there is replaced at once, never half.", valueName: "out.mmdb"))
    var output: String

    @Option(name: .long, help: ArgumentHelp(
        "What readers recognise the file by: Wary-Ranges for all columns, or GeoLite2-City, GeoLite2-ASN, GeoIP2-Anonymous-IP.",
        valueName: "type"))
    var type = "Wary-Ranges"

    func run() throws {
        let text: String
        do {
            text = try String(contentsOfFile: table, encoding: .utf8)
        } catch {
            throw CommandFailure("\(table): cannot be read as UTF-8 text")
        }
        let ranges: RangeTable
        do throws(RangeTable.Failure) {
            ranges = try RangeTable(csv: text)
        } catch {
            throw CommandFailure("\(table):\(error.line): \(error.message)")
        }
        var writer = DatabaseWriter(type: type, description: "Made by wary geo build", built: WallClock.now())
        for row in ranges.rows { writer.insert(row.network, row.record) }
        do {
            try Data(writer.bytes()).write(to: URL(fileURLWithPath: output), options: .atomic)
        } catch {
            throw CommandFailure("\(output): cannot be written")
        }
        // What was written is read back, so that no database leaves here that would be refused there.
        do throws(PositionError) {
            _ = try PositionDatabases(paths: [output])
        } catch {
            throw CommandFailure(error.description)
        }
        print("\(output): \(ranges.rows.count) networks")
    }
}
