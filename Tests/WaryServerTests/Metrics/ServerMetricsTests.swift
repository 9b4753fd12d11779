import Foundation
import Foundation
import Testing
@testable import WaryServer

@Suite struct ServerMetricsTests {
    /// Every metric used once, so that each family has a sample.
    static func used() -> ServerMetrics {
        let metrics = ServerMetrics(version: "1.2.3")
        metrics.watchQueue(capacity: 8) { 3 }
        metrics.watchWarming { 0.5 }
        metrics.decisions.with("p", "allow").add()
        metrics.degradedDecisions.with("p").add()
        metrics.ruleResults.with("p", "r", "fired").add()
        metrics.reports.with("succeeded").add()
        metrics.overrides.add()
        metrics.labels.with("fraud").add()
        metrics.stages.with("queue").observe(.microseconds(5))
        metrics.batchSize.observe(17)
        metrics.commits.observe(.milliseconds(2))
        metrics.commitFailures.add()
        metrics.warnings.with("crowded_address").add()
        metrics.requests.with("http", "decide", "ok").add()
        metrics.requestTime.with("socket", "decide").observe(.microseconds(80))
        metrics.connections.with("http").set(2)
        metrics.refusedConnections.with("http", "limit").add()
        metrics.timeouts.with("http", "header").add()
        metrics.httpResponses.with("POST", "/v1/decisions", "200").add()
        metrics.reloads.with("policies", "ok").add()
        metrics.isLastReloadGood.with("policies").set(1)
        metrics.policies.with("p", "abc", "login").set(1)
        return metrics
    }

    @Test func promtoolAcceptsEverything() throws {
        guard let promtool = Repository.program("promtool") else { return }
        let run = try Repository.run(promtool, ["check", "metrics"], input: Self.used().registry.text())
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output.isEmpty, "\(run.output)")
    }

    @Test func everyFamilyHasASample() {
        let text = Self.used().registry.text()
        for family in Self.used().registry.all {
            #expect(text.contains("\n\(family.name) ") || text.contains("\n\(family.name){")
                    || text.contains("\n\(family.name)_count"), "\(family.name) has no sample")
        }
    }

    @Test func theProcessTellsOfItself() {
        let text = Self.used().registry.text()
        let started = text.split(separator: "\n").first { $0.hasPrefix("process_start_time_seconds ") }
        let instant = started.flatMap { Double($0.split(separator: " ")[1]) }
        #expect((instant ?? 0) > 1_500_000_000)
    }

    /// The page and the program say the same. When they do not, the right table is printed.
    @Test func theDocumentedListIsTheProgramsOwn() throws {
        let rows = Self.used().registry.all.map { family in
            let labels = family.labels.map { "`\($0)`" }.joined(separator: ", ")
            return "| `\(family.name)` | \(family.kind.rawValue) | \(labels) | \(family.help) |"
        }
        let page = try Repository.text("Docs/operations/metrics.md")
        let table = page.components(separatedBy: "| name | type | labels | meaning |").last ?? ""
        let documented = table.split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
        #expect(documented == rows, "Docs/operations/metrics.md should list:\n\(rows.joined(separator: "\n"))")
    }
}
