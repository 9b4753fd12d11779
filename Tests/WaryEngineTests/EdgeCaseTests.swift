import Testing
import WaryHistory
import WaryLanguage
import WarySignals
import WaryVocabulary
@testable import WaryEngine

/// Situations that broke other systems, by their number in the list of edge cases.
@Suite struct EdgeCaseTests {
    private static let travelling = """
        policy travelling { for login }
        rule impossible_travel {
            when travel.speed > 900 km/h and travel.distance > 200 km
            unknown skip
            score 60
        }
        rule abroad { when geo.country in ["US"] unknown skip score 5 }
        decide { step_up totp, sms when score >= 40 allow otherwise }
        """

    private static let paris = place("FR", 48.86, 2.35)
    private static let newYork = place("US", 40.71, -74.0)
    private static let tokyo = place("JP", 35.68, 139.69)

    private static func place(_ country: String, _ latitude: Double, _ longitude: Double) -> Whereabouts {
        Whereabouts(position: Position(country: Country(country), point: GeoPoint(latitude: latitude, longitude: longitude)),
                    missingPosition: .notInDatabase, missingNetwork: .notInDatabase)
    }

    /// Each country has a subnet of its own: within one there is no travel.
    private static func address(_ place: Whereabouts) -> String {
        switch place.position.country?.description {
        case "FR": "192.0.2.10"
        case "US": "198.51.100.10"
        default: "203.0.113.10"
        }
    }

    private func signIn(_ decider: inout Decider, at: Instant, from place: Whereabouts, _ outcome: ReportedOutcome?,
                        factor: Factor? = nil) throws -> DecisionAnswer {
        let reply = decider.handle(.decide(Engines.request(ip: Self.address(place), at: at, device: "d")), wall: at, whereabouts: place)
        let answer = try #require(reply.answer, "\(reply)")
        if let outcome {
            let report = ReportRequest(decisionID: try #require(answer.decisionID), outcome: outcome, factor: factor, at: at)
            #expect(decider.handle(.report(report), wall: at).isOK)
        }
        return answer
    }

    @Test("1: an honest flight") func honestFlight() throws {
        var decider = try Engines.decider(Self.travelling)
        let start = Engines.start
        _ = try signIn(&decider, at: start, from: Self.paris, .succeeded)
        #expect(try signIn(&decider, at: start + 8 * 3_600_000, from: Self.newYork, nil).outcome == .allow)
        #expect(try signIn(&decider, at: start + 8 * 3_600_000 + 1, from: Self.tokyo, nil).outcome == .stepUp)
    }

    @Test("3, 5: why a position is missing", arguments: [("10.0.0.7", "private_address"), ("203.0.113.9", "database_not_loaded")])
    func missingPositions(ip: String, reason: String) throws {
        var decider = try Engines.decider(Self.travelling)
        let answer = try #require(decider.handle(.decide(Engines.request(ip: ip)), wall: Engines.start).answer)
        #expect(answer.outcome == .allow)
        let abroad = try #require(answer.explanation.unknown.first { $0.rule == "abroad" })
        #expect(abroad.missing.map(\.text) == [reason])
    }

    @Test("15: two events at the same instant") func sameInstant() throws {
        var decider = try Engines.decider(Self.travelling)
        _ = try signIn(&decider, at: Engines.start, from: Self.paris, .succeeded)
        // No division by zero: travel is measured over at least a second.
        #expect(try signIn(&decider, at: Engines.start, from: Self.tokyo, nil).outcome == .stepUp)
        #expect(try signIn(&decider, at: Engines.start, from: Self.paris, nil).outcome == .allow)
    }

    @Test("16: a failed attempt is no point of departure", arguments: [ReportedOutcome.challengeFailed, .failed, .abandoned])
    func failedAttemptsTeachNothing(outcome: ReportedOutcome) throws {
        var decider = try Engines.decider(Self.travelling)
        let start = Engines.start
        _ = try signIn(&decider, at: start, from: Self.paris, .succeeded)
        #expect(try signIn(&decider, at: start + 600_000, from: Self.tokyo, outcome).outcome == .stepUp)
        #expect(try signIn(&decider, at: start + 1_200_000, from: Self.paris, nil).outcome == .allow)
    }

    @Test("16: a passed one is") func passedAttemptsTeach() throws {
        var decider = try Engines.decider(Self.travelling)
        let start = Engines.start
        _ = try signIn(&decider, at: start, from: Self.paris, .succeeded)
        _ = try signIn(&decider, at: start + 600_000, from: Self.tokyo, .challengePassed, factor: .totp)
        #expect(try signIn(&decider, at: start + 1_200_000, from: Self.newYork, nil).outcome == .stepUp)
        // Back to a network of one's own is no travel.
        #expect(try signIn(&decider, at: start + 1_200_001, from: Self.paris, nil).outcome == .allow)
    }

    @Test("18: nobody is offered to enrol a factor in the middle of an attack") func noFactor() throws {
        var decider = try Engines.decider(Self.travelling)
        _ = try signIn(&decider, at: Engines.start, from: Self.paris, .succeeded)
        var request = Engines.request(ip: Self.address(Self.tokyo), at: Engines.start + 1000, device: "d")
        request.fields.factors = .webauthnOnly
        let answer = try #require(decider.handle(.decide(request), wall: Engines.start, whereabouts: Self.tokyo).answer)
        #expect(answer.outcome == .deny)
        #expect(answer.factors.isEmpty)
        request.fields.factors = FactorSet([.sms])
        let other = try #require(decider.handle(.decide(request), wall: Engines.start, whereabouts: Self.tokyo).answer)
        #expect(other.outcome == .stepUp)
        #expect(other.factors == [.sms])
    }

    @Test("22: a rule without its operand is visible") func unknownRulesAreListed() throws {
        var decider = try Engines.decider(Self.travelling)
        let answer = try #require(decider.handle(.decide(Engines.request()), wall: Engines.start).answer)
        #expect(answer.explanation.unknown.map(\.rule) == ["impossible_travel", "abroad"])
    }

    @Test("24: an abandoned attempt is neither success nor failure") func abandoned() throws {
        var decider = try Engines.decider("""
            policy p { for login }
            rule failing { when count(login.failed by account within 1h) >= 1 deny }
            rule regular { when not account.new step_up }
            decide { allow otherwise }
            """)
        _ = try signIn(&decider, at: Engines.start, from: Self.paris, .abandoned)
        #expect(try signIn(&decider, at: Engines.start + 1, from: Self.paris, nil).outcome == .allow)
    }

    @Test("A14: what was denied teaches nothing, whatever the app does") func deniedNeverTeaches() throws {
        var decider = try Engines.decider("""
            policy p { for login }
            rule always { when account.new deny }
            decide { allow otherwise }
            """)
        let answer = try signIn(&decider, at: Engines.start, from: Self.paris, nil)
        let report = ReportRequest(decisionID: try #require(answer.decisionID), outcome: .succeeded)
        #expect(decider.handle(.report(report), wall: Engines.start).failure?.code == .conflict)
        #expect(try signIn(&decider, at: Engines.start + 1, from: Self.paris, nil).outcome == .deny)
    }
}

extension FactorSet {
    fileprivate static let webauthnOnly = FactorSet([Factor.webauthn])
}
