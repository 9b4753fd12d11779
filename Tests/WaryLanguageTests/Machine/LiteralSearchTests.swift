import Testing
import WaryLanguage
import WaryVocabulary

/// Patterns that are nothing but literals are searched for without PCRE2. The same pattern with `(?:)` behind it means the
/// same and goes to PCRE2: the two must never differ.
@Suite struct LiteralSearches {
    private static let patterns = [
        #"\b(curl|python-requests|go-http-client)\b"#, "curl|wget", #"\bbot\b"#, #"bot\b|\bspider"#, #"(?:head|phantom)(less|js)"#, "ks",
        #"java\/1\.8"#, #"\b-x\b"#, #"(a|bc)d"#, "kk", #"\b_id"#, "sk|ss", #"Firefox\/146"#, #"@home|\[ab"#, #"(aa|(?:ab|ba)a)b"#,
    ]
    /// What the texts are put together from: parts of the patterns, in other cases, with neighbours that make or break words.
    private static let parts = [
        "curl", "CURL", "python-requests", "Go-http-client", "wget", "bot", "Bot", "spider", "headless", "phantomjs", "ks", "KS", "java/1.8",
        "-x", "bcd", "ad", "_id", "ss", "sk", "Firefox/146.0", "@home", "`home", "[ab", "{ab", "aab", "abab", "baab", " ", "/", "-", ".", "_", "a", "7",
        "\u{212A}", "\u{17F}", "é", "ß", "curl\u{301}", "\u{0}", "Mozilla/5.0 (X11; Linux x86_64)", "curl".uppercased(), "cur", "ur",
    ]

    @Test(arguments: ["", "i", "s", "is"]) func agreeWithPCRE2(flags: String) throws {
        let rules = Self.patterns.enumerated().map { index, pattern in
            "rule quick\(index) { when agent matches /\(pattern)/\(flags) unknown skip score 1 }\n"
                + "rule slow\(index) { when agent matches /(?:\(pattern))(?:){1}/\(flags) unknown skip score 1 }\n"
        }.joined()
        let policy = try compiled("policy p { for login }\n\(rules)\ndecide { step_up when score >= 50 allow otherwise }\n")
        var machine = PolicyMachine(policy)
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        var generator = SplitMix(seed: seed)
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 0...9, using: &generator)).map { _ in Self.parts.randomElement(using: &generator) ?? "" }.joined()
            var source = ScriptedSource(signals: [.agent: .known(.text(text))])
            let fired = Set(machine.evaluate(&source).fired)
            for index in Self.patterns.indices where fired.contains(2 * index) != fired.contains(2 * index + 1) {
                Issue.record("seed \(seed): /\(Self.patterns[index])/\(flags) in \(text.debugDescription): quick \(fired.contains(2 * index))")
                return
            }
        }
    }
}
