import Testing
import WaryLanguage

@Suite struct SuppressionTests {
    private static let text = """
    # wary: allow W-blackout because everyone has a position
    policy p {
        for login
    }

    rule a {                        # wary: allow W-country because we sell in one country
        when geo.country != "FR"
        # wary: allow W-evasion because typing is only a hint
        unknown skip
        deny                        # wary: allow W-lockout because nobody knows the names
    }
    """

    private func warning(_ code: DiagnosticCode, on line: Int, column: Int = 5) -> Diagnostic {
        let file = sourceFile(Self.text)
        let start = file.lineStarts[line - 1] + column - 1
        return Diagnostic(code, at: SourceRange(file: file.id, start: start, end: start + 1), "m")
    }

    @Test func scopes() {
        let suppressions = Suppressions([parsed(Self.text).tree])
        #expect(suppressions.diagnostics.isEmpty && suppressions.all.count == 4)
        #expect(suppressions.all.map(\.reason).first == "everyone has a position")
        func isSilenced(_ diagnostic: Diagnostic) -> Bool {
            !suppressions.applied(to: [diagnostic], judged: []).contains(diagnostic)
        }
        #expect(isSilenced(warning(.blackout, on: 2, column: 8)) && isSilenced(warning(.blackout, on: 3)))
        #expect(!isSilenced(warning(.blackout, on: 7)) && !isSilenced(warning(.countryDeny, on: 3)))
        #expect(isSilenced(warning(.countryDeny, on: 6, column: 6)) && isSilenced(warning(.countryDeny, on: 7)) && isSilenced(warning(.countryDeny, on: 10)))
        #expect(isSilenced(warning(.evasion, on: 9)) && !isSilenced(warning(.evasion, on: 7)))
        #expect(isSilenced(warning(.lockout, on: 10)) && !isSilenced(warning(.lockout, on: 9)))
    }

    @Test func whatSilencesNothingIsStale() {
        let suppressions = Suppressions([parsed(Self.text).tree])
        let left = suppressions.applied(to: [warning(.blackout, on: 2)], judged: Suppressions.foundWithoutCoverage)
        #expect(left.map(\.code) == [.staleAllow, .staleAllow, .staleAllow])
        #expect(suppressions.applied(to: [warning(.blackout, on: 2)], judged: []).isEmpty)
    }

    @Test(arguments: [
        "# wary: allow W-country", "# wary: allow W-country because", "# wary: allow W-county because x", "# wary: allow E-syntax because x",
        "# wary: allow", "# wary: ignore W-country because x", "# wary : allow because x",
    ])
    func wrongSilencings(comment: String) {
        let suppressions = Suppressions([parsed("let x = 1 \(comment)").tree])
        #expect(suppressions.all.isEmpty && suppressions.diagnostics.map(\.code) == [.syntax])
    }

    @Test func otherCommentsAreComments() {
        let suppressions = Suppressions([parsed("# we are wary: allow nothing\nlet x = 1 # beware\n#wary\n").tree])
        #expect(suppressions.all.isEmpty && suppressions.diagnostics.isEmpty)
    }
}
