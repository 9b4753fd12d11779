import Foundation
import Testing
import WaryVocabulary

/// The signal table of the reference page is the catalogue's own words.
@Suite struct ReferencePage {
    private static let start = "<!-- signals: made from SignalCatalogue -->\n", end = "<!-- end of signals -->"

    private static var table: String {
        var lines = ["| signal | type | origin | may be unknown | |", "| --- | --- | --- | --- | --- |"]
        for entry in SignalCatalogue.entries {
            var help = entry.help
            if let values = entry.values { help += ": " + values.map { "`\"\($0)\"`" }.joined(separator: ", ") }
            lines.append("| `\(entry.name)` | \(entry.type) | \(entry.origin.rawValue) | \(entry.maybe ? "yes" : "no") | \(help) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    @Test func theSignalTableIsFresh() throws {
        let page = try #require(Repository.text("Docs/language.md"))
        let parts = page.components(separatedBy: Self.start)
        try #require(parts.count == 2)
        let rest = parts[1].components(separatedBy: Self.end)
        try #require(rest.count == 2)
        if rest[0] != Self.table, ProcessInfo.processInfo.environment["WARY_UPDATE_GOLDEN"] != nil {
            try (parts[0] + Self.start + Self.table + Self.end + rest[1]).write(toFile: Repository.path("Docs/language.md"), atomically: true, encoding: .utf8)
        }
        #expect(rest[0] == Self.table, "Docs/language.md is stale: run the tests with WARY_UPDATE_GOLDEN=1")
    }
}
