import Testing
import WaryLanguage

/// Nothing makes the lexer or the parser trap or stand still, and the tokens always tile the text.
@Suite struct RobustnessTests {
    @Test func randomBytes() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("{}[]()#\"'\\/:.,=<>!?&|+-*%_ \t\n\rakmhAS0159é\u{202E}\u{430}—“🔒".utf8)
        for _ in 0..<2000 {
            let count = Int.random(in: 0..<80, using: &generator)
            let isNoise = Bool.random(using: &generator)
            let bytes = (0..<count).map { _ in
                isNoise ? UInt8.random(in: 0...255, using: &generator) : alphabet.randomElement(using: &generator) ?? 32
            }
            check(String(decoding: bytes, as: UTF8.self), "seed \(seed)")
        }
    }

    @Test func eachTokenDeletedDoubledOrReplaced() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        for (path, text) in try starterPolicies() + [("good", RecoveryTests.good)] {
            let bytes = Array(text.utf8)
            let tokens = Lexer.tokens(of: sourceFile(text))
            // A debug build takes a few milliseconds for each; long files are sampled.
            let chosen = tokens.count <= 300 ? tokens : Array(tokens.shuffled(using: &generator).prefix(150))
            for token in chosen {
                guard let other = tokens.randomElement(using: &generator) else { continue }
                let replacement = Array(bytes[other.range.start..<other.range.end])
                for insert in [[], Array(bytes[token.range.start..<token.range.end]) + [32] + replacement, replacement] {
                    var mutated = bytes
                    mutated.replaceSubrange(token.range.start..<token.range.end, with: insert)
                    check(String(decoding: mutated, as: UTF8.self), "\(path), seed \(seed)")
                }
            }
        }
    }

    @Test func truncatedAnywhere() {
        let bytes = Array(RecoveryTests.good.utf8)
        for end in stride(from: 0, to: bytes.count, by: 3) { check(String(decoding: bytes[..<end], as: UTF8.self), "\(end)") }
    }

    private func check(_ text: String, _ comment: String) {
        let (tree, diagnostics) = parsed(text)
        #expect(tiled(text) == text, "\(comment): \(text.debugDescription)")
        for diagnostic in diagnostics {
            #expect(diagnostic.range.end <= text.utf8.count && !diagnostic.message.isEmpty, "\(comment)")
        }
        #expect(tree.tokens.last?.kind == .end)
    }
}
