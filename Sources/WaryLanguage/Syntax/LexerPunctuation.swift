/// Punctuation, and the operators of other languages that mean one of ours.
extension Scanner {
    private struct Mark {
        var bytes: [UInt8]
        var kind: Token.Kind
        /// For one of another language: what it means here.
        var ours: String?
    }

    /// By their first byte, and there the longest first.
    private static let marks: [[Mark]] = {
        let foreign: [(String, Token.Kind, String)] = [
            ("!==", .punctuation(.notEqual), "!="), ("===", .punctuation(.equal), "=="), ("...", .punctuation(.range), ".."),
            ("&&", .keyword(.and), "and"), ("||", .keyword(.or), "or"), ("<>", .punctuation(.notEqual), "!="),
            ("=<", .punctuation(.lessOrEqual), "<="), ("=>", .punctuation(.greaterOrEqual), ">="),
            ("&", .keyword(.and), "and"), ("|", .keyword(.or), "or"), ("!", .keyword(.not), "not"),
        ]
        let all = Punctuation.allCases.map { Mark(bytes: Array($0.rawValue.utf8), kind: .punctuation($0), ours: nil) }
            + foreign.map { Mark(bytes: Array($0.0.utf8), kind: $0.1, ours: $0.2) }
        var table = [[Mark]](repeating: [], count: 128)
        for mark in all.sorted(by: { $0.bytes.count > $1.bytes.count }) { table[Int(mark.bytes[0])].append(mark) }
        return table
    }()

    mutating func scanPunctuation() {
        let start = position
        for mark in Self.marks[Int(bytes[start] & 0x7f)] where stands(mark.bytes) {
            position += mark.bytes.count
            if let ours = mark.ours { reportForeign(start, ours) }
            return emit(mark.kind, from: start)
        }
        position += 1
        switch bytes[start] {
        case UInt8(ascii: ";"):
            report(.syntax, start, position, "`;` ends nothing here: clauses and declarations end by themselves", fix: "")
        case 0..<0x20, 0x7f:
            report(.chars, start, position, "a control character, \(codePoint(Unicode.Scalar(bytes[start]))), stands here", fix: "")
        default:
            report(.syntax, start, position, "`\(text(start, position))` means nothing in a policy")
            spoilLine(at: start)
        }
    }

    private func stands(_ mark: [UInt8]) -> Bool {
        guard position + mark.count <= bytes.count else { return false }
        for offset in mark.indices where bytes[position + offset] != mark[offset] { return false }
        return true
    }

    /// A word in place of a mark needs a blank on either side.
    private mutating func reportForeign(_ start: Int, _ ours: String) {
        let isWord = ours.utf8.first?.isLetterByte == true
        let before = isWord && start > 0 && !(bytes[start - 1].isBlankByte || bytes[start - 1] == UInt8(ascii: "(")) ? " " : ""
        let after = isWord && byte(at: position).map { !$0.isBlankByte } == true ? " " : ""
        report(.syntax, start, position, "`\(text(start, position))` is written `\(ours)`", fix: before + ours + after)
    }
}
