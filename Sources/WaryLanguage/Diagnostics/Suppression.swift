import WaryVocabulary

/// A warning silenced where it stands: `# wary: allow W-country because the office is in one country`.
public struct Suppression: Sendable, Hashable {
    public var code: DiagnosticCode
    public var reason: String
    /// The comment.
    public var comment: SourceRange
    /// What it covers: on a line of its own, the declaration, clause or line that follows; after code, that line, and after
    /// the brace that opens a declaration the whole of it.
    public var scope: SourceRange

    /// Whether a diagnostic falls under it. Errors are never silenced.
    public func covers(_ diagnostic: Diagnostic) -> Bool {
        diagnostic.code == code && diagnostic.severity == .warning && diagnostic.range.file == scope.file
            && diagnostic.range.start >= scope.start && diagnostic.range.start < max(scope.end, scope.start + 1)
    }
}

/// The silencings of a policy's files.
public struct Suppressions: Sendable {
    public private(set) var all: [Suppression] = []
    /// What is wrong with the comments themselves.
    public private(set) var diagnostics: [Diagnostic] = []

    public init(_ trees: [SyntaxTree]) {
        for tree in trees {
            var reader = SuppressionReader(tree)
            reader.run()
            all += reader.suppressions
            diagnostics += reader.diagnostics
        }
    }

    /// The diagnostics that are not silenced, what is wrong with the silencings, and W-stale-allow for each that silences
    /// nothing, so far as its code is one of those `judged`: a check that has not been made proves no silencing stale.
    public func applied(to found: [Diagnostic], judged: Set<DiagnosticCode>) -> [Diagnostic] {
        var used: Set<Suppression> = []
        var kept = found.filter { diagnostic in
            let covering = all.filter { $0.covers(diagnostic) }
            used.formUnion(covering)
            return covering.isEmpty
        }
        kept += diagnostics
        kept += all.filter { !used.contains($0) && judged.contains($0.code) }.map { stale in
            Diagnostic(.staleAllow, at: stale.comment, "nothing here warns of \(stale.code.rawValue) any more", help: "take the comment out",
                       fix: .init(range: stale.comment, text: ""))
        }
        return kept
    }

    /// The codes that a check without coverage can find.
    public static let foundWithoutCoverage = Set(DiagnosticCode.allCases.filter { $0.severity == .warning && $0 != .untested })
}

/// Finds the comments that silence, and what each covers.
private struct SuppressionReader {
    let tree: SyntaxTree
    var suppressions: [Suppression] = []
    var diagnostics: [Diagnostic] = []
    /// Where the items begin that a comment above them covers, with the widest range that begins there.
    private var items: [Int: SourceRange] = [:]

    init(_ tree: SyntaxTree) {
        self.tree = tree
        for declaration in tree.declarations {
            for range in [declaration.range] + Self.inner(declaration) { items[range.start] = items[range.start] ?? range }
        }
    }

    private static func inner(_ declaration: Declaration) -> [SourceRange] {
        switch declaration {
        case .policy(let node): node.settings.map(\.range)
        case .rule(let node): node.clauses.map(\.range)
        case .decide(let node): node.lines.map(\.range)
        case .test(let node): node.items.map(\.range)
        case .include, .list, .input, .binding: []
        }
    }

    mutating func run() {
        for (index, token) in tree.tokens.enumerated() {
            for comment in comments(token.leadingTrivia) { read(comment, before: index) }
        }
    }

    private struct Comment {
        var text: String
        var range: SourceRange
        var isAfterCode: Bool
    }

    private func comments(_ trivia: SourceRange) -> [Comment] {
        guard trivia.end > trivia.start + 6 else { return [] }
        let view = tree.file.text.utf8
        let start = view.index(view.startIndex, offsetBy: trivia.start)
        var comments: [Comment] = []
        var offset = trivia.start
        let text = tree.file.text[start..<view.index(start, offsetBy: trivia.end - trivia.start)]
        for (number, line) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if let hash = line.firstIndex(of: UInt8(ascii: "#")) {
                let before = line.distance(from: line.startIndex, to: hash)
                let content = String(decoding: line[hash...], as: UTF8.self)
                comments.append(Comment(
                    text: content, range: SourceRange(file: trivia.file, start: offset + before, end: offset + line.count),
                    isAfterCode: number == 0 && trivia.start > 0))
            }
            offset += line.count + 1
        }
        return comments
    }

    private mutating func read(_ comment: Comment, before index: Int) {
        var words = comment.text.dropFirst().split(whereSeparator: \.isWhitespace).map(String.init)
        if words.first == "wary", words.count > 1, words[1].hasPrefix(":") {
            words.removeFirst()
            words[0] = "wary" + words[0]
        }
        guard words.first == "wary:" else { return }
        let usage = "as in: # wary: allow W-country because the shop sells in one country only"
        guard words.count > 1, words[1] == "allow" else {
            return report(comment, "a comment to wary says `allow`", help: usage)
        }
        guard words.count > 2, let code = DiagnosticCode(rawValue: words[2]) else {
            let known = DiagnosticCode.allCases.filter { $0.severity == .warning }.map(\.rawValue)
            let nearest = words.count > 2 ? Nearest.name(to: words[2], among: known) : nil
            return report(comment, words.count > 2 ? "there is no warning \(words[2])" : "a silencing names the code it silences",
                          help: nearest.map { "did you mean \($0)?" } ?? usage)
        }
        guard code.severity == .warning else { return report(comment, "\(code.rawValue) is an error; only warnings can be silenced") }
        guard words.count > 4, words[3] == "because" else {
            return report(comment, "a silencing gives its reason: write `because` and why", help: usage)
        }
        suppressions.append(Suppression(code: code, reason: words[4...].joined(separator: " "), comment: comment.range,
                                        scope: scope(of: comment, before: index)))
    }

    private mutating func report(_ comment: Comment, _ message: String, help: String? = nil) {
        diagnostics.append(Diagnostic(.syntax, at: comment.range, message, help: help))
    }

    private func scope(of comment: Comment, before index: Int) -> SourceRange {
        let tokens = tree.tokens
        guard comment.isAfterCode, index > 0 else {
            return items[tokens[index].range.start] ?? line(from: index)
        }
        let previous = tokens[index - 1]
        if previous.kind == .punctuation(.braceOpen),
           let whole = tree.declarations.first(where: { $0.range.start < previous.range.start && $0.range.end >= previous.range.end }),
           tree.file.lineIndex(at: whole.range.start) == tree.file.lineIndex(at: previous.range.start) {
            return whole.range
        }
        var first = index - 1
        while first > 0, !tokens[first].isFirstOnLine { first -= 1 }
        return tokens[first].range.through(previous.range)
    }

    /// From a token to the last one on its line.
    private func line(from index: Int) -> SourceRange {
        var last = index
        while last + 1 < tree.tokens.count, !tree.tokens[last + 1].isFirstOnLine { last += 1 }
        return tree.tokens[index].range.through(tree.tokens[last].range)
    }
}
