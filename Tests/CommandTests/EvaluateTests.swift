import Foundation
import Testing

/// From a made-up stream to the figures of a model, and the databases and expressions that commands without a server use.
@Suite struct EvaluateTests {
    @Test func aStreamIsWrittenImportedAndEvaluated() throws {
        let program = try Program()
        defer { program.remove() }
        let written = try program.wary("demo", "--write", "stream", "--people", "20", "--days", "30", "--attacks", "10", "--seed", "3")
        #expect(written.code == 0, "\(written.complaints)")
        #expect(written.output.contains("wary evaluate --model hpy --data stream/history"))
        try program.write("stream/wary.toml", """
            data = "history"
            policies = ["none.wary"]
            positions = ["cities.mmdb", "networks.mmdb", "anonymous.mmdb"]
            """)
        let imported = try program.wary("import", "ndjson", "stream/events.ndjson", "--config", "stream/wary.toml", "--format", "json")
        #expect(imported.code == 0, "\(imported.complaints)")
        #expect(try imported.object()["wrong"] as? Int == 0)
        var areas: [String: [String: Double]] = [:]
        for model in ["hpy", "freeman"] {
            let evaluated = try program.wary("evaluate", "--model", model, "--config", "stream/wary.toml", "--labels", "stream/labels.csv",
                                             "--chart", "\(model).svg", "--format", "json")
            #expect(evaluated.code == 0, "\(evaluated.complaints)")
            for row in try #require(evaluated.object()["kinds"] as? [[String: Any]]) {
                areas[try #require(row["kind"] as? String), default: [:]][model] = row["auc"] as? Double
            }
            #expect(try program.read("\(model).svg").contains("<polyline"))
        }
        #expect(areas.count == 10)
        for (kind, area) in areas { #expect(area["hpy"] ?? 0 >= area["freeman"] ?? 1, "\(kind)") }
    }

    /// What the configuration names, a flag may name: lists and databases, for a decision and for `wary geo`.
    @Test func databasesAndListsWithoutAServer() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("ranges.csv", "network,country,city,latitude,longitude\n198.51.100.0/24,JP,Tokyo,35.68,139.69\n")
        try program.write("tor.txt", "198.51.100.9\n")
        #expect(try program.wary("geo", "build", "ranges.csv", "own.mmdb").code == 0)
        try program.write("p.wary", """
            policy p { for login }
            rule japan { when geo.country in ["JP"] unknown skip score 10 }
            rule tor { when network.tor unknown skip score 40 }
            decide { step_up when score >= 40 allow otherwise }
            """)
        try program.write("wary.toml", """
            data = "data"
            policies = ["p.wary"]
            positions = ["own.mmdb"]
            tor_exits = ["tor.txt"]
            """)
        let request = #"{"account":"alice","ip":"198.51.100.9"}"#
        for arguments in [["--config", "wary.toml"], ["--policy", "p.wary", "--positions", "own.mmdb", "--tor-exits", "tor.txt"]] {
            let decided = try program.run(["decide", "--format", "json"] + arguments, input: request)
            #expect(try decided.object()["score"] as? Int == 50, "\(arguments): \(decided.output) \(decided.complaints)")
        }
        for arguments in [["--config", "wary.toml"], ["--positions", "own.mmdb", "--tor-exits", "tor.txt"]] {
            let shown = try program.run(["geo", "198.51.100.9", "--format", "json"] + arguments)
            #expect(try shown.object()["network.tor"] as? Bool == true, "\(shown.output) \(shown.complaints)")
            #expect(try shown.object()["geo.country"] as? String == "JP")
        }
        let old = try program.run(["geo", "198.51.100.9", "--positions", "own.mmdb", "--positions-max-age", "0d", "--format", "json"])
        #expect((try old.object()["missing"] as? [String: String])?["geo.country"] == "stale", "\(old.output) \(old.complaints)")
    }
}
