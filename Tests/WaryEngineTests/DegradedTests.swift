import Foundation
import Testing
import WaryHistory
import WaryLanguage
import WaryVocabulary
@testable import WaryEngine

/// What is answered while history cannot be written (small print A22).
@Suite struct DegradedTests {
    private static let policy = """
        policy p { for login on_error step_up }
        rule guess { when count(login by account within 1h) >= 100 deny }
        decide { allow otherwise }
        """

    /// A folder that holds a little history, and its key.
    private func folder() throws -> (path: String, key: InstallationKey, decision: String) {
        let path = NSTemporaryDirectory() + "wary-engine-\(UUID().uuidString)"
        let key = InstallationKey.random()
        let set = try PolicySet([Engines.policy(Self.policy)])
        var decider = try Decider(policies: set, history: History.open(path, key: key))
        let answer = try #require(decider.handle(.decide(Engines.request()), wall: Engines.start).answer)
        try decider.commit()
        decider.history.close()
        return (path, key, try #require(answer.decisionID))
    }

    @Test func decisionsFallToTheFloorAndReportsAreToBeRepeated() async throws {
        let (path, key, decision) = try folder()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let set = try PolicySet([Engines.policy(Self.policy)])
        let clerk = try Clerk(ClerkOptions(policies: set) { () throws(HistoryError) in
            try History.open(path, key: key, options: HistoryOptions(isReadOnly: true))
        })
        defer { clerk.stop() }
        let answer = try #require(await clerk.answer(.decide(Engines.request())).answer)
        #expect(answer.isDegraded)
        #expect(answer.outcome == .stepUp)
        #expect(answer.factors == Factor.allCases)
        #expect(answer.decisionID == nil)
        #expect(clerk.health.current != nil)
        let reply = await clerk.answer(.report(ReportRequest(decisionID: decision, outcome: .succeeded)))
        #expect(reply.failure?.code == .overloaded)
        #expect(reply.failure?.retryAfterMilliseconds ?? 0 > 0)
        // A what-if needs no writing.
        var request = Engines.request()
        request.isWhatIf = true
        let whatIf = try #require(await clerk.answer(.decide(request)).answer)
        #expect(!whatIf.isDegraded)
        #expect(whatIf.outcome == .allow)
    }

    @Test func anAccountWithoutFactorsIsRefused() {
        let answer = DecisionAnswer(decisionID: "x", outcome: .allow, factors: [], score: 0, explanation: Explanation(), explain: .fired,
                                    notify: [], tags: [], policy: "p@", isDegraded: false)
        let floor = DegradedFloor(onError: .stepUp, noFactor: .deny, factors: FactorSet())
        #expect(floor.applied(to: answer).outcome == .deny)
        #expect(DegradedFloor(onError: .stepUp, noFactor: .deny, factors: FactorSet([.sms])).applied(to: answer).factors == [.sms])
        #expect(DegradedFloor(onError: .allow, noFactor: .deny, factors: nil).applied(to: answer).outcome == .allow)
    }

    @Test func withAnIntervalTheLastEventReachesTheDiskThoughNothingFollows() async throws {
        let (path, key, _) = try folder()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let set = try PolicySet([Engines.policy(Self.policy)])
        let clerk = try Clerk(ClerkOptions(policies: set) { () throws(HistoryError) in
            try History.open(path, key: key, options: HistoryOptions(durability: .interval(milliseconds: 20)))
        })
        defer { clerk.stop() }
        for _ in 0..<3 { _ = await clerk.answer(.decide(Engines.request())) }
        // Asking is what would bring the disk up to date by itself, so wait without asking, then look.
        var isOnDisk = false
        for _ in 0..<100 where !isOnDisk {
            try await Task.sleep(for: .milliseconds(50))
            isOnDisk = await clerk.perform { !$0.history.hasUncommitted } ?? false
        }
        #expect(isOnDisk)
    }
}
