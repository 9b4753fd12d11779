import Foundation
import Testing
import WaryLanguage

@Suite struct RendererTests {
    private static let folder = repositoryRoot.appendingPathComponent("Tests/Golden/diagnostics")

    /// `WARY_RECORD=1` writes what is rendered in place of what is expected; read the difference before committing it.
    private func expectGolden(_ rendered: String, _ name: String) throws {
        let file = Self.folder.appendingPathComponent(name)
        if ProcessInfo.processInfo.environment["WARY_RECORD"] == "1" { try rendered.write(to: file, atomically: true, encoding: .utf8) }
        #expect(try String(contentsOf: file, encoding: .utf8) == rendered, "\(name)")
    }

    @Test func goldenFiles() throws {
        let text = try String(contentsOf: Self.folder.appendingPathComponent("mistakes.wary"), encoding: .utf8)
        let file = sourceFile(text, path: "Policies/mistakes.wary")
        let diagnostics = Parser.parse(file).diagnostics
        let renderer = DiagnosticRenderer(files: [file])
        try expectGolden(renderer.human(diagnostics), "mistakes.human.txt")
        try expectGolden(renderer.short(diagnostics), "mistakes.short.txt")
        try expectGolden(renderer.json(diagnostics), "mistakes.json")
        try expectGolden(DiagnosticRenderer(files: [file], usesColour: true).human(diagnostics), "mistakes.coloured.txt")
    }

    @Test func jsonIsJSON() throws {
        let file = sourceFile("let x = \"\u{1}\\q\ttab\nlet y = 203.0.113.7/24", path: "a \"quoted\" name.wary")
        let json = DiagnosticRenderer(files: [file]).json(Parser.parse(file).diagnostics)
        let objects = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
        #expect(Set(try #require(objects.last).keys) ==
            ["file", "line", "column", "end_line", "end_column", "severity", "code", "message", "help", "fix"])
        #expect(objects.last?["file"] as? String == "a \"quoted\" name.wary")
        let fix = try #require(objects.last?["fix"] as? [String: Any])
        #expect(fix["text"] as? String == "203.0.113.0/24" && fix["line"] as? Int == 2 && fix["end_column"] as? Int == 23)
        #expect(DiagnosticRenderer(files: []).json([]) == "[]\n")
    }

    @Test func nothingHiddenReachesTheTerminal() {
        let file = sourceFile("let x = 1 # \u{1b}[2J\u{202E} \u{7}\nlet \u{1b}y = \"\u{202E}\"")
        let rendered = DiagnosticRenderer(files: [file]).human(Parser.parse(file).diagnostics)
        #expect(!rendered.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202e })
        #expect(rendered.contains("<U+202E>"))
    }

    @Test func longLinesAreCut() {
        let file = sourceFile("let x = [" + String(repeating: "1, ", count: 20_000) + "900 knots" + String(repeating: ", 1", count: 20_000) + "]")
        let rendered = DiagnosticRenderer(files: [file]).human(Parser.parse(file).diagnostics)
        #expect(rendered.count < 1500)
        #expect(rendered.contains("900 knots") && rendered.contains("^^^^^^^^^"))
    }

    @Test func aLabelInAnotherFileIsNamed() {
        let one = SourceFile(id: .init(index: 0), path: "a.wary", text: "let x = 1"), two = SourceFile(id: .init(index: 1), path: "b.wary", text: "\nlet x = 2")
        let diagnostic = Diagnostic(.duplicate, at: SourceRange(file: two.id, start: 5, end: 6), "`x` is declared twice",
                                    labels: [.init(range: SourceRange(file: one.id, start: 4, end: 5), text: "the first")])
        let rendered = DiagnosticRenderer(files: [one, two]).human(diagnostic)
        #expect(rendered.contains("b.wary:2:5: error[E-duplicate]: `x` is declared twice"))
        #expect(rendered.contains("a.wary:1:5: the first"))
    }
}
