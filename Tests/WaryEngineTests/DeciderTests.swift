import Testing
import WaryHistory
import WaryLanguage
import WaryVocabulary
@testable import WaryEngine

@Suite struct DeciderTests {
    private let wall = Engines.start

    private static let plain = """
        policy plain { for login }
        input cart_value: decimal
        input wait: duration
        input country: country
        rule costly { when cart_value > 100 unknown skip score 50 }
        decide { step_up totp, sms when score >= 50 allow otherwise }
        """

    @Test func inputsTakeTheirDeclaredTypes() throws {
        var decider = try Engines.decider(Self.plain)
        let request = Engines.request(inputs: ["cart_value": .int(120), "wait": .text("10m"), "country": .text("FR")])
        let answer = try #require(decider.handle(.decide(request), wall: wall).answer)
        #expect(answer.outcome == .stepUp)
        #expect(answer.factors == [.totp, .sms])
        #expect(answer.score == 50)
        #expect(answer.policy.hasPrefix("plain@"))
        let id = try #require(answer.decisionID.flatMap(DecisionID.init))
        let stored = try #require(try decider.history.decision(id))
        #expect(stored.event.fields.inputs == ["cart_value": .decimal(120), "wait": .duration(600_000), "country": .country(try #require(Country("FR")))])
        #expect(stored.event.decision.firedRules == ["costly"])
    }

    @Test(arguments: [
        (["cart_valeu": Datum.int(1)], "cart_value"),
        (["cart_value": Datum.text("much")], "a number"),
        (["wait": Datum.int(10)], "a duration"),
        (["country": Datum.text("XX")], "a country"),
    ])
    func wrongInputsAreRefusedAndTheMendIsNamed(inputs: [String: Datum], mend: String) throws {
        var decider = try Engines.decider(Self.plain)
        let failure = try #require(decider.handle(.decide(Engines.request(inputs: inputs)), wall: wall).failure)
        #expect(failure.code == .badRequest)
        #expect(failure.message.contains(mend), "\(failure.message)")
        #expect(!failure.message.contains("much"), "what was sent is not quoted")
    }

    @Test func anAggregateSaysWhyTheNetworkIsNotKnownAsTheSignalsDo() throws {
        var decider = try Engines.decider("""
            policy p { for login }
            rule n { when count(login by network within 1h) > 3 or distinct(country of login by account within 1h) > 3
                     unknown skip deny }
            rule s { when network.asn == AS64500 unknown skip deny }
            decide { allow otherwise }
            """)
        let answer = try #require(decider.handle(.decide(Engines.request(ip: "203.0.113.7")), wall: wall).answer)
        let missing = answer.explanation.unknown.flatMap { $0.missing.map(\.text) }
        #expect(missing == ["database_not_loaded", "database_not_loaded"], "\(missing)")
    }

    @Test func undeclaredInputsCanBeIgnoredForARollOut() throws {
        var decider = try Engines.decider(Self.plain)
        decider = try Decider(policies: decider.policies, history: decider.history,
                              options: DeciderOptions(clock: .offline, ignoresUndeclaredInputs: true))
        #expect(decider.handle(.decide(Engines.request(inputs: ["later": .int(1)])), wall: wall).answer?.outcome == .allow)
    }

    @Test func anEventThatNobodyDecides() throws {
        var decider = try Engines.decider(Self.plain)
        var request = Engines.request()
        request.event = .passwordChanged
        let failure = try #require(decider.handle(.decide(request), wall: wall).failure)
        #expect(failure.code == .badRequest)
        #expect(failure.message.contains("login"))
    }

    @Test(arguments: ["", String(repeating: "a", count: 1025), "a\0b"])
    func textsAreBounded(account: String) throws {
        var decider = try Engines.decider(Self.plain)
        #expect(decider.handle(.decide(Engines.request(account)), wall: wall).failure?.code == .badRequest)
    }

    @Test func theLongestAccountIsServed() throws {
        var decider = try Engines.decider(Self.plain)
        #expect(decider.handle(.decide(Engines.request(String(repeating: "a", count: 1024))), wall: wall).answer != nil)
    }

    @Test func aWhatIfRecordsNothing() throws {
        var decider = try Engines.decider(Engines.counting)
        for _ in 0..<3 {
            var request = Engines.request()
            request.isWhatIf = true
            let answer = try #require(decider.handle(.decide(request), wall: wall).answer)
            #expect(answer.score == 0)
            #expect(answer.decisionID == nil)
        }
    }

    @Test func theClockNeverGoesBack() throws {
        var decider = try Engines.decider(Engines.counting, clock: .live)
        #expect(decider.handle(.decide(Engines.request()), wall: wall).answer?.score == 0)
        // The wall clock stepped back an hour: the guess before still counts.
        #expect(decider.handle(.decide(Engines.request()), wall: wall - 3_600_000).answer?.score == 1)
        #expect(decider.history.clock == wall)
        #expect(decider.handle(.decide(Engines.request(at: wall)), wall: wall).failure?.code == .badRequest)
    }

    @Test func replayWantsAnInstantThatGoesForward() throws {
        var decider = try Engines.decider(Engines.counting, clock: .replay)
        #expect(decider.handle(.decide(Engines.request()), wall: wall).failure?.code == .badRequest)
        #expect(decider.handle(.decide(Engines.request(at: wall)), wall: wall).answer?.score == 0)
        #expect(decider.handle(.decide(Engines.request(at: wall - 1)), wall: wall).failure?.message.contains("before") == true)
        #expect(decider.handle(.decide(Engines.request(at: wall)), wall: wall).answer?.score == 1)
    }

    @Test func reportsFollowTheirDecision() throws {
        var decider = try Engines.decider(Engines.counting)
        let id = try #require(decider.handle(.decide(Engines.request(device: "d1")), wall: wall).answer?.decisionID)
        #expect(decider.handle(.report(ReportRequest(decisionID: id, outcome: .succeeded)), wall: wall + 1000).isOK)
        #expect(decider.handle(.report(ReportRequest(decisionID: id, outcome: .succeeded)), wall: wall + 2000).isOK)
        #expect(decider.handle(.report(ReportRequest(decisionID: id, outcome: .failed)), wall: wall).failure?.code == .conflict)
        #expect(decider.handle(.label(LabelRequest(decisionID: id, label: .fraud)), wall: wall).isOK)
        for unknown in ["", "nonsense", "01JD0000000000000000000000"] {
            let reply = decider.handle(.report(ReportRequest(decisionID: unknown, outcome: .succeeded)), wall: wall)
            #expect(reply.failure?.code == .notFound)
        }
    }

    @Test(arguments: ["login", "login.succeeded", "challenge.passed", "Not a name"])
    func onlyDecisionsTeach(kind: String) throws {
        var decider = try Engines.decider(Engines.counting)
        let request = EventRequest(kind: EventKind(rawValue: kind), fields: EventFields(account: "alice"))
        #expect(decider.handle(.event(request), wall: wall).failure?.code == .badRequest)
    }

    @Test func otherEventsCount() throws {
        var decider = try Engines.decider("""
            policy p { for login }
            rule changed { when count(password.changed by account within 1d) >= 1 step_up }
            decide { allow otherwise }
            """)
        #expect(decider.handle(.decide(Engines.request()), wall: wall).answer?.outcome == .allow)
        let event = EventRequest(kind: .passwordChanged, fields: EventFields(account: "alice"))
        #expect(decider.handle(.event(event), wall: wall + 1000).isOK)
        #expect(decider.handle(.decide(Engines.request()), wall: wall + 2000).answer?.outcome == .stepUp)
    }

    @Test func twoPoliciesForOneEventAreRefused() throws {
        let one = try Engines.policy(Engines.counting), other = try Engines.policy(Self.plain)
        #expect(throws: PolicySet.Conflict.self) { try PolicySet([one, other]) }
    }
}
