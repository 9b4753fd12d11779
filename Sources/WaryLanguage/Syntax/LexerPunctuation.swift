/// Punctuation, and the operators of other languages that mean one of ours.
extension Scanner {
    private static let marks: [(text: StaticString, mark: Punctuation)] = [
        ("??", .fallback), ("..", .range), ("==", .equal), ("!=", .notEqual), ("<=", .lessOrEqual), (">=", .greaterOrEqual),
        ("{", .braceOpen), ("}", .braceClose), ("(", .parenthesisOpen), (")", .parenthesisClose),
        ("[", .bracketOpen), ("]", .bracketClose), (",", .comma), (":", .colon), (".", .dot), ("=", .assign),
        ("<", .less), (">", .greater), ("+", .plus), ("-", .minus), ("*", .star), ("/", .slash),
    ]

    /// Longest first: they are tried in this order, before the marks.
    private static let foreign: [(text: StaticString, kind: Token.Kind, ours: String)] = [
        ("!==", .punctuation(.notEqual), "!="), ("===", .punctuation(.equal), "=="), ("...", .punctuation(.range), ".."),
        ("&&", .keyword(.and), "and"), ("||", .keyword(.or), "or"), ("<>", .punctuation(.notEqual), "!="),
        ("=<", .punctuation(.lessOrEqual), "<="), ("=>", .punctuation(.greaterOrEqual), ">="),
        ("&", .keyword(.and), "and"), ("|", .keyword(.or), "or"),
    ]

    mutating func scanPunctuation() {
        let start = position
        for (text, kind, ours) in Self.foreign where stands(text) {
            position += text.utf8CodeUnitCount
            reportForeign(start, ours)
            return emit(kind, from: start)
        }
        for (text, mark) in Self.marks where stands(text) {
            position += text.utf8CodeUnitCount
            return emit(.punctuation(mark), from: start)
        }
        position += 1
        switch bytes[start] {
        case UInt8(ascii: "!"):
            reportForeign(start, "not")
            emit(.keyword(.not), from: start)
        case UInt8(ascii: ";"):
            report(.syntax, start, position, "`;` ends nothing here: clauses and declarations end by themselves", fix: "")
        case 0..<0x20, 0x7f:
            report(.chars, start, position, "a control character, \(codePoint(Unicode.Scalar(bytes[start]))), stands here", fix: "")
        default:
            report(.syntax, start, position, "`\(text(start, position))` means nothing in a policy")
            spoilLine(at: start)
        }
    }

    private func stands(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        return text.withUTF8Buffer { expected in
            (0..<count).allSatisfy { bytes[position + $0] == expected[$0] }
        }
    }

    /// A word in place of a mark needs a blank on either side.
    private mutating func reportForeign(_ start: Int, _ ours: String) {
        let isWord = ours.utf8.first?.isLetterByte == true
        let before = isWord && start > 0 && !(bytes[start - 1].isBlankByte || bytes[start - 1] == UInt8(ascii: "(")) ? " " : ""
        let after = isWord && byte(at: position).map { !$0.isBlankByte } == true ? " " : ""
        report(.syntax, start, position, "`\(text(start, position))` is written `\(ours)`", fix: before + ours + after)
    }
}
