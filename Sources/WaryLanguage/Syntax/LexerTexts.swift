/// Texts and regular expressions. Neither runs on over the end of its line, so that a missing quote costs one line.
extension Scanner {
    mutating func scanText() {
        let start = position
        position += 1
        var value: [UInt8] = []
        while let byte = peek(), byte != UInt8(ascii: "\n") {
            if byte == UInt8(ascii: "\"") {
                position += 1
                reportHidden(start, position, escaping: true)
                return emitText(value, from: start)
            }
            if byte == UInt8(ascii: "\\") {
                scanEscape(into: &value)
            } else {
                value.append(byte)
                position += 1
            }
        }
        endUnclosedText(start)
    }

    private mutating func emitText(_ value: [UInt8], from start: Int) {
        emit(.literal(.datum(.text(String(decoding: value, as: UTF8.self)))), from: start)
    }

    /// The text most likely ends before the brackets that end the line.
    private mutating func endUnclosedText(_ start: Int) {
        let trailing: [UInt8] = [" ", "\t", "\r", "{", "}", "]", ")", ","].map { UInt8(ascii: $0) }
        position = endOfLine(from: start)
        while position > start + 1, trailing.contains(bytes[position - 1]) { position -= 1 }
        let end = range(position, position)
        report(Diagnostic(.syntax, at: range(start, position), "this text is not closed", help: "a text ends with `\"` on the line it begins on",
                          fix: .init(range: end, text: "\"")))
        spoilLine(at: start)
        emitText(Array(bytes[(start + 1)..<position]), from: start)
    }

    private mutating func scanEscape(into value: inout [UInt8]) {
        let start = position
        position += 1
        guard let byte = peek(), byte != UInt8(ascii: "\n") else { return }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): value.append(byte)
        case UInt8(ascii: "n"): value.append(UInt8(ascii: "\n"))
        case UInt8(ascii: "t"): value.append(UInt8(ascii: "\t"))
        case UInt8(ascii: "u") where peek() == UInt8(ascii: "{"): scanScalarEscape(start, into: &value)
        default:
            while let next = peek(), next & 0xc0 == 0x80 { position += 1 }
            let written = text(start, position)
            report(.syntax, start, position, "`\(written)` is no escape", help: #"there are \" \\ \n \t and \u{…}"#, fix: "\\" + written)
            value += bytes[start..<position]
        }
    }

    /// `\u{1F512}`
    private mutating func scanScalarEscape(_ start: Int, into value: inout [UInt8]) {
        var end = position + 1
        while let byte = byte(at: end), byte.isHexByte { end += 1 }
        let digits = text(position + 1, end)
        let isClosed = byte(at: end) == UInt8(ascii: "}")
        position = isClosed ? end + 1 : end
        guard isClosed, digits.utf8.count <= 6, let number = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(number) else {
            return report(.syntax, start, position, "`\(text(start, position))` is no character", help: "write its code point: \\u{1F512}")
        }
        value += Array(String(Character(scalar)).utf8)
    }

    /// A text in quotes of another kind: `'…'`, `“…”`.
    mutating func scanForeignText(open: Unicode.Scalar, close: [Unicode.Scalar], length: Int) {
        let start = position
        let lineEnd = endOfLine(from: start)
        var index = start + length
        while index < lineEnd {
            let (scalar, width) = scalar(at: index)
            if close.contains(scalar) {
                let content = text(start + length, index)
                position = index + width
                let escaped = content.replacing("\\\"", with: "\"").replacing("\"", with: "\\\"")
                report(open.isASCII ? .syntax : .chars, start, position, "a text stands between `\"`, not between `\(open)` and `\(scalar)`",
                       fix: "\"\(escaped)\"")
                return emitText(Array(content.utf8), from: start)
            }
            index += width
        }
        position = start + length
        report(open.isASCII ? .syntax : .chars, start, position, "`\(open)` means nothing in a policy; a text stands between `\"`")
        spoilLine(at: start)
    }

    mutating func scanRegex() {
        let start = position
        let lineEnd = endOfLine(from: start)
        position += 1
        while position < lineEnd, bytes[position] != UInt8(ascii: "/") {
            position += bytes[position] == UInt8(ascii: "\\") && position + 1 < lineEnd ? 2 : 1
        }
        guard position < lineEnd else {
            position = lineEnd
            report(.syntax, start, position, "this regular expression is not closed", help: "it ends with `/` on the line it begins on")
            spoilLine(at: start)
            return emit(.invalid, from: start)
        }
        let pattern = text(start + 1, position)
        reportHidden(start + 1, position, escaping: false)
        position += 1
        let flags = scanFlags()
        emit(.regex(RegexLiteral(pattern: pattern, flags: flags, range: range(start, position))), from: start)
    }

    private mutating func scanFlags() -> String {
        var flags = ""
        while let byte = peek(), byte.isWordByte {
            let flag = Character(Unicode.Scalar(byte))
            position += 1
            if !"ixs".contains(flag) {
                report(.syntax, position - 1, position, "`\(flag)` is no flag of a regular expression", help: "there are i, x and s", fix: "")
            } else if flags.contains(flag) {
                report(.syntax, position - 1, position, "the flag `\(flag)` is given twice", fix: "")
            } else {
                flags.append(flag)
            }
        }
        return flags
    }
}
