import Testing
import WaryLanguage
import WaryVocabulary

@Suite struct ParserTests {
    @Test func starterPoliciesHaveNoMistakes() throws {
        for (path, text) in try starterPolicies() { #expect(mistakes(text).isEmpty, "\(path)") }
    }

    @Test func everyDeclaration() throws {
        let (tree, diagnostics) = parsed("""
        policy p "P" { for login on_error step_up webauthn, totp no_factor deny timezone "Europe/Paris" }
        include "a.wary"
        list l of country = ["FR", "BE",]
        list m of asn from "m.txt"
        input cart: decimal from client default -1.5
        let x = 1
        rule r monitor "R" { when x > 0 unless y unknown score 5 score 8 * x up to 60 step_up notify user, security tag "a", "b" }
        decide { deny when score >= 90 step_up totp, sms when score >= 40 allow otherwise }
        test "t" {
            at "2026-01-01T12:00Z"
            given history unavailable
            given 20m ago login.succeeded { account "alice" geo.point 48.86, -2.35 }
            given 12 login.failed over 8m { account each "u{n}" }
            login { account "bob" network.anonymous true method password account.factors totp, sms }
            expect step_up totp because r, q
            expect because r expect score 10..20 expect score 5 expect unknown q expect notify user expect tag "a" expect degraded
        }
        """)
        #expect(diagnostics.isEmpty)
        #expect(tree.declarations.count == 9)
        guard case .rule(let rule) = tree.declarations[6], case .test(let test) = tree.declarations[8],
              case .policy(let policy) = tree.declarations[0], case .input(let input) = tree.declarations[4] else {
            return #expect(Bool(false), "\(tree.declarations)")
        }
        #expect(rule.clauses.count == 7 && rule.monitor != nil && rule.title?.value == "R")
        #expect(test.items.count == 13)
        #expect(policy.settings.count == 4)
        #expect(input.isFromClient && input.defaultValue != nil)
    }

    @Test(arguments: [
        ("a or b or c", "(or a b c)"), ("not a and b", "(and (not a) b)"), ("not a == b", "(not (== a b))"), ("a + b * c", "(+ a (* b c))"),
        ("a - b - c", "(- (- a b) c)"), ("a ?? b ?? c", "(?? a (?? b c))"), ("a + 1 ?? b", "(?? (+ a 1) b)"), ("-a * b", "(* (neg a) b)"),
        ("a in b", "(in a b)"), ("a not in 1..5", "(not-in a 1..5)"), ("a in b + 1 .. c", "(in a (+ b 1)..c)"), ("a is unknown", "(unknown a)"),
        ("a ?? b is known", "(known (?? a b))"), ("a between 1 and 5 and b", "(and (between a 1 5) b)"), ("a matches /x/i", "(matches a /x/i)"),
        ("(a or b) and c", "(and ((or a b)) c)"), ("max(a, 1)", "(max a 1)"), ("[1, 2,]", "[1 2]"), ("[]", "[]"),
        ("count(login by account, ip within 1h)", "(count login by account,ip within 3600000)"),
        ("count(login.failed by account since login.succeeded)", "(count login.failed by account since login.succeeded)"),
        ("distinct(account of login by ip within 5m where credential == \"invalid\")",
         "(distinct account of login by ip within 300000 where (== credential invalid))"),
        ("min(amount of transfer by account within 1d)", "(min amount of transfer by account within 86400000)"),
        ("new(device by account within 90d)", "(new device by account within 7776000000)"), ("elapsed(login by account)", "(elapsed login by account)"),
        ("geo.country in [\"FR\"] and travel.speed > 900 km/h", "(and (in geo.country [FR]) (> travel.speed speed(250.0)))"),
    ])
    func expressions(text: String, shape: String) throws {
        #expect(mistakes("let x = " + text).isEmpty)
        #expect(describe(try #require(expression(text))) == shape)
    }

    @Test func layoutMeansNothing() {
        #expect(mistakes("rule\na\n{\nwhen\nx\n>\n5\nand\nnot\ny\nscore\n5\nup\nto\n6\n}").isEmpty)
        #expect(mistakes("let a=1 let b=a+1 rule r{when a>b deny}decide{allow otherwise}").isEmpty)
    }

    @Test func rangesCoverWhatIsWritten() {
        let text = "rule r { when (a + 1) > 2 score 5 up to 6 }"
        guard case .rule(let rule) = parsed(text).tree.declarations.first else { return #expect(Bool(false)) }
        let bytes = Array(text.utf8)
        let clauses = rule.clauses.map { String(decoding: bytes[$0.range.start..<$0.range.end], as: UTF8.self) }
        #expect(clauses == ["when (a + 1) > 2", "score 5 up to 6"])
        #expect(rule.range.start == 0 && rule.range.end == bytes.count)
    }

    @Test func nestingIsBounded() {
        for open in ["(", "not ", "- ", "[", "max(", "a ?? ", "1 + (", "a < "] {
            let text = "let x = " + String(repeating: open, count: 20_000) + "a\nlet y = 1"
            #expect(parsed(text).diagnostics.count <= 2, "\(open)")
        }
        #expect(mistakes("let x = " + String(repeating: "(", count: 60) + "a" + String(repeating: ")", count: 60)).isEmpty)
        #expect(mistakes("let x = 1" + String(repeating: " + 1", count: 20_000)) == ["1:E-cost"])
    }
}

/// An expression as an S-expression.
func describe(_ expression: WaryLanguage.Expression) -> String {
    switch expression.kind {
    case .literal(.datum(let datum)):
        switch datum {
        case .int(let value): "\(value)"
        case .text(let text): text
        default: "\(datum)"
        }
    case .literal(.badQuantity(let number, let unit)): "\(number)\(unit)?"
    case .set(let elements): "[" + elements.map(describe).joined(separator: " ") + "]"
    case .path(let path): path
    case .score: "score"
    case .not(let operand): "(not \(describe(operand)))"
    case .negate(let operand): "(neg \(describe(operand)))"
    case .logical(let logical, let operands): "(\(logical.rawValue) " + operands.map(describe).joined(separator: " ") + ")"
    case .comparison(let comparison, let a, let b): "(\(comparison.rawValue) \(describe(a)) \(describe(b)))"
    case .membership(let a, let isNegated, .expression(let b)): "(\(isNegated ? "not-" : "")in \(describe(a)) \(describe(b)))"
    case .membership(let a, let isNegated, .range(let low, let high)):
        "(\(isNegated ? "not-" : "")in \(describe(a)) \(describe(low))..\(describe(high)))"
    case .matches(let a, let regex): "(matches \(describe(a)) /\(regex.pattern)/\(regex.flags))"
    case .isKnown(let a, let isNegated): "(\(isNegated ? "unknown" : "known") \(describe(a)))"
    case .between(let a, let low, let high): "(between \(describe(a)) \(describe(low)) \(describe(high)))"
    case .fallback(let a, let b): "(?? \(describe(a)) \(describe(b)))"
    case .arithmetic(let arithmetic, let a, let b): "(\(arithmetic.rawValue) \(describe(a)) \(describe(b)))"
    case .call(let name, let arguments): "(" + ([name.text] + arguments.map(describe)).joined(separator: " ") + ")"
    case .aggregate(let syntax): describe(syntax)
    case .parenthesised(let inner): "(\(describe(inner)))"
    case .missing: "?"
    }
}

private func describe(_ syntax: AggregateSyntax) -> String {
    var text = "(" + syntax.function.text
    if let field = syntax.field { text += " \(field.text)" + (syntax.event == nil ? "" : " of") }
    if let event = syntax.event { text += " \(event.text)" }
    text += " by " + syntax.keys.map(\.text).joined(separator: ",")
    switch syntax.extent {
    case .within(let milliseconds, _): text += " within \(milliseconds)"
    case .since(let event): text += " since \(event.text)"
    case nil: break
    }
    if let condition = syntax.condition { text += " where \(describe(condition))" }
    return text + ")"
}
