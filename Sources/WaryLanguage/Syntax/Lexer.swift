import WaryVocabulary

/// Splits a policy's text into tokens. Any text will do: what is no token is reported and passed over.
public enum Lexer {
    /// The tokens, the last of which is the end; with the blanks and comments before them they tile the text.
    public static func tokens(of file: SourceFile) -> [Token] {
        var scanner = Scanner(file)
        scanner.run()
        return scanner.tokens
    }
}

/// The lexer's state: where it stands, and what it has found.
struct Scanner {
    let file: SourceFile
    let bytes: [UInt8]
    var position = 0
    private(set) var tokens: [Token] = []
    private(set) var diagnostics: [Diagnostic] = []
    /// The lines (0-based) that could not be read as they were meant: what the parser finds there is most likely a
    /// consequence, and is not reported.
    private(set) var spoiltLines: Set<Int> = []

    private var triviaStart = 0
    private var lineHasToken = false
    /// Only after `matches` does a slash begin a regular expression.
    private var expectsRegex = false

    init(_ file: SourceFile) {
        self.file = file
        bytes = Array(file.text.utf8)
    }

    mutating func run() {
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
        while position < bytes.count {
            let before = position
            scanOne()
            if position <= before { position = before + 1 }
        }
        emit(.end, from: bytes.count)
    }

    private mutating func scanOne() {
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
            position += 1
        case UInt8(ascii: "\n"):
            position += 1
            lineHasToken = false
        case UInt8(ascii: "#"):
            scanComment()
        case UInt8(ascii: "\""):
            scanText()
        case UInt8(ascii: "'"):
            scanForeignText(open: "'", close: ["'"], length: 1)
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            if !scanAddress() { scanNumber() }
        case UInt8(ascii: ":") where peek(1) == UInt8(ascii: ":"):
            if !scanAddress() { scanPunctuation() }
        case UInt8(ascii: "/") where expectsRegex:
            scanRegex()
        case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
            report(.syntax, position, position + 2, "a comment begins with `#`, not with `//`", fix: "#")
            scanComment()
        case _ where byte.isWordByte:
            if !scanAddress() { scanWord() }
        case 0x80...:
            scanNonASCII()
        default:
            scanPunctuation()
        }
    }

    // MARK: What the parts share

    func peek(_ distance: Int = 0) -> UInt8? {
        let index = position + distance
        return index < bytes.count ? bytes[index] : nil
    }

    func byte(at index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

    func text(_ start: Int, _ end: Int) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }

    /// The offset of the next line break, or the end.
    func endOfLine(from start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
        if index > start, index < bytes.count, bytes[index - 1] == UInt8(ascii: "\r") { index -= 1 }
        return index
    }

    func range(_ start: Int, _ end: Int) -> SourceRange { SourceRange(file: file.id, start: start, end: end) }

    /// Adds a token that begins at `start` and ends where the scanner stands.
    mutating func emit(_ kind: Token.Kind, from start: Int) {
        tokens.append(Token(kind: kind, range: range(start, position), leadingTrivia: range(triviaStart, start),
                            isFirstOnLine: !lineHasToken))
        triviaStart = position
        lineHasToken = true
        expectsRegex = kind == .keyword(.matches)
    }

    mutating func report(_ code: DiagnosticCode, _ start: Int, _ end: Int, _ message: String, help: String? = nil,
                         fix: String? = nil) {
        let range = range(start, end)
        diagnostics.append(Diagnostic(code, at: range, message, help: help, fix: fix.map { .init(range: range, text: $0) }))
    }

    mutating func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

    mutating func spoilLine(at offset: Int) { spoiltLines.insert(file.lineIndex(at: offset)) }

    private mutating func scanComment() {
        let start = position
        position = endOfLine(from: position)
        reportHidden(start, position, escaping: false)
    }
}

extension UInt8 {
    /// ASCII letters, digits and the underscore.
    var isWordByte: Bool { isLetterByte || isDigitByte || self == UInt8(ascii: "_") }
    var isLetterByte: Bool { (97...122).contains(self | 0x20) }
    var isDigitByte: Bool { (48...57).contains(self) }
    var isHexByte: Bool { isDigitByte || (97...102).contains(self | 0x20) }
    var isBlankByte: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}
