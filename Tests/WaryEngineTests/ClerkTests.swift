import Dispatch
import Testing
import WaryHistory
import WaryLanguage
import WaryVocabulary
@testable import WaryEngine

@Suite struct ClerkTests {
    /// Sixty-four guesses at once see 0, 1, … 63 earlier ones, each once.
    @Test func everyDecisionSeesEveryEarlierOne() async throws {
        let clerk = try Engines.clerk(Engines.counting)
        defer { clerk.stop() }
        let scores = await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<64 {
                group.addTask { await clerk.answer(.decide(Engines.request())).answer?.score }
            }
            return await group.reduce(into: [Int?]()) { $0.append($1) }
        }
        #expect(scores.compactMap { $0 }.sorted() == Array(0..<64))
    }

    @Test func aFullQueueSaysWhenToComeBack() async throws {
        let clerk = try Engines.clerk(Engines.counting, queueCapacity: 2)
        let gate = DispatchSemaphore(value: 0)
        let entered = DispatchSemaphore(value: 0)
        async let held: Bool? = clerk.perform { _ in
            entered.signal()
            gate.wait()
            return true
        }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                entered.wait()
                continuation.resume()
            }
        }
        let replies = Collected<EngineReply>()
        for _ in 0..<5 { clerk.submit(.decide(Engines.request())) { replies.add($0) } }
        let refused = replies.all.compactMap(\.failure)
        #expect(refused.count == 3)
        #expect(refused.allSatisfy { $0.code == .overloaded && ($0.retryAfterMilliseconds ?? 0) > 0 })
        gate.signal()
        #expect(await held == true)
        clerk.stop()
        // What was refused is not counted.
        #expect(replies.all.compactMap(\.answer).map(\.score) == [0, 1])
    }

    @Test func stoppingAnswersWhatWaitsAndRefusesTheRest() throws {
        let clerk = try Engines.clerk(Engines.counting)
        let replies = Collected<EngineReply>()
        for _ in 0..<200 { clerk.submit(.decide(Engines.request())) { replies.add($0) } }
        clerk.stop()
        #expect(replies.all.compactMap(\.answer).count == 200)
        clerk.submit(.ping) { replies.add($0) }
        #expect(replies.all.last?.failure?.code == .overloaded)
    }

    @Test func policiesAreExchangedBetweenTwoRequests() async throws {
        let clerk = try Engines.clerk(Engines.counting)
        defer { clerk.stop() }
        #expect(await clerk.answer(.decide(Engines.request())).answer?.score == 0)
        let stricter = try PolicySet([Engines.policy("""
            policy stricter { for login }
            let guesses = count(login by account within 1h)
            rule guess { when guesses >= 1 deny }
            decide { allow otherwise }
            """)])
        guard case .inForce = await clerk.adopt(stricter) else {
            Issue.record("not in force")
            return
        }
        // The new aggregate was filled from what had happened before.
        #expect(await clerk.answer(.decide(Engines.request())).answer?.outcome == .deny)
    }

    /// While a coming policy's aggregates are filled from the journal the old one decides, and nothing is counted twice or lost.
    @Test func theOldPolicyDecidesWhileTheNewOneIsWarmed() async throws {
        let clerk = try Engines.clerk(Engines.counting)
        defer { clerk.stop() }
        let past = 20 * EngineLimits.warmingSlice
        let replies = Collected<EngineReply>()
        for _ in 0..<past { clerk.submit(.decide(Engines.request())) { replies.add($0) } }
        _ = await clerk.answer(.ping)
        #expect(replies.all.compactMap(\.answer).count == past)
        let coming = try PolicySet([Engines.policy("""
            policy coming { for login }
            let seen = count(login by ip within 1h)
            rule seen { when seen >= 0 score seen / 100 up to 100 }
            decide { allow otherwise }
            """)])
        async let adoption = clerk.adopt(coming)
        var old = 0, new: [EngineReply] = []
        while new.isEmpty {
            guard let answer = await clerk.answer(.decide(Engines.request())).answer else { break }
            if answer.policy.hasPrefix("counting@") { old += 1 } else { new.append(.decision(answer)) }
        }
        guard case .inForce = await adoption else {
            Issue.record("not in force")
            return
        }
        #expect(new.first?.answer?.score == Int((Double(past + old) / 100).rounded()))
        #expect(clerk.health.warming == nil)
    }

    @Test func pingNamesThePolicies() async throws {
        let clerk = try Engines.clerk(Engines.counting)
        defer { clerk.stop() }
        guard case .pong(let version, let policies) = await clerk.answer(.ping) else {
            Issue.record("no pong")
            return
        }
        #expect(version == Version.current)
        #expect(policies.count == 1)
        #expect(policies.first?.hasPrefix("counting@") == true)
    }
}
