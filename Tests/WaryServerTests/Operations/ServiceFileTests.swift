import Foundation
import Testing

@Suite struct ServiceFileTests {
    /// systemd's own judgement of the sandbox, in tenths: 1.5 at most.
    @Test func theSandboxIsTight() throws {
        guard let analyze = Repository.program("systemd-analyze") else { return }
        let unit = Repository.root.appendingPathComponent("Docs/operations/systemd/wary.service").path
        let run = try Repository.run(analyze, ["security", "--offline=yes", "--threshold=15", "--no-pager", unit])
        #expect(run.status == 0, "\(run.output)")
        #expect(!run.output.contains("ignoring"), "\(run.output)")
    }

    /// Every metric that the dashboard draws exists.
    @Test func theDashboardDrawsWhatIsMeasured() throws {
        let text = try Repository.text("Docs/operations/grafana-dashboard.json")
        _ = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let names = Set(ServerMetricsTests.used().registry.all.map(\.name))
        for match in text.matches(of: /\b(?:wary|process)_[a-z_]+/) {
            let name = String(match.output)
            let plain = ["_bucket", "_sum", "_count"].reduce(name) { $0.hasSuffix($1) ? String($0.dropLast($1.count)) : $0 }
            #expect(names.contains(name) || names.contains(plain), "\(name)")
        }
    }
}
