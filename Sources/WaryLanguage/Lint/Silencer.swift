import WaryVocabulary

/// `# wary: allow CODE because …`: silences a warning where it stands. Above a declaration or inside one it holds for that
/// declaration, behind code for that line. W-stale-allow reports those that silence nothing.
struct Silencer {
    fileprivate struct Silencing {
        var codes: [(code: DiagnosticCode?, text: String)]
        var hasReason: Bool
        var range: SourceRange
        /// Where it holds.
        var scope: SourceRange
    }

    private var silencings: [Silencing] = []

    init(_ trees: [SyntaxTree]) {
        for tree in trees { gather(tree) }
    }

    /// What is left, with reports of silencings that do not apply.
    func apply(to diagnostics: [Diagnostic]) -> [Diagnostic] {
        var used: Set<Int> = []
        var left = diagnostics.filter { diagnostic in
            guard diagnostic.severity == .warning,
                  let index = silencings.firstIndex(where: { $0.hasReason && $0.covers(diagnostic) }) else { return true }
            used.insert(index)
            return false
        }
        for (index, silencing) in silencings.enumerated() where !used.contains(index) {
            if let report = report(silencing) { left.append(report) }
        }
        return left
    }

    private func report(_ silencing: Silencing) -> Diagnostic? {
        let names = silencing.codes.map(\.text).joined(separator: ", ")
        if let unknown = silencing.codes.first(where: { $0.code == nil || $0.code?.severity == .error }) {
            let meant = Nearest.name(to: unknown.text, among: DiagnosticCode.allCases.filter { $0.severity == .warning }.map(\.rawValue))
            return Diagnostic(.staleAllow, at: silencing.range, unknown.code == nil ? "there is no warning \(unknown.text)"
                : "\(unknown.text) is an error, and errors are not silenced", help: meant.map { "did you mean \($0)?" })
        }
        if !silencing.hasReason {
            return Diagnostic(.staleAllow, at: silencing.range, "silencing \(names) needs a reason",
                              help: "write: # wary: allow \(names) because …")
        }
        // Coverage is judged where the tests run.
        if silencing.codes.contains(where: { $0.code == .untested }) { return nil }
        return Diagnostic(.staleAllow, at: silencing.range, "\(names) does not apply here any longer", help: "remove the comment",
                          fix: .init(range: silencing.range, text: ""))
    }

    private mutating func gather(_ tree: SyntaxTree) {
        let text = tree.file.text.utf8
        guard tree.file.text.contains("wary:") else { return }
        for (position, token) in tree.tokens.enumerated() where token.leadingTrivia.start < token.leadingTrivia.end {
            var start = token.leadingTrivia.start
            let trivia = text[text.index(text.startIndex, offsetBy: start)..<text.index(text.startIndex, offsetBy: token.leadingTrivia.end)]
            for line in trivia.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
                defer { start += line.count + 1 }
                guard let (codes, hasReason, offset, length) = Self.parse(String(decoding: line, as: UTF8.self)) else { continue }
                let range = SourceRange(file: tree.file.id, start: start + offset, end: start + offset + length)
                let isBehindCode = position > 0 && start == token.leadingTrivia.start
                silencings.append(Silencing(codes: codes, hasReason: hasReason, range: range,
                    scope: scope(of: range, isBehindCode: isBehindCode, next: token, tree)))
            }
        }
    }

    private func scope(of range: SourceRange, isBehindCode: Bool, next: Token, _ tree: SyntaxTree) -> SourceRange {
        if let inside = tree.declarations.first(where: { $0.range.start <= range.start && range.end <= $0.range.end }) { return inside.range }
        if isBehindCode {
            let line = tree.file.position(at: range.start).line
            let start = tree.file.lineStarts[line - 1]
            return SourceRange(file: range.file, start: start, end: range.end)
        }
        return tree.declarations.first { $0.range.start == next.range.start }?.range ?? next.range
    }

    /// The codes, whether a reason follows, and where in the line the comment stands; nil for other lines.
    private static func parse(_ line: String) -> (codes: [(code: DiagnosticCode?, text: String)], hasReason: Bool, offset: Int, length: Int)? {
        guard let hash = line.utf8.firstIndex(of: UInt8(ascii: "#")) else { return nil }
        let words = line[hash...].dropFirst().split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "," }).map(String.init)
        guard words.count >= 2, words[0] == "wary:", words[1] == "allow" else { return nil }
        let names = words.dropFirst(2).prefix { $0 != "because" }
        let hasReason = words.count > 2 + names.count + 1
        let offset = line.utf8.distance(from: line.utf8.startIndex, to: hash)
        let codes = names.map { (DiagnosticCode(rawValue: $0), $0) }
        return (codes.isEmpty ? [(nil, "")] : codes, hasReason, offset, line.utf8.count - offset - (line.hasSuffix("\r") ? 1 : 0))
    }
}

extension Silencer.Silencing {
    fileprivate func covers(_ diagnostic: Diagnostic) -> Bool {
        codes.contains { $0.code == diagnostic.code } && diagnostic.range.file == scope.file
            && diagnostic.range.start >= scope.start && diagnostic.range.start <= scope.end
    }
}
