import WaryVocabulary

/// Makes a tree of a policy's text. It always succeeds: what is wrong is reported, and the rest is still understood.
///
/// Beyond the grammar it sees to what the grammar's comments ask of one rule or test: clauses given twice, a rule without
/// `when`, a test that tries no event or two. Whatever spans declarations is the checker's, and so are the parts that each
/// aggregate takes. Where a name could not be read, it is the empty text; where an expression could not, it is `missing`.
public enum Parser {
    /// The tree and what is wrong with the text, in the order of the text.
    public static func parse(_ file: SourceFile) -> (tree: SyntaxTree, diagnostics: [Diagnostic]) {
        var scanner = Scanner(file)
        scanner.run()
        var parser = TokenParser(file, scanner.tokens, spoiltLines: scanner.spoiltLines)
        let declarations = parser.declarations()
        let diagnostics = (scanner.diagnostics + parser.diagnostics).enumerated().sorted {
            ($0.element.range.start, $0.offset) < ($1.element.range.start, $1.offset)
        }
        return (SyntaxTree(file: file, tokens: scanner.tokens, declarations: declarations), diagnostics.map(\.element))
    }
}

/// The parser's state: the token it stands at, and what it has found.
struct TokenParser {
    let file: SourceFile
    let tokens: [Token]
    private let spoiltLines: Set<Int>
    private(set) var index = 0
    private(set) var diagnostics: [Diagnostic] = []
    /// The token that the last error was reported at: nothing more is said about it.
    private var reportedIndex = -1
    /// Set by an error, cleared where the parser finds its feet again. Meanwhile nothing unexpected is reported.
    var isRecovering = false
    /// How deep expressions nest here.
    var depth = 0
    /// `score` is a value in `decide` only.
    var allowsScore = false

    init(_ file: SourceFile, _ tokens: [Token], spoiltLines: Set<Int>) {
        self.file = file
        self.tokens = tokens
        self.spoiltLines = spoiltLines
    }

    // MARK: Looking

    var current: Token { tokens[index] }

    func peek(_ distance: Int) -> Token { tokens[min(index + distance, tokens.count - 1)] }

    var isAtEnd: Bool { current.kind == .end }

    func at(_ keyword: Keyword) -> Bool { current.kind == .keyword(keyword) }

    func at(_ mark: Punctuation) -> Bool { current.kind == .punctuation(mark) }

    var keyword: Keyword? { if case .keyword(let word) = current.kind { word } else { nil } }

    var isAtDeclaration: Bool { keyword.map(Keyword.declarations.contains) ?? false }

    /// The end of the token before.
    var previousEnd: SourceRange {
        let end = index > 0 ? tokens[index - 1].range.end : 0
        return SourceRange(file: file.id, start: end, end: end)
    }

    func written(_ range: SourceRange) -> String {
        let view = file.text.utf8
        let start = view.index(view.startIndex, offsetBy: range.start)
        return String(file.text[start..<view.index(start, offsetBy: range.end - range.start)])
    }

    // MARK: Moving

    /// Steps over a token; never beyond the end.
    @discardableResult
    mutating func advance() -> Token {
        let token = current
        if index < tokens.count - 1 { index += 1 }
        return token
    }

    mutating func take(_ keyword: Keyword) -> Bool {
        guard at(keyword) else { return false }
        advance()
        return true
    }

    mutating func take(_ mark: Punctuation) -> Bool {
        guard at(mark) else { return false }
        advance()
        return true
    }

    /// From a start to the end of the token before.
    func range(from start: SourceRange) -> SourceRange {
        SourceRange(file: file.id, start: start.start, end: max(start.end, previousEnd.end))
    }

    // MARK: Reporting

    /// Whether the lexer has reported something on this line that the parser would stumble over.
    func isSpoilt(_ range: SourceRange) -> Bool { !spoiltLines.isEmpty && spoiltLines.contains(file.lineIndex(at: range.start)) }

    /// Reports a mistake that the parser understands and steps over.
    mutating func report(_ code: DiagnosticCode, _ range: SourceRange, _ message: String, help: String? = nil,
                         fix: Diagnostic.Fix? = nil, labels: [Diagnostic.Label] = []) {
        guard !isSpoilt(range) else { return }
        diagnostics.append(Diagnostic(code, at: range, message, help: help, fix: fix, labels: labels))
    }

    mutating func report(_ code: DiagnosticCode, _ range: SourceRange, _ message: String, help: String? = nil, replaceBy text: String) {
        report(code, range, message, help: help, fix: .init(range: range, text: text))
    }

    /// Reports that something else was expected here; once a token, and not where the lexer has spoken already.
    mutating func expected(_ what: String, at place: SourceRange? = nil, help: String? = nil, fix: Diagnostic.Fix? = nil,
                           labels: [Diagnostic.Label] = []) {
        defer {
            reportedIndex = index
            isRecovering = true
        }
        guard reportedIndex != index, current.kind != .invalid else { return }
        report(.syntax, place ?? placeOfMissing, "expected \(what), found \(description(of: current))", help: help, fix: fix, labels: labels)
    }

    /// What is missing at the end of a line is missing there, not at the start of the next.
    var placeOfMissing: SourceRange {
        current.isFirstOnLine || isAtEnd ? previousEnd : current.range
    }

    func insertion(_ text: String) -> Diagnostic.Fix { .init(range: previousEnd, text: text) }

    func description(of token: Token) -> String {
        switch token.kind {
        case .end: "the end of the file"
        case .keyword: "the keyword `\(written(token.range))`"
        case .literal(.datum(.text)): "the text \(excerpt(token.range))"
        case .regex: "a regular expression"
        default: "`\(excerpt(token.range))`"
        }
    }

    private func excerpt(_ range: SourceRange) -> String {
        let text = written(range)
        return text.count > 40 ? text.prefix(39) + "…" : text
    }

    /// The word among these that a misspelt one was most likely meant for. Short words are near to everything.
    func nearest(_ word: String, among keywords: [Keyword]) -> Keyword? {
        guard word.utf8.count >= 3 else { return nil }
        return Nearest.name(to: word, among: keywords.map(\.rawValue)).flatMap(Keyword.init)
    }
}
