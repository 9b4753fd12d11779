import Testing
import WaryLanguage
import WaryVocabulary

/// Sections 5 and 6: what rules do when they fire, are unknown, or fail.
@Suite struct RuleEffects {
    private func evaluate(_ body: String, decide: String = "step_up when score >= 40 allow otherwise", header: String = "",
                          _ source: ScriptedSource = ScriptedSource()) throws -> (Evaluation, Explanation) {
        let text = "policy p { for login \(header) }\n\(body)\ndecide { \(decide) }\n"
        var machine = PolicyMachine(try compiled(text))
        var source = source
        let answer = machine.evaluate(&source)
        return (answer, machine.explain(.full))
    }

    @Test(arguments: [("skip", 0, false), ("fire", 30, true), ("score 12", 12, false)])
    func unknownConditions(clause: String, score: Int, fires: Bool) throws {
        let (answer, why) = try evaluate("rule r { when network.hosting unknown \(clause) score 30 }")
        #expect(answer.score == score)
        #expect(answer.fired == (fires ? [0] : []))
        #expect(answer.unknown == [0])
        #expect(why.unknown == [UnknownRule(rule: "r", score: score == 0 ? nil : score, missing: [NamedText(name: "network.hosting", text: "not_sent")])])
    }

    @Test func anUnknownScoreCountsItsCapWhenItFiresOnUnknown() throws {
        let (answer, _) = try evaluate("rule r { when travel.speed > 900 km/h unknown fire score travel.distance / 100 km up to 25 }")
        #expect(answer.score == 25)
    }

    @Test func scoresAreRoundedCappedSummedAndClamped() throws {
        let failures = "count(login.failed by account within 10m)"
        var source = ScriptedSource()
        source.aggregates[failures] = .known(.int(7))
        #expect(try evaluate("rule r { when true score \(failures) / 2 }", source).0.score == 4)
        #expect(try evaluate("rule r { when true score 8 * \(failures) up to 40 }", source).0.score == 40)
        #expect(try evaluate("rule a { when true score 90 }\nrule b { when true score 80 }\nrule c { when true score -100 }", source).0.score == 70)
        #expect(try evaluate("rule a { when true score -9 }", source).0.score == 0)
        #expect(try evaluate("rule a { when true score 900 }", source).0.score == 100)
    }

    @Test func monitorsHaveNoEffect() throws {
        let (answer, why) = try evaluate("rule m monitor { when ip.new score 90 deny notify user tag \"x\" }",
                                         ScriptedSource(signals: [.ipNew: .known(.bool(true))]))
        #expect(answer == Evaluation(outcome: .allow, monitored: [0]))
        #expect(why.monitored.map(\.rule) == ["m"] && why.monitored.first?.score == 90)
    }

    @Test func overflowDegrades() throws {
        var source = ScriptedSource()
        source.aggregates["count(login by account within 1h)"] = .known(.int(.max))
        let (answer, why) = try evaluate("rule r { when count(login by account within 1h) + 1 > 3 deny }\nrule s { when ip.new score 5 }",
                                         ScriptedSource(signals: [.ipNew: .known(.bool(true))], aggregates: source.aggregates))
        #expect(answer.isDegraded && answer.outcome == .stepUp && answer.fired == [1] && answer.unknown == [0])
        #expect(why.unknown.first?.missing.first?.text == "failed")
    }

    @Test func divisionByZeroAndMatchLimitsAreUnknownWithoutDegrading() throws {
        let (answer, _) = try evaluate("rule r { when 1 / count(login by ip within 1h) > 0.5 unknown score 7 }")
        #expect(answer.score == 7 && !answer.isDegraded)
        let text = String(repeating: "a", count: 4000) + "!"
        let (limited, why) = try evaluate("rule r { when agent matches /^(a+)+$/ unknown score 9 }", ScriptedSource(signals: [.agent: .known(.text(text))]))
        #expect(limited.score == 9 && !limited.isDegraded)
        #expect(why.unknown.first?.missing == [NamedText(name: "agent", text: "failed")])
    }

    @Test func anUnknownLineOfDecideCountsAsTrueUnlessItAllows() throws {
        #expect(try evaluate("", decide: "deny when network.tor allow otherwise").0.outcome == .deny)
        #expect(try evaluate("", decide: "allow when network.tor is known and not network.tor step_up otherwise").0.outcome == .stepUp)
        #expect(try evaluate("", decide: "allow when not network.tor step_up otherwise").0.outcome == .stepUp)
    }

    @Test func factorsIntersectInTheFirstListsOrder() throws {
        let rules = "rule a { when true step_up sms, totp, webauthn }\nrule b { when true step_up webauthn, totp }"
        #expect(try evaluate(rules).0.factors == [.totp, .webauthn])
        let has = ScriptedSource(signals: [.accountFactors: .known(.set([.factor(.email), .factor(.webauthn)]))])
        #expect(try evaluate(rules, has).0.factors == [.webauthn])
        let none = ScriptedSource(signals: [.accountFactors: .known(.set([.factor(.email)]))])
        #expect(try evaluate(rules, none).0.outcome == .deny)
        #expect(try evaluate(rules, header: "no_factor allow", none).0.outcome == .allow)
        #expect(try evaluate("rule a { when true step_up }").0.factors == Factor.allCases)
    }

    @Test func whatWouldHaveChangedTheAnswer() throws {
        let (answer, why) = try evaluate("rule a { when true score 30 }\nrule b { when true score 20 }\nrule c { when ip.new score 50 }",
                                         decide: "deny when score >= 90 step_up when score >= 40 allow otherwise",
                                         ScriptedSource(signals: [.ipNew: .known(.bool(false))]))
        #expect(answer.outcome == .stepUp && answer.score == 50)
        #expect(why.milder == Counterfactual(outcome: "allow", changes: [.init(rule: "b", fires: false)]))
        #expect(why.stricter == Counterfactual(outcome: "deny", changes: [.init(rule: "c", fires: true)]))
        #expect(why.marginToMilder == -11 && why.marginToStricter == 40)
    }

    @Test func whatLowersTheScoreChangesTheAnswerTheOtherWayRound() throws {
        let rules = "rule usual { when not device.new score -30 }\nrule odd { when ip.new score 50 }\nrule worse { when subnet.new score 40 }\n"
            + "rule bad { when network.tor unknown skip deny }"
        let decide = "deny when score >= 90 step_up when score >= 40 allow otherwise"
        func why(_ deviceNew: Bool, _ subnetNew: Bool) throws -> Explanation {
            let source = ScriptedSource(signals: [.deviceNew: .known(.bool(deviceNew)), .ipNew: .known(.bool(true)), .subnetNew: .known(.bool(subnetNew)),
                                                  .networkTor: .known(.bool(false))])
            return try evaluate(rules, decide: decide, source).1
        }
        // 50 - 30: the least is that the device had not been known, and of two outcomes the nearer one.
        let stopped = try why(false, false)
        #expect(stopped.stricter == Counterfactual(outcome: "step_up", changes: [.init(rule: "usual", fires: false)]))
        #expect(stopped.milder == nil && stopped.marginToMilder == nil && stopped.marginToStricter == 20)
        // 50 + 40: a known device, or one rule less.
        let denied = try why(true, true)
        #expect(denied.milder == Counterfactual(outcome: "step_up", changes: [.init(rule: "usual", fires: true)]))
        #expect(denied.marginToMilder == -1 && denied.stricter == nil)
    }

    @Test func whatMustChangeTogetherIsFoundWithNothingNeedless() throws {
        let rules = "rule a { when true deny }\nrule b { when true deny }\nrule c { when true deny score 100 }\nrule d { when true score 3 }\nrule e { when true score 50 }"
        let why = try evaluate(rules, decide: "deny when score >= 90 step_up when score >= 53 allow otherwise").1
        #expect(why.milder?.changes == [.init(rule: "a", fires: false), .init(rule: "b", fires: false), .init(rule: "c", fires: false)])
        #expect(why.milder?.outcome == "step_up" && why.marginToMilder == nil)
        // 153 points are 64 away from 89, though the score shows as 100.
        let scored = try evaluate("rule c { when true score 100 }\nrule e { when true score 53 }", decide: "deny when score >= 90 allow otherwise").1
        #expect(scored.marginToMilder == -64)
    }

    @Test func timeOfDayRangesWrap() throws {
        for (minutes, isNight) in [(1319, false), (1320, true), (0, true), (359, true), (360, false)] {
            let source = ScriptedSource(signals: [.timeOfDay: .known(.timeOfDay(minutes))])
            #expect(try evaluate("rule night { when time.of_day in 22:00..06:00 score 50 }", source).0.fired == (isNight ? [0] : []))
        }
    }

    @Test func filtersLookAtTheEventAlone() throws {
        let loaded = try compiled(policy("input valid: bool\nrule r { when count(login by account within 1h where geo.country in [\"FR\"] and credential == \"invalid\") > 3 score 1 }"))
        let filter = try #require(loaded.aggregates.first?.filter)
        var fields = EventFields(account: "a", credential: .invalid)
        #expect(!filter.admits(fields))
        fields.position.country = Country("FR")
        #expect(filter.admits(fields))
        fields.credential = .valid
        #expect(!filter.admits(fields))
    }
}
