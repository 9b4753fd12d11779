import Testing
import WaryLanguage

/// One diagnostic for each mistake, and none invented.
@Suite struct RecoveryTests {
    static let good = """
    policy p "P" {
        for login
        on_error step_up
    }

    list office of network = [198.51.100.0/24, 2001:db8:10::/48]

    input typing: decimal from client

    let failures = count(login.failed by account within 10m)

    rule travel "Too far" {
        when travel.speed > 900 km/h and travel.distance > 200 km
        unless ip in office
        unknown skip
        score 60
    }

    rule script "No browser" {
        when agent matches /curl/i
        unknown fire
        step_up webauthn, totp
        notify user
    }

    decide {
        deny when score >= 90
        step_up webauthn when score >= 40
        allow otherwise
    }

    test "t" {
        given 20m ago login.succeeded { account "alice" ip 192.0.2.10 }
        login { account "alice" ip 203.0.113.7 }
        expect allow
    }
    """

    /// A piece of the good policy, what stands in its place, and the code of what is then wrong.
    static let slips: [(String, String, String)] = [
        ("for login", "for = login", "E-syntax"),
        ("on_error step_up", "on_eror step_up", "E-syntax"),
        ("on_error step_up", "on_error setp_up", "E-syntax"),
        ("on_error step_up\n}", "on_error step_up\n", "E-syntax"),
        ("\"P\" {", "\"P {", "E-syntax"),
        ("\"P\" {", "\"P\"", "E-syntax"),
        ("\"P\" {", "sign_in {", "E-syntax"),
        ("198.51.100.0/24", "198.51.100.7/24", "E-network"),
        ("198.51.100.0/24", "198.51.100.0/244", "E-syntax"),
        ("/24, 2001", "/24 2001", "E-syntax"),
        ("/24, 2001", "/24,, 2001", "E-syntax"),
        ("/48]", "/48", "E-syntax"),
        ("of network =", "network =", "E-syntax"),
        ("typing: decimal", "typing decimal", "E-syntax"),
        ("from client", "from the_client", "E-syntax"),
        ("let failures =", "let failures", "E-syntax"),
        ("let failures =", "lett failures =", "E-syntax"),
        ("by account", "account", "E-syntax"),
        ("by account", "of account", "E-syntax"),
        ("within 10m", "within 10", "E-unit"),
        ("within 10m", "within 10 minutes", "E-unit"),
        ("within 10m", "over 10m", "E-syntax"),
        ("within 10m)", "within 10m", "E-syntax"),
        ("within 10m)", "within 10m))", "E-syntax"),
        ("rule travel", "rule Travel", "E-syntax"),
        ("rule travel", "rule my-travel", "E-syntax"),
        ("rule travel", "rule when", "E-syntax"),
        ("rule travel", "rule", "E-syntax"),
        ("rule travel", "rul travel", "E-syntax"),
        ("rule travel \"Too far\" {", "rule travel \"Too far\"", "E-syntax"),
        ("900 km/h", "900 knots", "E-unit"),
        ("900 km/h", "900 kmh", "E-unit"),
        ("900 km/h", "250 m/s", "E-unit"),
        ("200 km", "200 metres", "E-unit"),
        ("> 900 km/h", ">", "E-syntax"),
        ("> 900 km/h", "> > 900 km/h", "E-syntax"),
        ("travel.speed > 900 km/h", "(travel.speed > 900 km/h", "E-syntax"),
        ("travel.speed > 900 km/h", "travel.speed > 900 km/h)", "E-syntax"),
        ("travel.speed > 900 km/h", "1 km/h < travel.speed < 900 km/h", "E-syntax"),
        ("200 km\n", "200 km or ip.new\n", "E-mixed"),
        (" and travel", " && travel", "E-syntax"),
        (" and travel", " and and travel", "E-syntax"),
        (" and travel", " travel", "E-syntax"),
        ("unless ip in office", "unles ip in office", "E-syntax"),
        ("unless ip in office", "unless ip inn office", "E-syntax"),
        ("unless ip in office", "unless ip = office", "E-syntax"),
        ("unless ip in office", "unless ip is office", "E-syntax"),
        ("unless ip in office", "unless ip == unknown", "E-syntax"),
        ("unless ip in office", "unless \u{0456}p in office", "E-chars"),
        ("unknown skip", "unkown skip", "E-syntax"),
        ("unknown skip", "unknown maybe", "E-syntax"),
        ("unknown skip", "unknown: skip", "E-syntax"),
        ("score 60\n", "scor 60\n", "E-syntax"),
        ("score 60\n", "score\n", "E-syntax"),
        ("score 60\n", "score 60 upto 70\n", "E-syntax"),
        ("score 60\n", "score 60;\n", "E-syntax"),
        ("score 60\n", "score 60 @ 5\n", "E-syntax"),
        ("score 60\n", "score 60\n    score 61\n", "E-syntax"),
        ("score 60\n    }", "score 60\n", "E-syntax"),
        ("score 60\n    }", "score 60\n    }\n    }", "E-syntax"),
        ("/curl/i", "/curl", "E-syntax"),
        ("/curl/i", "\"curl\"", "E-syntax"),
        ("/curl/i", "/curl/gi", "E-syntax"),
        ("/curl/i", "", "E-syntax"),
        ("agent matches", "agent match", "E-syntax"),
        ("webauthn, totp", "webauthn and totp", "E-syntax"),
        ("notify user", "notify \"user\"", "E-syntax"),
        ("notify user", "notify", "E-syntax"),
        ("notify user", "notify user security", "E-syntax"),
        ("notify user", "tag \"a\" \"b\"", "E-syntax"),
        ("deny when", "deny if", "E-syntax"),
        ("deny when", "deny", "E-syntax"),
        ("deny when", "dney when", "E-syntax"),
        ("allow otherwise", "allow else", "E-syntax"),
        ("allow otherwise", "allow otherwse", "E-syntax"),
        ("decide {", "decide", "E-syntax"),
        ("decide {", "decid {", "E-syntax"),
        ("test \"t\"", "test t", "E-syntax"),
        ("test \"t\"", "test", "E-syntax"),
        ("20m ago", "20m", "E-syntax"),
        ("20m ago", "20 minutes ago", "E-unit"),
        ("192.0.2.10 }", "192.0.2.10", "E-syntax"),
        ("192.0.2.10 }", "192.0.2.256 }", "E-syntax"),
        ("account \"alice\" ip 203", "account: \"alice\" ip 203", "E-syntax"),
        ("account \"alice\" ip 203", "account \"alice\", ip 203", "E-syntax"),
        ("account \"alice\" ip 203", "account \"alice ip 203", "E-syntax"),
        ("account \"alice\" ip 203", "account 'alice' ip 203", "E-syntax"),
        ("expect allow", "expcet allow", "E-syntax"),
        ("expect allow", "expect", "E-syntax"),
        ("expect allow", "expect allow becuase travel", "E-syntax"),
        ("expect allow", "expect permitted_somehow", "E-syntax"),
        ("expect allow\n    }", "expect allow", "E-syntax"),
        ("    test \"t\"", "garbage here\n    test \"t\"", "E-syntax"),
    ]

    @Test func theGoodPolicyIsGood() { #expect(mistakes(Self.good).isEmpty) }

    @Test func oneSlipIsOneDiagnostic() throws {
        for (right, wrong, code) in Self.slips {
            let text = replaced(right, wrong, in: Self.good)
            let found = parsed(text).diagnostics
            #expect(found.map(\.code.rawValue) == [code], "\(wrong): \(found.map(\.message))")
        }
    }

    @Test func fixesMend() throws {
        for (right, wrong, _) in Self.slips {
            let text = replaced(right, wrong, in: Self.good)
            guard parsed(text).diagnostics.first?.fix != nil else { continue }
            #expect(parsed(mended(text)).diagnostics.isEmpty, "\(wrong)\n\(mended(text))")
        }
    }

    @Test func slipsOfOnePolicyAreAllFound() throws {
        var text = Self.good
        let wrong = [("for login", "for = login"), ("198.51.100.0/24", "198.51.100.7/24"), ("typing: decimal", "typing decimal"),
                     ("within 10m", "within 10"), ("900 km/h", "900 knots"), ("unknown skip", "unkown skip"), ("score 60\n", "score\n"),
                     ("/curl/i", "/curl"), ("allow otherwise", "allow else"), ("192.0.2.10 }", "192.0.2.10"), ("expect allow", "expcet allow")]
        for (right, wrong) in wrong { text = replaced(right, wrong, in: text) }
        #expect(parsed(text).diagnostics.count == wrong.count, "\(parsed(text).diagnostics.map(\.message))")
    }

    private func replaced(_ right: String, _ wrong: String, in text: String) -> String {
        let indented = text.split(separator: "\n", omittingEmptySubsequences: false)
        let right = right.replacing("\n    }", with: "\n}"), wrong = wrong.replacing("\n    }", with: "\n}")
        let joined = indented.joined(separator: "\n")
        guard let range = joined.firstRange(of: right.hasPrefix("    ") ? String(right.dropFirst(4)) : right) else {
            Issue.record("not found: \(right)")
            return text
        }
        return joined.replacingCharacters(in: range, with: wrong)
    }
}

private extension String {
    func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
        var copy = self
        copy.replaceSubrange(range, with: text)
        return copy
    }

    /// Slips that two stages could speak of, or that drag others along: each is one mistake.
    static let single: [(String, DiagnosticCode)] = [
        ("rule r { when ip.new when device.new score 5 }", .syntax),
        ("rule r { when ip.new score 5 score 6 }", .syntax),
        ("rule r { when ip.new score 5 weight 3 }", .syntax),
        ("rule r {\n when ip.new\n weight 3\n score 5\n}", .syntax),
        ("rule r { when account.sign_ins > score 5 }", .syntax),
        ("rule r { when network.vpn unknown maybe score 5 }", .syntax),
        ("rule r { when account == /abc/i score 5 }", .syntax),
        ("rule r { when account.idle > 90 days unknown skip score 5 }", .unit),
        ("rule r { when account.idle in 1..5 unknown skip score 5 }", .unit),
        ("rule r { when travel.speed between 100 and 900 unknown skip score 5 }", .unit),
        ("rule r { when account in [1, 2] score 5 }", .type),
        ("rule r { when αβγ > 5 score 5 }", .chars),
        ("rule sign-in { when ip.new score 5 }", .syntax),
        ("let x = y\nlet y = x\nrule r { when x score 5 }", .cycle),
        ("let a = b and ip.new\nlet b = not c\nlet c = a\nrule r { when a score 5 }", .cycle),
        ("let x = x + 1\nrule r { when x > 3 score 5 }", .cycle),
        ("test \"u\" { expect deny }", .test),
        ("test \"u\" { login { account \"a\" } login { account \"b\" } expect deny }", .test),
    ]

    @Test(arguments: single) func oneMistakeIsOneDiagnostic(_ text: String, _ code: DiagnosticCode) {
        let loaded = load(policy(text))
        #expect(loaded.diagnostics.map(\.code) == [code], "\(loaded.diagnostics.map(\.message))")
    }

    @Test func whatIsUnexpectedIsShownWhereItStands() {
        let text = "policy p { for login }\n\nfoo = 3\nrule r {\n    when ip.new\n    weight 3\n}\ndecide { allow otherwise }\n"
        let loaded = load(text)
        let places = loaded.diagnostics.map { loaded.files[0].position(at: $0.range.start) }
        #expect(places.map(\.line) == [3, 6] && places.map(\.column) == [1, 5])
    }

    @Test func aMistakeElsewhereDoesNotHideThatDecideIsMissing() {
        let codes = load("policy p { for login }\nrule r { when ip.nwe score 5 upto 9 }\n").diagnostics.map(\.code)
        #expect(Set(codes) == [.name, .syntax, .decide] && codes.count == 3)
    }
}
