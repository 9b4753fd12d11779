import Testing
import WaryLanguage
import WaryVocabulary
@testable import WaryEngine

/// The tests that policies carry (LANGUAGE section 10).
@Suite struct PolicyTestTests {
    private func results(_ text: String) throws -> [PolicyTestResult] {
        var runner = PolicyTestRunner(try Engines.policy(text))
        return runner.run()
    }

    private static let guessing = """
        policy p { for login on_error step_up }
        input speed_of_typing: decimal
        let failures = count(login.failed by account within 10m)
        let accounts = distinct(account of login.failed by ip within 10m)
        rule guessing { when failures >= 5 score 10 * failures up to 80 notify user tag "guess" }
        rule spread { when accounts >= 3 deny }
        rule typing { when speed_of_typing < 0.2 unknown score 7 score 20 }
        rule quiet monitor { when failures >= 1 score 90 }
        decide { step_up totp when score >= 50 allow otherwise }
        """

    @Test func givenEventsAreSpacedAndNumbered() throws {
        let results = try results(Self.guessing + """

            test "eight over eight minutes" {
                given 8 login.failed over 8m { account "alice" ip 198.51.100.7 }
                login { account "alice" ip 192.0.2.1 speed_of_typing 0.5 }
                expect step_up totp because guessing
                expect score 80
                expect notify user
                expect tag "guess"
            }
            test "one a minute, ten minutes ago: the window is half open" {
                given 10m ago login.failed { account "alice" }
                given 9m ago login.failed { account "alice" }
                login { account "alice" ip 192.0.2.1 speed_of_typing 0.1 }
                expect allow because typing
                expect score 20
            }
            test "each" {
                given 3 login.failed over 3m { ip 198.51.100.7 account each "u{n}" }
                login { account "u4" ip 198.51.100.7 speed_of_typing 1 }
                expect deny because spread
                expect score 0..0
            }
            test "unknown" {
                login { account "alice" ip 192.0.2.1 }
                expect allow
                expect score 7
                expect unknown typing
            }
            test "history unavailable" {
                given history unavailable
                login { account "alice" ip 192.0.2.1 speed_of_typing 0.5 }
                expect step_up
                expect degraded
            }
            """)
        #expect(results.count == 5)
        for result in results { #expect(result.passed, "\(result.name): \(result.message)") }
    }

    @Test func failuresSayWhatWasExpectedAndWhatCame() throws {
        let results = try results(Self.guessing + """

            test "wrong in every way" {
                given 6 login.failed over 6m { account "alice" ip 198.51.100.7 }
                login { account "alice" ip 192.0.2.1 }
                expect deny because spread
                expect score 1..5
                expect unknown spread
                expect notify security
                expect tag "none"
                expect degraded
            }
            """)
        let result = try #require(results.first)
        #expect(!result.passed)
        #expect(result.mismatches.map(\.got) == [
            "step_up", "because guessing", "score 67", "unknown typing", "notify user", "tag \"guess\"", "not degraded",
        ])
        #expect(result.message.hasPrefix("expected deny, got step_up; "))
        #expect(result.explanation.rules?.count == 4)
    }

    @Test func factorsOfAnExpectationAreExact() throws {
        let results = try results(Self.guessing + """

            test "other factors" {
                given 6 login.failed over 6m { account "alice" ip 198.51.100.7 }
                login { account "alice" ip 192.0.2.1 speed_of_typing 1 }
                expect step_up sms
            }
            """)
        #expect(results.first?.message == "expected step_up sms, got step_up totp")
    }

    @Test func signalsGivenDirectlyOverride() throws {
        let results = try results("""
            policy p { for login }
            rule far { when travel.speed > 900 km/h unknown skip score 50 }
            rule odd { when unfamiliarity >= 90 score 20 }
            rule idle { when account.idle > 30d unknown skip score 5 }
            decide { step_up when score >= 50 allow otherwise }

            test "computed from points given in history and in the attempt" {
                given 1h ago login.succeeded { account "a" ip 192.0.2.1 geo.country "FR" geo.point 48.86, 2.35 }
                login { account "a" ip 203.0.113.7 geo.country "JP" geo.point 35.68, 139.69 unfamiliarity 0 }
                expect step_up because far
            }
            test "given outright" {
                login { account "a" ip 192.0.2.1 travel.speed 1000 km/h unfamiliarity 95 account.idle 40d }
                expect step_up because far, odd, idle
                expect score 75
            }
            """)
        for result in results { #expect(result.passed, "\(result.name): \(result.message)") }
    }

    @Test func coverageNamesWhatNoTestReaches() throws {
        let text = Self.guessing + """

            test "guessing" {
                given 8 login.failed over 8m { account "alice" ip 198.51.100.7 }
                login { account "alice" ip 192.0.2.1 }
                expect step_up
            }
            """
        let loaded = PolicyLoader(sources: MemorySources(["p.wary": text])).load("p.wary")
        let policy = try #require(loaded.policy)
        var runner = PolicyTestRunner(policy)
        let coverage = TestCoverage(policy, trees: loaded.trees, results: runner.run())
        let missed = coverage.missed.map { "\($0.kind.rawValue) \($0.name)" }
        #expect(missed == ["rule spread", "rule typing", "outcome allow", "outcome deny"])
        #expect(coverage.items.count == 8)
        #expect(coverage.diagnostics.allSatisfy { $0.code == .untested })
    }

    @Test func theSamePolicyTestsAlikeEveryTime() throws {
        let text = """
            policy p { for login }
            rule many { when distinct(account of login by ip within 1h) >= 0 score distinct(account of login by ip within 1h) up to 100 }
            decide { allow otherwise }
            test "far above what is counted exactly" {
                given 5000 login over 50m { ip 198.51.100.7 account each "u{n}" }
                login { account "x" ip 198.51.100.7 }
                expect allow
            }
            """
        let first = try results(text).first?.explanation
        #expect(try results(text).first?.explanation == first)
    }

    /// The example that the language's definition begins with.
    @Test func theDefinitionsExample() throws {
        let policy = try Engines.policy(LanguageExample.text, path: "example.wary", with: [
            "common/networks.wary": "# nothing\n", "lists/hosting-asns.txt": "# OVH\nAS16276\n",
        ])
        var runner = PolicyTestRunner(policy)
        let results = runner.run()
        #expect(results.count == 1)
        for result in results { #expect(result.passed, "\(result.message)") }
    }

    @Test func theStarterPoliciesPassTheirTests() throws {
        let set = PolicyStore(paths: [TestData.policies + "/ssh.wary", TestData.policies + "/customer_sign_in.wary"])
        guard case .conflict(let conflict)? = Result(catching: { () throws(PolicyStore.Refusal) in try set.load() }).failure else {
            Issue.record("two policies for login should be refused")
            return
        }
        #expect(conflict.names == ["customer_sign_in", "ssh"])
        for name in ["ssh", "customer_sign_in", "workforce_sign_in"] {
            let loaded = Result { () throws(PolicyStore.Refusal) in try PolicyStore(paths: ["\(TestData.policies)/\(name).wary"]).load() }
            #expect(loaded.failure == nil, "\(name): \(String(describing: loaded.failure))")
        }
    }
}

extension Result {
    var failure: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}
