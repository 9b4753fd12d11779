import Testing
import WaryLanguage

/// Errors and warnings where the one example of each code is not enough.
@Suite struct Checker {
    private func codes(_ body: String, decide: String = "step_up when score >= 40 allow otherwise") -> [String] {
        let text = policy(body + "\ntest \"t\" { login { account \"a\" ip 192.0.2.1 } expect score 0..100 }", decide: decide)
        return load(text).diagnostics.map(\.code.rawValue)
    }

    @Test(arguments: [
        "geo.country is known and geo.country in [\"FR\"]", "geo.country in [\"FR\"] and geo.country is known",
        "geo.country is unknown or geo.country == \"FR\"", "(travel.speed ?? 0 km/h) > 900 km/h",
        "device.id is known and count(login by device within 1h) > 3", "7 / 2 > unfamiliarity",
        "not (network.tor is known and network.tor) and ip.new", "time.weekday in [saturday, \"sunday\"]", "totp in (account.factors ?? [sms]) or ip.new",
    ])
    func conditionsThatCannotBeUnknown(condition: String) {
        #expect(codes("rule r { when \(condition) score 50 }") == [])
    }

    @Test(arguments: [
        ("a < 3 and b", "E-name"), ("ip in [\"FR\"]", "E-type"), ("travel.speed / travel.distance > 3", "E-unit"), ("travel.distance + travel.elapsed > 3 km", "E-unit"),
        ("geo.country == \"fr\"", "E-country"), ("network.asn == 64500", "E-type"), ("count(login by acount within 1h) > 3", "E-name"),
        ("count(login.fail by account within 1h) > 3", "E-name"), ("count(login by account, ip, device within 1h) > 3", "E-syntax"),
        ("count(login by account) > 3", "E-syntax"), ("last(country of login by account within 1h) == \"FR\"", "E-syntax"),
        ("count(login by ip within 1h where ip.new) > 3", "E-name"), ("sum(device of login by account within 1h) > 3", "E-type"),
        ("score > 3", "E-syntax"), ("account.factors == [totp]", "E-type"), ("min(3) > 2", "E-type"), ("lenght(account) > 3", "E-name"),
        ("ip.new == 1", "E-type"), ("travel.elapsed > 3", "E-unit"), ("time.of_day in 22..6", "E-type"),
    ])
    func wrongConditions(condition: String, code: String) {
        let found = Set(codes("rule r { when \(condition) unknown skip score 50 }"))
        #expect(found == (condition.hasPrefix("a < 3") ? ["E-name"] : [code]), "\(condition)")
    }

    @Test(arguments: [
        // A let does not hide where a value comes from.
        ("let x = agent\nrule r { when x == \"curl\" unknown skip score 50 }", "W-evasion"),
        ("input typing: decimal from client\nrule r { when typing < 0.2 unknown skip score 50 }", "W-evasion"),
        ("rule r { when count(login by device within 1h) > 5 unknown skip score 50 }", "W-evasion"),
        ("rule r { when ip.new unless device.id == \"x\" unknown skip score 50 }", "W-evasion"),
        ("rule r { when count(login.failed by account since login.succeeded) > 9 deny }", "W-lockout"),
        ("rule r { when count(login.failed by account within 10m) > 9 and count(login.failed by account within 1h) < 5 score 50 }", "W-constant"),
        ("rule r { when count(login by ip within 10m) > count(login by ip within 1h) score 50 }", "W-constant"),
        ("rule r { when time.hour > 5 and time.hour < 5 score 50 }\nrule s { when ip.new score 40 }", "W-never"),
        ("rule r { when credential == \"ok\" score 50 }\nrule s { when ip.new score 40 }", "W-constant"),
        ("rule r { when geo.country == \"KP\" unknown skip deny }", "W-country"),
    ])
    func warnings(body: String, code: String) {
        #expect(codes(body).contains(code), "\(codes(body))")
    }

    @Test(arguments: [
        "rule r { when agent == \"App/1\" unknown skip score -10 }\nrule s { when ip.new score 50 }",
        "rule r { when device.id is known and device.id == \"x\" score 50 }",
        "rule r { when count(login.failed by account, subnet within 1h) > 9 deny }\nrule s { when ip.new score 40 }",
        "rule r { when count(login.failed by account within 1h) > 9 unless not ip.new deny }\nrule s { when ip.new score 40 }",
        "rule r { when geo.country == \"KP\" and ip.new unknown skip step_up }\nrule s { when ip.new score 40 }",
        "rule r { when unfamiliarity > 95 score 5 * (unfamiliarity - 95) up to 25 }\nrule s { when ip.new score 40 }",
        "rule a { when ip.new and device.new and not account.new step_up totp }\nrule b { when not ip.new and device.new step_up sms }",
        "rule a { when count(login by ip within 1h) >= 5 score 20 }\nrule b { when count(login by ip within 1h) >= 10 score 20 }",
    ])
    func nothingToWarnOf(body: String) {
        #expect(codes(body) == [], "\(body)")
    }

    @Test(arguments: [("^(a+)+$", true), ("(a|a)*b", true), ("(\\w|\\d)+x", true), ("^(\\w+\\s?)*$", true), ("(.*)*x", true), ("\\d+\\d+x", true), ("(a+){20}b", true),
                      ("\\b(curl|wget|python-requests)\\b", false), ("^\\w+(\\s\\w+)*$", false), ("(a+)+", true), ("(?>a+)+b", false), ("(a++)+b", false),
                      ("^[^/]+(/[^/]+)*$", false), ("Mozilla/\\d+.*Firefox", false), ("(ab|cd)*e", false), ("a{3}b{2,5}", false), ("\\d+\\.\\d+", false),
                      ("(?:a|b|ab)+c", true), ("(foo|foobar)+$", false), ("(a|ab)*c", false), ("(ab|ba|a)*c", true), ("(a?){20}a{20}", true), ("(a{1,3})*b", true),
                      ("(https?://)?example", false)])
    func backtracking(pattern: String, isBad: Bool) {
        let written = pattern.replacing("/", with: "\\/")
        let found = codes("rule r { when agent matches /\(written)/ unknown fire score 50 }").contains("W-backtrack")
        #expect(found == isBad, "\(pattern)")
    }

    @Test(arguments: [
        ("rule r { when geo.country == \"KP\" or network.tor unknown skip deny }\nrule s { when ip.new score 40 }", "W-country"),
        ("rule r { when device.id is known and agent matches /bot/ unknown skip score 50 }\nrule s { when ip.new score 40 }", "W-evasion"),
        ("rule r { when unfamiliarity between 0 and 100 and ip.new score 40 }", "W-constant"),
        ("rule r { when agent.kind in [\"bot\", \"robot\"] unknown fire score 40 }", "W-constant"),
        ("rule a { when unfamiliarity > 70 score 20 }\nrule b { when 70 < unfamiliarity score 20 }", "W-twice"),
        ("rule a { when unfamiliarity > 70 score 20 }\nrule b { when not (unfamiliarity <= 70) score 20 }", "W-twice"),
    ])
    func whatIsSaidAnotherWayIsSeenAllTheSame(body: String, code: String) {
        #expect(codes(body) == [code], "\(body)")
    }

    @Test func aCountryInDecideIsOneToo() {
        #expect(codes("rule s { when ip.new score 40 }", decide: "deny when score >= 40 and device.new or geo.country == \"KP\" allow otherwise").contains("E-mixed"))
        #expect(codes("rule s { when ip.new score 40 }", decide: "deny when (score >= 40 and account.sign_ins > 3) or geo.country == \"KP\" allow otherwise")
            .contains("W-country"))
    }

    @Test func aDivisorThatIsNeverZeroIsNeverUnknown() {
        #expect(codes("rule r { when count(login.failed by ip within 1h) / max(count(login by ip within 1h), 1) > 0.9 score 50 }") == [])
    }
}
