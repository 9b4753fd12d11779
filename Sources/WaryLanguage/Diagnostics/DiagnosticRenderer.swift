/// Writes diagnostics for people, for editors (one line each) and for programs.
public struct DiagnosticRenderer: Sendable {
    private let files: [SourceFile.ID: SourceFile]
    /// Whether the human form is coloured by ANSI sequences.
    public var usesColour: Bool

    /// `files` are those that the diagnostics' ranges lie in.
    public init(files: [SourceFile], usesColour: Bool = false) {
        self.files = Dictionary(files.map { ($0.id, $0) }) { first, _ in first }
        self.usesColour = usesColour
    }

    /// Where a range begins and ends, 1-based; line 1, column 1 of an unnamed file where the file is not known.
    func place(of range: SourceRange) -> Place {
        guard let file = files[range.file] else { return Place(path: "", line: 1, column: 1, endLine: 1, endColumn: 1) }
        let start = file.position(at: range.start), end = file.position(at: range.end)
        return Place(path: file.path, line: start.line, column: start.column, endLine: end.line, endColumn: end.column)
    }

    struct Place: Equatable {
        var path: String
        var line: Int
        var column: Int
        var endLine: Int
        var endColumn: Int
    }

    // MARK: One line

    /// `Policies/login.wary:12:9: error[E-unit]: …`, one line each.
    public func short(_ diagnostics: [Diagnostic]) -> String {
        diagnostics.map { short($0) + "\n" }.joined()
    }

    public func short(_ diagnostic: Diagnostic) -> String {
        let place = place(of: diagnostic.range)
        return "\(visible(place.path)):\(place.line):\(place.column): \(diagnostic.severity)[\(diagnostic.code.rawValue)]: \(visible(diagnostic.message))"
    }

    // MARK: For programs

    /// An array of objects, one a line; positions are 1-based, columns count Unicode scalars.
    public func json(_ diagnostics: [Diagnostic]) -> String {
        diagnostics.isEmpty ? "[]\n" : "[\n" + diagnostics.map { "  " + json($0) }.joined(separator: ",\n") + "\n]\n"
    }

    private func json(_ diagnostic: Diagnostic) -> String {
        let place = place(of: diagnostic.range)
        let fix = diagnostic.fix.map { fix in
            let place = self.place(of: fix.range)
            return "{\(span(place)),\"text\":\(jsonText(fix.text))}"
        }
        return "{\"file\":\(jsonText(place.path)),\(span(place)),\"severity\":\"\(diagnostic.severity)\",\"code\":\"\(diagnostic.code.rawValue)\","
            + "\"message\":\(jsonText(diagnostic.message)),\"help\":\(diagnostic.help.map(jsonText) ?? "null"),\"fix\":\(fix ?? "null")}"
    }

    private func span(_ place: Place) -> String {
        "\"line\":\(place.line),\"column\":\(place.column),\"end_line\":\(place.endLine),\"end_column\":\(place.endColumn)"
    }

    // MARK: For people

    /// Each with its place, an excerpt of the source, help and fix; a blank line between.
    public func human(_ diagnostics: [Diagnostic]) -> String {
        diagnostics.map(human).joined(separator: "\n")
    }

    public func human(_ diagnostic: Diagnostic) -> String {
        let place = place(of: diagnostic.range)
        let kind = "\(diagnostic.severity)[\(diagnostic.code.rawValue)]"
        let style: Style = diagnostic.severity == .error ? .error : .warning
        var text = paint("\(visible(place.path)):\(place.line):\(place.column): ", .strong) + paint(kind, style)
            + paint(": \(visible(diagnostic.message))", .strong) + "\n"
        guard let file = files[diagnostic.range.file] else { return text }

        var marks = Excerpt.marks(of: diagnostic.range, in: file, sign: "^", style: style, label: nil)
        for label in diagnostic.labels where label.range.file == file.id {
            marks += Excerpt.marks(of: label.range, in: file, sign: "-", style: .note, label: label.text)
        }
        var gutter = String(place.endLine).count
        let mended = diagnostic.fix.flatMap { mendedLine($0) }
        gutter = max(gutter, marks.map { String($0.line).count }.max() ?? 1)
        let excerpt = Excerpt(renderer: self, gutter: gutter)
        text += excerpt.text(file, marks)
        for label in diagnostic.labels where label.range.file != file.id {
            let other = self.place(of: label.range)
            text += paint(String(repeating: " ", count: gutter) + " = ", .frame)
                + "\(visible(other.path)):\(other.line):\(other.column): \(visible(label.text))\n"
        }
        if let help = diagnostic.help { text += excerpt.remark("help", help) }
        if let fix = diagnostic.fix {
            if let mended {
                text += excerpt.remark("fix", description(of: fix)) + excerpt.mended(mended)
            } else {
                text += excerpt.remark("fix", description(of: fix))
            }
        }
        return text
    }

    private func description(of fix: Diagnostic.Fix) -> String {
        if fix.text.isEmpty { return "delete this" }
        let text = "`\(fix.text.replacing("\n", with: "⏎"))`"
        return (fix.range.end == fix.range.start ? "insert " : "write ") + text
    }

    /// The line as it reads once mended, and the new text's columns in it; nil where more than one line changes.
    private func mendedLine(_ fix: Diagnostic.Fix) -> (line: Int, text: String, changed: Range<Int>)? {
        guard let file = files[fix.range.file], !fix.text.contains("\n") else { return nil }
        let place = place(of: fix.range)
        guard place.line == place.endLine else { return nil }
        let scalars = Array(file.line(place.line).unicodeScalars)
        guard place.endColumn - 1 <= scalars.count else { return nil }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[..<(place.column - 1)])
        text.append(contentsOf: fix.text.unicodeScalars)
        text.append(contentsOf: scalars[(place.endColumn - 1)...])
        let start = place.column - 1
        return (place.line, String(text), start..<(start + fix.text.unicodeScalars.count))
    }

    // MARK: Colour

    enum Style: String {
        case error = "1;31", warning = "1;33", note = "1;36", frame = "34", strong = "1", mend = "32"
    }

    func paint(_ text: String, _ style: Style) -> String {
        usesColour && !text.isEmpty ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
    }
}
