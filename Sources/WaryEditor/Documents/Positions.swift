import WaryLanguage

/// Positions as editors count them: lines and UTF-16 code units from 0.
extension SourceFile {
    /// The UTF-8 offset; positions beyond a line's end or the text's give that end.
    func offset(_ position: JSON) -> Int {
        let line = max(0, position["line"].int ?? 0), character = max(0, position["character"].int ?? 0)
        guard line < lineStarts.count else { return text.utf8.count }
        var offset = lineStarts[line], units = 0
        for scalar in self.line(line + 1).unicodeScalars {
            guard units < character else { break }
            units += UTF16.width(scalar)
            offset += UTF8.width(scalar)
        }
        return offset
    }

    func position(atOffset offset: Int) -> JSON {
        let bounded = min(max(0, offset), text.utf8.count)
        let line = lineIndex(at: bounded)
        let view = text.utf8
        let start = view.index(view.startIndex, offsetBy: lineStarts[line])
        let end = view.index(view.startIndex, offsetBy: bounded)
        let units = text[start..<end].unicodeScalars.reduce(0) { $0 + UTF16.width($1) }
        return ["line": .int(line), "character": .int(units)]
    }

    func range(_ range: SourceRange) -> JSON {
        ["start": position(atOffset: range.start), "end": position(atOffset: range.end)]
    }

    /// All of the text.
    var whole: JSON { ["start": ["line": 0, "character": 0], "end": position(atOffset: text.utf8.count)] }
}
