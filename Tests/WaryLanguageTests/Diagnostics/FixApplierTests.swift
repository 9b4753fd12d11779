import Testing
import WaryLanguage

@Suite struct FixApplierTests {
    private func mended(_ text: String) -> String {
        FixApplier.mend(sourceFile(text)) { Parser.parse($0).diagnostics }.text
    }

    @Test func fixesAreMadeUntilNoneIsLeft() {
        #expect(mended("rule Foo-bar { when a && b == 'x' || c\n unkown skip }") ==
            "rule foo_bar { when a and b == \"x\" or c\n unknown skip }")
        #expect(mended("let x = 203.0.113.7/24;") == "let x = 203.0.113.0/24")
        #expect(mended("let x = 1") == "let x = 1")
    }

    @Test func overlappingFixesAreMadeOneByOne() {
        let file = sourceFile("abcdef")
        func diagnostic(_ start: Int, _ end: Int, _ text: String) -> Diagnostic {
            let range = SourceRange(file: file.id, start: start, end: end)
            return Diagnostic(.syntax, at: range, "m", fix: .init(range: range, text: text))
        }
        let fixes = [diagnostic(3, 5, "X"), diagnostic(0, 2, "Y"), diagnostic(1, 4, "Z"), diagnostic(6, 6, "!"), diagnostic(6, 6, "?")]
        let (texts, count) = FixApplier.apply(fixes, to: [file])
        #expect(texts[file.id] == "YcXf!" && count == 3)
    }

    @Test func whatStoodAloneOnItsLineGoesWithTheLine() {
        let file = sourceFile("one\n    two  \nthree four\n")
        func deletion(_ start: Int, _ end: Int) -> Diagnostic {
            let range = SourceRange(file: file.id, start: start, end: end)
            return Diagnostic(.syntax, at: range, "m", fix: .init(range: range, text: ""))
        }
        #expect(FixApplier.apply([deletion(8, 11)], to: [file]).texts[file.id] == "one\nthree four\n")
        #expect(FixApplier.apply([deletion(14, 20)], to: [file]).texts[file.id] == "one\n    two  \nfour\n")
    }

    @Test func fixesThatUndoEachOtherEnd() {
        let file = FixApplier.mend(sourceFile("a")) { file in
            let range = SourceRange(file: file.id, start: 0, end: 1)
            return [Diagnostic(.syntax, at: range, "m", fix: .init(range: range, text: file.text == "a" ? "b" : "a"))]
        }
        #expect(file.text == "a" || file.text == "b")
    }

    @Test func differences() {
        #expect(LineDiff.unified(from: "a\nb\n", to: "a\nb\n", path: "p") == "")
        #expect(LineDiff.unified(from: "a\nb\nc\n", to: "a\nx\nc\n", path: "p") == "--- p\n+++ p (formatted)\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n")
        #expect(LineDiff.unified(from: "a", to: "a\n", path: "p").contains("\\ No newline"))
        let far = (0..<30).map(String.init).joined(separator: "\n") + "\n"
        #expect(LineDiff.unified(from: far, to: far.replacing("\n5\n", with: "\n").replacing("\n25\n", with: "\nx\n"), path: "p")
            .split(separator: "\n").count { $0.hasPrefix("@@") } == 2)
    }
}
