/// Characters beyond ASCII that stand outside names, texts and comments; and those that hide within.
extension Scanner {
    /// The scalar at an offset and how many bytes it takes; U+FFFD and 1 where the bytes are no scalar.
    func scalar(at index: Int) -> (Unicode.Scalar, length: Int) {
        let first = bytes[index]
        let length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0
        guard length > 0, index + length <= bytes.count else { return ("\u{FFFD}", 1) }
        guard length > 1 else { return (Unicode.Scalar(first), 1) }
        var value = UInt32(first) & (0x7f >> UInt32(length))
        for offset in 1..<length { value = value << 6 | UInt32(bytes[index + offset] & 0x3f) }
        return Unicode.Scalar(value).map { ($0, length) } ?? ("\u{FFFD}", 1)
    }

    mutating func scanNonASCII() {
        let start = position
        let (scalar, length) = scalar(at: position)
        if let close = Characters.quotes[scalar] {
            return scanForeignText(open: scalar, close: close, length: length)
        }
        if scalar.properties.isAlphabetic { return scanWord() }
        position += length
        if Characters.isBlank(scalar) {
            report(.chars, start, position, "a blank that is no space, \(codePoint(scalar)), stands here", fix: " ")
        } else if scalar == "\u{2028}" || scalar == "\u{2029}" || scalar == "\u{85}" {
            report(.chars, start, position, "a line break that most programs do not show, \(codePoint(scalar)), stands here", fix: "\n")
        } else if Characters.isInvisible(scalar) || scalar.properties.generalCategory == .control {
            let kind = Characters.isBidirectional(scalar) ? "a character that turns the direction of the text" : "an invisible character"
            report(.chars, start, position, "\(kind), \(codePoint(scalar)), stands here", fix: "")
        } else if let (ours, isLookalike) = Characters.marks[scalar] {
            let message = isLookalike ? "`\(scalar)` (\(codePoint(scalar))) only looks like `\(ours)`" : "`\(scalar)` is written `\(ours)`"
            report(isLookalike ? .chars : .syntax, start, position, message, fix: ours)
            emitMeant(ours, from: start)
        } else {
            report(.syntax, start, position, "`\(scalar)` (\(codePoint(scalar))) means nothing in a policy")
            spoilLine(at: start)
        }
    }

    private mutating func emitMeant(_ ours: String, from start: Int) {
        if let mark = Punctuation(rawValue: ours) {
            emit(.punctuation(mark), from: start)
        } else if let keyword = Keyword(rawValue: ours) {
            emit(.keyword(keyword), from: start)
        } else {
            spoilLine(at: start)
        }
    }

    /// Reports what turns the direction of a text or comment: once, with a mend for all of it.
    mutating func reportHidden(_ start: Int, _ end: Int, escaping: Bool) {
        // Each such character begins with one of these bytes.
        guard bytes[start..<end].contains(where: { $0 == 0xe2 || $0 == 0xd8 }) else { return }
        var mended = ""
        var first: (scalar: Unicode.Scalar, at: Int, length: Int)?
        var index = start
        while index < end {
            let (scalar, length) = scalar(at: index)
            if Characters.isBidirectional(scalar) {
                first = first ?? (scalar, index, length)
                if escaping { mended += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" }
            } else {
                mended.unicodeScalars.append(scalar)
            }
            index += length
        }
        guard let first else { return }
        report(Diagnostic(
            .chars, at: range(first.at, first.at + first.length),
            "a character that turns the direction of the text, \(codePoint(first.scalar)), hides here",
            help: escaping ? "where it is meant, write it as an escape" : "what stands after it reads otherwise than it is",
            fix: .init(range: range(start, end), text: mended)))
    }
}
