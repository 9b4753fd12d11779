import Foundation
import WaryLanguage

/// A text as the parser gets it.
func sourceFile(_ text: String, path: String = "test.wary") -> SourceFile {
    SourceFile(id: .init(index: 0), path: path, text: text)
}

func parsed(_ text: String) -> (tree: SyntaxTree, diagnostics: [Diagnostic]) { Parser.parse(sourceFile(text)) }

/// What is wrong with a text, as `line:code`.
func mistakes(_ text: String) -> [String] {
    let file = sourceFile(text)
    return Parser.parse(file).diagnostics.map { "\(file.position(at: $0.range.start).line):\($0.code.rawValue)" }
}

/// A text with the fixes of all its diagnostics made, last first.
func mended(_ text: String) -> String {
    var bytes = Array(text.utf8)
    let fixes = parsed(text).diagnostics.compactMap(\.fix).sorted { $0.range.start > $1.range.start }
    for fix in fixes { bytes.replaceSubrange(fix.range.start..<fix.range.end, with: Array(fix.text.utf8)) }
    return String(decoding: bytes, as: UTF8.self)
}

/// The expression of `let x = …`.
func expression(_ text: String) -> WaryLanguage.Expression? {
    guard case .binding(let node) = parsed("let x = " + text).tree.declarations.first else { return nil }
    return node.value
}

/// The repository's root, found from this file's place.
let repositoryRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

/// The policies that the repository comes with.
func starterPolicies() throws -> [(path: String, text: String)] {
    let folder = repositoryRoot.appendingPathComponent("Policies")
    guard let walk = FileManager.default.enumerator(atPath: folder.path) else { return [] }
    return try walk.compactMap { $0 as? String }.filter { $0.hasSuffix(".wary") }.sorted().map {
        ($0, try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8))
    }
}

/// SplitMix64: small, and the same everywhere for one seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
