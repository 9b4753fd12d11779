import Testing
import WaryEngine
import WaryHistory
import WaryLanguage
import WaryVocabulary
@testable import WaryServer

/// The clerk's own work, counted: a real clerk on a history in memory.
@Suite struct ClerkMetricsTests {
    @Test func whatTheClerkDoesIsCounted() async throws {
        let store = PolicyStore(paths: [Repository.root.appendingPathComponent("Policies/customer_sign_in.wary").path])
        let policies = try store.load()
        let metrics = ServerMetrics(version: "test")
        let key = InstallationKey.random()
        var options = ClerkOptions(policies: policies) { () throws(HistoryError) in History.inMemory(key: key) }
        options.makeObserver = { ClerkMetrics(metrics) }
        let clerk = try Clerk(options)
        let fields = EventFields(account: "alice", ip: IPAddress("203.0.113.7"))
        for _ in 0..<5 { _ = await clerk.answer(.decide(DecideRequest(fields: fields))) }
        _ = await clerk.answer(.decide(DecideRequest(fields: fields, isWhatIf: true)))
        _ = await clerk.answer(.report(ReportRequest(decisionID: "nonsense", outcome: .succeeded)))
        _ = await clerk.answer(.ping)
        clerk.stop()
        let name = try #require(policies.policies.first?.name)
        let decided = ["allow", "step_up", "deny"].reduce(0) { $0 + metrics.decisions.with(name, $1).value }
        #expect(decided == 5)
        #expect(metrics.requests.with("engine", "decide", "ok").value == 6)
        #expect(metrics.requests.with("engine", "report", "not_found").value == 1)
        #expect(metrics.requests.with("engine", "ping", "ok").value == 1)
        #expect(metrics.batchSize.count >= 1)
        #expect(metrics.stages.with("queue").count == 8)
        #expect(metrics.registry.text().contains("wary_rule_results_total{policy=\"\(name)\""))
        #expect(metrics.isDegraded.value == 0)
    }
}
