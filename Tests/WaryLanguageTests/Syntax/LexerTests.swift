import Testing
import WaryLanguage
import WaryVocabulary

@Suite struct LexerTests {
    private func literals(_ text: String) -> [Datum] {
        Lexer.tokens(of: sourceFile(text)).compactMap { if case .literal(.datum(let datum)) = $0.kind { datum } else { nil } }
    }

    @Test(arguments: [
        ("42", Datum.int(42)), ("1_000", .int(1000)), ("0.85", .decimal(0.85)), ("15%", .decimal(0.15)), ("15 %", .decimal(0.15)),
        ("500ms", .duration(500)), ("30s", .duration(30_000)), ("10m", .duration(600_000)), ("2h", .duration(7_200_000)),
        ("90d", .duration(90 * 86_400_000)), ("2w", .duration(14 * 86_400_000)), ("2 w", .duration(14 * 86_400_000)), ("1.5h", .duration(5_400_000)),
        ("200 km", .distance(200_000)), ("200km", .distance(200_000)), ("50 mi", .distance(80_467.2)),
        ("900 km/h", .speed(250)), ("900km/h", .speed(250)), ("900 KM/H", .speed(250)), ("100 mph", .speed(44.704)),
        ("22:00", .timeOfDay(1320)), ("0:05", .timeOfDay(5)), ("AS64500", .asn(64500)), ("as64500", .asn(64500)),
        ("\"a\\\"b\\\\\\n\\t\\u{1F512}\"", .text("a\"b\\\n\t🔒")),
    ])
    func literals(text: String, value: Datum) {
        #expect(literals(text) == [value])
        #expect(mistakes("let x = " + text).isEmpty)
    }

    @Test func addressesAndNetworks() throws {
        let address = try #require(IPAddress("192.0.2.1")), other = try #require(IPAddress("2001:db8::1"))
        #expect(literals("192.0.2.1 2001:db8::1 ::1 fe80::1 ::ffff:192.0.2.1") ==
            [.ip(address), .ip(other), .ip(try #require(IPAddress("::1"))), .ip(try #require(IPAddress("fe80::1"))), .ip(address)])
        #expect(literals("[198.51.100.0/24,2001:db8::/32]") ==
            [.network(try Network(parsing: "198.51.100.0/24")), .network(try Network(parsing: "2001:db8::/32"))])
    }

    @Test func rangesAreNoDecimals() {
        #expect(literals("1..5") == [.int(1), .int(5)])
        #expect(literals("1.5..2.5") == [.decimal(1.5), .decimal(2.5)])
        #expect(literals("22:00..06:00") == [.timeOfDay(1320), .timeOfDay(360)])
    }

    @Test func aNameAfterANumberIsNoUnit() {
        let kinds = Lexer.tokens(of: sourceFile("12 login.failed 3 m.x 5\nm")).map(\.kind)
        #expect(kinds == [.literal(.datum(.int(12))), .name("login.failed"), .literal(.datum(.int(3))), .name("m.x"),
                          .literal(.datum(.int(5))), .name("m"), .end])
    }

    @Test func divisionIsNoUnit() {
        let kinds = Lexer.tokens(of: sourceFile("200 km/elapsed")).map(\.kind)
        #expect(kinds == [.literal(.datum(.distance(200_000))), .punctuation(.slash), .name("elapsed"), .end])
    }

    @Test func aSlashBeginsARegexOnlyAfterMatches() {
        let kinds = Lexer.tokens(of: sourceFile("a / b matches /x\\/y[/]/i")).map(\.kind)
        #expect(kinds.contains(.punctuation(.slash)))
        guard case .regex(let regex) = kinds[4] else { return #expect(Bool(false), "\(kinds)") }
        #expect(regex.pattern == "x\\/y[")
    }

    @Test func keywordsMayBeCapitals() {
        #expect(mistakes("RULE a { WHEN x AND y Deny }").isEmpty)
        #expect(mended("rule Impossible { when Geo.countryNew deny }") == "rule impossible { when geo.country_new deny }")
    }

    @Test(arguments: [
        ("let x = \"a\u{202E}b\"", "let x = \"a\\u{202E}b\""), ("let x = 1 # a\u{2066}b", "let x = 1 # ab"),
        ("let \u{0430}ccount = 1", "let account = 1"), ("let ac\u{200B}count = 1", "let account = 1"), ("let x\u{A0}= 1", "let x = 1"),
        ("let x = “a”", "let x = \"a\""), ("let x = 5 − 3", "let x = 5 - 3"), ("let ｘ = 1", "let x = 1"),
    ])
    func lookalikes(text: String, mend: String) {
        #expect(mistakes(text) == ["1:E-chars"])
        #expect(mended(text) == mend)
    }

    @Test func foreignLettersAreNoneOfOurs() {
        #expect(mistakes("let größe = 1") == ["1:E-syntax"])
        #expect(mistakes("let имя = 1") == ["1:E-chars"])
    }

    @Test(arguments: [
        ("a && b", "a and b"), ("a || b", "a or b"), ("!a", "not a"), ("a === b", "a == b"), ("a <> b", "a != b"), ("a => b", "a >= b"),
        ("a ≥ b", "a >= b"), ("'a'", "\"a\""), ("1__0", "10"), ("a;", "a"), ("\"\\d\"", "\"\\\\d\""),
        ("203.0.113.7/24", "203.0.113.0/24"), ("a matches /x/gi", "a matches /x/i"), ("ip(a)&&b", "ip(a) and b"),
    ])
    func habitsOfOtherLanguages(text: String, mend: String) {
        #expect(mistakes("let x = " + text).count == 1)
        #expect(mended("let x = " + text) == "let x = " + mend)
    }

    @Test(arguments: ["300.1.1.1", "1.2.3", "192.0.2.1/33", "fe80::1%eth0", "12:30:45", "24:00", "7:5", "1:2:3:4:5:6:7:8:9", "AS4294967296",
                      "99999999999999999999", "01.2.3.4", "2001:db8::/129", "9999999999999999w"])
    func valuesThatAreNone(text: String) {
        #expect(mistakes("let x = " + text + "\nlet y = 1").count == 1)
    }

    @Test func tokensTileTheText() throws {
        for (path, text) in try starterPolicies() { #expect(tiled(text) == text, "\(path)") }
        #expect(tiled("\u{FEFF}let x = 1 # c\r\n") == "\u{FEFF}let x = 1 # c\r\n")
    }
}

/// The text that the tokens and what stands before them make up; empty where they leave a gap or overlap.
func tiled(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var tiles: [UInt8] = [], end = 0
    for token in Lexer.tokens(of: sourceFile(text)) {
        guard token.leadingTrivia.start == end, token.leadingTrivia.end == token.range.start else { return "" }
        tiles += bytes[token.leadingTrivia.start..<token.range.end]
        end = token.range.end
    }
    return String(decoding: tiles, as: UTF8.self)
}
