/// The lines of source that a diagnostic is about, with what is meant underlined.
struct Excerpt {
    let renderer: DiagnosticRenderer
    /// Columns that line numbers take.
    let gutter: Int

    /// Part of one line; columns are 0-based and count scalars.
    struct Mark {
        var line: Int
        var columns: Range<Int>
        var sign: Character
        var style: DiagnosticRenderer.Style
        var label: String?
    }

    /// Lines wider than this are cut around what is marked.
    private static let widest = 140

    /// A mark for the first line of a range, and one for its last where that is another.
    static func marks(of range: SourceRange, in file: SourceFile, sign: Character, style: DiagnosticRenderer.Style, label: String?) -> [Mark] {
        let start = file.position(at: range.start), end = file.position(at: range.end)
        func length(_ line: Int) -> Int { file.line(line).unicodeScalars.count }
        guard start.line != end.line else {
            return [Mark(line: start.line, columns: (start.column - 1)..<(end.column - 1), sign: sign, style: style, label: label)]
        }
        let first = Mark(line: start.line, columns: (start.column - 1)..<max(start.column - 1, length(start.line)), sign: sign, style: style, label: nil)
        let indent = file.line(end.line).unicodeScalars.prefix { $0 == " " || $0 == "\t" }.count
        let last = Mark(line: end.line, columns: min(indent, end.column - 1)..<(end.column - 1), sign: sign, style: style, label: label)
        return [first, last]
    }

    func text(_ file: SourceFile, _ marks: [Mark]) -> String {
        var text = blankGutter + "\n"
        var previous: Int?
        for line in Set(marks.map(\.line)).sorted() {
            if let previous, line > previous + 1 {
                text += line == previous + 2 ? numbered(previous + 1, Shown(file.line(previous + 1)).text) : renderer.paint("…", .frame) + "\n"
            }
            previous = line
            let here = marks.filter { $0.line == line }.sorted { $0.columns.lowerBound < $1.columns.lowerBound }
            var shown = Shown(file.line(line))
            shown.cut(around: here.first?.columns ?? 0..<0, to: Self.widest)
            text += numbered(line, shown.text)
            for mark in here {
                let (indent, width) = shown.place(of: mark.columns)
                let underline = String(repeating: mark.sign, count: max(1, width)) + (mark.label.map { " " + $0 } ?? "")
                text += blankGutter + " " + String(repeating: " ", count: indent) + renderer.paint(underline, mark.style) + "\n"
            }
        }
        return text
    }

    func mended(_ line: (line: Int, text: String, changed: Range<Int>)) -> String {
        var shown = Shown(line.text[...])
        shown.cut(around: line.changed, to: Self.widest)
        var text = numbered(line.line, shown.text)
        let (indent, width) = shown.place(of: line.changed)
        if width > 0 {
            text += blankGutter + " " + String(repeating: " ", count: indent) + renderer.paint(String(repeating: "+", count: width), .mend) + "\n"
        }
        return text
    }

    func remark(_ word: String, _ text: String) -> String {
        renderer.paint(String(repeating: " ", count: gutter) + " = ", .frame) + renderer.paint(word, .strong) + ": \(visible(text))\n"
    }

    private var blankGutter: String { renderer.paint(String(repeating: " ", count: gutter) + " |", .frame) }

    private func numbered(_ line: Int, _ text: String) -> String {
        let number = String(line)
        let padded = String(repeating: " ", count: max(0, gutter - number.count)) + number
        return renderer.paint(padded + " |", .frame) + (text.isEmpty ? "" : " " + text) + "\n"
    }

    /// A line as a terminal shows it: tabs opened out, what hides made visible.
    struct Shown {
        private(set) var pieces: [(text: String, width: Int)]
        private var hidden = 0

        init(_ line: Substring) {
            var column = 0
            pieces = []
            for scalar in line.unicodeScalars {
                let piece: (text: String, width: Int)
                if scalar == "\t" {
                    let width = 4 - column % 4
                    piece = (String(repeating: " ", count: width), width)
                } else {
                    let text = visible(scalar)
                    piece = (text, text.unicodeScalars.reduce(0) { $0 + displayWidth($1) })
                }
                column += piece.width
                pieces.append(piece)
            }
            while pieces.last?.text.allSatisfy(\.isWhitespace) == true { pieces.removeLast() }
        }

        var text: String { (hidden > 0 ? "…" : "") + pieces.map(\.text).joined() }

        /// Leaves what is wider than `limit` out on both sides of the columns.
        mutating func cut(around columns: Range<Int>, to limit: Int) {
            let before = max(0, min(columns.lowerBound, pieces.count) - limit / 2)
            guard pieces.count > limit else { return }
            let end = min(pieces.count, max(before + limit, min(columns.upperBound, before + 2 * limit)))
            let isCut = end < pieces.count
            pieces = Array(pieces[before..<end])
            if isCut { pieces.append(("…", 1)) }
            hidden = before
        }

        func place(of columns: Range<Int>) -> (indent: Int, width: Int) {
            let start = max(0, columns.lowerBound - hidden), end = max(start, columns.upperBound - hidden)
            let indent = pieces.prefix(start).reduce(hidden > 0 ? 1 : 0) { $0 + $1.width } + max(0, start - pieces.count)
            let width = pieces.prefix(end).dropFirst(start).reduce(0) { $0 + $1.width }
            return (indent, width)
        }
    }
}
