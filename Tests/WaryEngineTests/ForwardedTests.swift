import Testing
import WaryHistory
import WaryVocabulary
@testable import WaryEngine

/// Which of the addresses between a client and the app is the client's.
@Suite struct ForwardedTests {
    @Test(arguments: [
        ("192.0.2.1", "", "192.0.2.1", ClientIPSource.peer),
        ("192.0.2.1", "203.0.113.7", nil, .unknown),
        ("10.0.0.1", "", nil, .unknown),
        ("10.0.0.1", "203.0.113.7", "203.0.113.7", .forwarded),
        ("10.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7", .forwarded),
        ("10.0.0.1", "198.51.100.1, 203.0.113.7, 10.9.9.9", "203.0.113.7", .forwarded),
        ("10.0.0.1", "203.0.113.7:4711, [2001:db8::5]:443", "2001:db8::5", .forwarded),
        ("2001:db8:ffff::1", "2001:db8::5", "2001:db8::5", .forwarded),
        ("10.0.0.1", "203.0.113.7, unknown", nil, .unknown),
        ("10.0.0.1", "unknown, 203.0.113.7", "203.0.113.7", .forwarded),
        ("10.0.0.1", "203.0.113.7,", nil, .unknown),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3", .forwarded),
        ("::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7", .forwarded),
    ] as [(String, String, String?, ClientIPSource)])
    func theClientIsTheFirstThatNobodyTrustedCouldHaveMadeUp(peer: String, chain: String, client: String?, source: ClientIPSource) throws {
        let trust = ProxyTrust(proxies: [try Network(parsing: "10.0.0.0/8"), try Network(parsing: "2001:db8:ffff::/48")])
        let found = trust.client(of: Forwarded(peer: IPAddress(peer), chain: chain.isEmpty ? [] : Forwarded.chain([chain])))
        #expect(found.address == client.flatMap { IPAddress($0) })
        #expect(found.source == source)
    }

    @Test func aLongChainIsReadFromOurEnd() {
        let made = (0..<1000).map { "198.51.100.\($0 % 256)" }.joined(separator: ",")
        let chain = Forwarded.chain([made, "203.0.113.7"])
        #expect(chain.count == EngineLimits.forwardedHops)
        #expect(chain.last == IPAddress("203.0.113.7"))
    }

    @Test func theDecisionSaysWhoseAddressItRestsOnAndThePolicyDecidesOnNone() throws {
        let policy = """
            policy addresses { for login }
            rule nowhere { when ip is unknown score 70 }
            rule here { when ip in 203.0.113.0/24 unknown skip score 30 }
            decide { deny when score >= 70 allow otherwise }
            """
        var decider = try Engines.decider(policy)
        decider.options.trustedProxies = [try Network(parsing: "10.0.0.0/8")]
        var request = Engines.request()
        request.fields.ip = nil
        request.forwarded = Forwarded(peer: IPAddress("10.0.0.1"), chain: [IPAddress("203.0.113.7")])
        let known = try #require(decider.handle(.decide(request), wall: Engines.start).answer)
        #expect(known.clientIPSource == .forwarded && known.outcome == .allow && known.score == 30)
        let id = try #require(known.decisionID.flatMap(DecisionID.init))
        let stored = try #require(try decider.history.decision(id))
        #expect(stored.event.fields.ip == IPAddress("203.0.113.7"))
        request.forwarded?.peer = IPAddress("192.0.2.66")
        let unknown = try #require(decider.handle(.decide(request), wall: Engines.start).answer)
        #expect(unknown.clientIPSource == .unknown && unknown.outcome == .deny)
        request.fields.ip = IPAddress("192.0.2.1")
        #expect(decider.handle(.decide(request), wall: Engines.start).failure?.code == .badRequest)
        request.forwarded = nil
        #expect(decider.handle(.decide(request), wall: Engines.start).answer?.clientIPSource == nil)
    }
}
