import Testing
import WaryLanguage

@Suite struct FormatterTests {
    private func formatted(_ text: String) -> String { Formatter.format(parsed(text).tree) }

    @Test func oneStyle() {
        let untidy = """
        # about this policy


        policy p{for login on_error step_up
        # why
        no_factor deny}
        let a=1 # one
        let longer = max( 1,- 2 )
        list l of asn=[as1,
        as2] list longer of network=[10.0.0.0/8,]
        input typing:decimal from client
        rule r "R"{ # what
          when travel.speed>900km/h and  b between 1 and 3 # c1
             and (c or not d in [ "FR" ,"BE", ]) and
            e matches /x/i
          unknown skip

          score -  5 * ( - a )   up   to 60 # c2
          deny

          # the end
        }
        rule s {when a deny}
        decide{deny when score-5>=90
        step_up webauthn,totp when score >= 40 allow otherwise}
        test "t" { given 12 login.failed   over 8 m { account each "u{n}"
          ip 1.2.3.4 # x
         geo.point -1.5 , -2 }
        given 5 m ago login.failed{account "a" ip 1.2.3.4}
        login {} expect score 5 .. 10 expect degraded }
        # eof
        """
        let tidy = """
        # about this policy

        policy p {
            for       login
            on_error  step_up
            # why
            no_factor deny
        }

        let a      = 1                  # one
        let longer = max(1, -2)
        list l      of asn     = [
            AS1,
            AS2,
        ]
        list longer of network = [10.0.0.0/8]
        input typing: decimal from client

        rule r "R" {                    # what
            when    travel.speed > 900 km/h and b between 1 and 3   # c1
                    and (c or not d in ["FR", "BE"])
                    and e matches /x/i
            unknown skip

            score   -5 * (-a) up to 60  # c2
            deny

            # the end
        }

        rule s {
            when a
            deny
        }

        decide {
            deny                   when score - 5 >= 90
            step_up webauthn, totp when score >= 40
            allow                  otherwise
        }

        test "t" {
            given 12 login.failed over 8m {
                account   each "u{n}"
                ip        1.2.3.4       # x
                geo.point -1.5, -2
            }
            given 5m ago login.failed { account "a" ip 1.2.3.4 }
            login {}
            expect score 5..10
            expect degraded
        }
        # eof

        """
        #expect(formatted(untidy) == tidy)
        #expect(formatted(tidy) == tidy)
    }

    @Test func whatCannotBeUnderstoodIsLeftAlone() {
        #expect(formatted("rule  r { when }") == "rule  r { when }")
        #expect(formatted("") == "")
        #expect(formatted("# only this") == "# only this\n")
        #expect(formatted("\n\n  # a\n\n\n#b\n") == "# a\n\n#b\n")
        #expect(formatted("\u{FEFF}let x = 1\r\nlet y = 2\r\n") == "let x = 1\nlet y = 2\n")
        #expect(formatted("RULE r { WHEN x AND y Score 5 }") == "rule r {\n    when  x and y\n    score 5\n}\n")
    }

    @Test func theLanguagePageIsInStyle() {
        // The page has a blank too many in its lists; all else is as the formatter writes it.
        let page = LanguageExample.text.replacing("office        of", with: "office       of").replacing("hosting_asns  of", with: "hosting_asns of")
        #expect(formatted(page) == page + (page.hasSuffix("\n") ? "" : "\n"))
    }

    /// However the blanks lie, the same comes out.
    @Test func widthOfBlanksDoesNotMatter() throws {
        try eachVariant { text, generator, comment in
            let spread = respaced(text, &generator) { gap, generator in
                gap.contains("\n") || gap.contains("#") ? gap : gap.isEmpty ? "" : String(repeating: " ", count: .random(in: 1...6, using: &generator))
            }
            #expect(formatted(spread) == formatted(text), "\(comment)")
        }
    }

    /// Breaks and comments anywhere: nothing is lost, nothing changes its meaning, and it is the same the second time.
    @Test func meaningAndCommentsAreKept() throws {
        try eachVariant { text, generator, comment in
            var count = 0
            let spread = respaced(text, &generator) { gap, generator in
                guard !gap.isEmpty, !gap.contains("#") else { return gap }
                switch Int.random(in: 0..<40, using: &generator) {
                case 0...2: return "\n" + gap
                case 3:
                    count += 1
                    return " # note \(count)\n" + gap
                case 4:
                    count += 1
                    return "\n\n# note \(count)\n\n" + gap
                default: return gap
                }
            }
            let before = parsed(spread), once = formatted(spread), after = parsed(once)
            #expect(before.diagnostics.isEmpty && after.diagnostics.isEmpty, "\(comment)")
            #expect(shape(after.tree) == shape(before.tree), "\(comment)")
            #expect(comments(once) == comments(spread), "\(comment)")
            #expect(formatted(once) == once, "\(comment)\n\(once)")
        }
    }

    private func eachVariant(_ check: (String, inout SeededGenerator, String) -> Void) throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        for (path, text) in try starterPolicies() + [("good", RecoveryTests.good), ("page", LanguageExample.text)] {
            for _ in 0..<(text.utf8.count > 6000 ? 3 : 25) { check(text, &generator, "\(path), seed \(seed)") }
        }
    }

    /// The text with what stands between its tokens replaced.
    private func respaced(_ text: String, _ generator: inout SeededGenerator, _ replace: (String, inout SeededGenerator) -> String) -> String {
        let bytes = Array(text.utf8)
        var result = ""
        for token in Lexer.tokens(of: sourceFile(text)) {
            let gap = String(decoding: bytes[token.leadingTrivia.start..<token.leadingTrivia.end], as: UTF8.self)
            result += token.leadingTrivia.start == 0 ? gap : replace(gap, &generator)
            result += String(decoding: bytes[token.range.start..<token.range.end], as: UTF8.self)
        }
        return result
    }

    private func comments(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        return Lexer.tokens(of: sourceFile(text)).flatMap { token in
            String(decoding: bytes[token.leadingTrivia.start..<token.leadingTrivia.end], as: UTF8.self).split(separator: "\n")
                .compactMap { line in line.firstIndex(of: "#").map { String(line[$0...]).trimmingSuffix() } }
        }
    }
}

private extension String {
    func trimmingSuffix() -> String {
        var copy = self
        while let last = copy.last, last.isWhitespace { copy.removeLast() }
        return copy
    }

    @Test func aCommentAfterTheLastElementDoesNotKeepTheSetAsItIs() {
        let text = "list l of network = [ # open\n 10.0.0.0/8, # ten\n # between\n 11.0.0.0/8 # eleven\n # last\n] # closed\n"
        let file = SourceFile(id: .init(index: 0), path: "p.wary", text: text)
        let formatted = Formatter.format(Parser.parse(file).tree)
        #expect(formatted.contains("\n    11.0.0.0/8,"))
        #expect(formatted.components(separatedBy: "#").count == text.components(separatedBy: "#").count)
        let again = SourceFile(id: .init(index: 0), path: "p.wary", text: formatted)
        #expect(Formatter.format(Parser.parse(again).tree) == formatted)
    }
}
