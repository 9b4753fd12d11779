/// Collects lines of code with the comments that follow them, and aligns those of neighbouring lines that are indented alike.
struct LineWriter {
    private var lines: [(code: String, comment: String?)] = [("", nil)]

    /// The column that the next text comes to stand in.
    var column: Int { width(lines[lines.count - 1].code) }

    mutating func write(_ text: String) { lines[lines.count - 1].code += text }

    /// Fills up with blanks to a column.
    mutating func pad(to column: Int) { write(String(repeating: " ", count: max(0, column - self.column))) }

    /// A comment after what stands on the line; nothing more may stand there.
    mutating func comment(_ text: String) {
        if let earlier = lines[lines.count - 1].comment {
            lines[lines.count - 1].comment = earlier + " " + text
        } else {
            lines[lines.count - 1].comment = text
        }
    }

    var hasComment: Bool { lines[lines.count - 1].comment != nil }

    mutating func newLine(indent: Int) {
        lines.append((String(repeating: " ", count: indent), nil))
    }

    /// A blank line, unless there is one already or nothing stands before.
    mutating func blankLine() {
        if !isBlank(lines.count - 1) { newLine(indent: 0) }
    }

    private func isBlank(_ index: Int) -> Bool { lines[index].comment == nil && isIndent(lines[index].code) }

    private func isIndent(_ code: String) -> Bool { code.utf8.allSatisfy { $0 == UInt8(ascii: " ") } }

    private func indent(of code: String) -> Int { code.utf8.prefix { $0 == UInt8(ascii: " ") }.count }

    /// The text, with one line break at its end.
    func text() -> String {
        var result: [String] = []
        var index = 0
        while index < lines.count {
            var end = index
            while end < lines.count, lines[end].comment != nil, !isIndent(lines[end].code),
                  indent(of: lines[end].code) == indent(of: lines[index].code) { end += 1 }
            if end > index {
                let column = commentColumn(after: lines[index..<end].map { width($0.code) }.max() ?? 0)
                for line in lines[index..<end] {
                    result.append(line.code + String(repeating: " ", count: column - width(line.code)) + (line.comment ?? ""))
                }
                index = end
            } else {
                var line = lines[index].code + (lines[index].comment ?? "")
                while line.last == " " { line.removeLast() }
                result.append(line)
                index += 1
            }
        }
        while result.last == "" { result.removeLast() }
        return result.isEmpty ? "" : result.joined(separator: "\n") + "\n"
    }

    /// Where comments stand after code of this width: column 32, or the next multiple of four that leaves two blanks.
    private func commentColumn(after width: Int) -> Int { max(32, (width + 5) / 4 * 4) }

    private func width(_ text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + displayWidth($1) } }
}
