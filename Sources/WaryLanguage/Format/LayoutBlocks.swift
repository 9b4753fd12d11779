import WaryVocabulary

/// Blocks, item by item.
extension Layout {
    enum Alignment {
        /// After the first token of each item.
        case keyword
        case none
    }

    /// `header {`, the items one a line, `}`.
    mutating func writeBlock(_ block: SourceRange, _ items: [SourceRange], _ alignment: Alignment) {
        writeHeader(block)
        let column = Self.indent + 1 + (items.compactMap { item in
            let start = index(at: item)
            return end(of: item) > start + 1 ? width(of: start..<(start + 1)) : nil
        }.max() ?? 0)
        for (position, item) in items.enumerated() {
            let start = index(at: item), end = end(of: item)
            begin(start, indent: Self.indent, isFirst: position == 0)
            guard alignment == .keyword, end > start + 1 else {
                writeTokens(start..<end, Context(indent: Self.indent, continuation: 2 * Self.indent))
                continue
            }
            writeTokens(start..<(start + 1), Context(indent: Self.indent, continuation: column))
            if trivia(start + 1).comments.isEmpty { writer.pad(to: column) }
            writeTokens((start + 1)..<end, Context(indent: Self.indent, continuation: column, isAtColumn: true))
        }
        writeClosing(block)
    }

    /// The outcomes, and what they depend on in a column of its own.
    mutating func writeDecision(_ decide: DecideDeclaration) {
        writeHeader(decide.range)
        let conditions = decide.lines.map { line in
            let end = end(of: line.outcome.range)
            return end
        }
        let widest = zip(decide.lines, conditions).map { width(of: index(at: $0.range)..<$1) }.max() ?? 0
        let column = Self.indent + widest + 1
        for (position, (line, condition)) in zip(decide.lines, conditions).enumerated() {
            let start = index(at: line.range)
            begin(start, indent: Self.indent, isFirst: position == 0)
            writeTokens(start..<condition, Context(indent: Self.indent, continuation: 2 * Self.indent))
            if trivia(condition).comments.isEmpty { writer.pad(to: column) }
            var context = Context(indent: Self.indent, continuation: column + 5, isAtColumn: true)
            context.isInDecide = true
            writeTokens(condition..<end(of: line.range), context)
        }
        writeClosing(decide.range)
    }

    mutating func writeTest(_ test: TestDeclaration) {
        writeHeader(test.range)
        for (position, entry) in test.items.enumerated() {
            let start = index(at: entry.range), end = end(of: entry.range)
            begin(start, indent: Self.indent, isFirst: position == 0)
            let context = Context(indent: Self.indent, continuation: 2 * Self.indent)
            if let fields = fields(of: entry.item) {
                let open = index(at: fields.range)
                writeTokens(start..<open, context)
                writeFields(fields, context)
            } else {
                writeTokens(start..<end, context)
            }
        }
        writeClosing(test.range)
    }

    private func fields(of item: TestDeclaration.Item) -> FieldsSyntax? {
        switch item {
        case .event(_, let fields), .history(.ago(_, _, let fields)), .history(.repeated(_, _, _, let fields)): fields
        case .at, .historyUnavailable, .expect: nil
        }
    }

    /// On one line, unless the author broke them: then one a line, with the values aligned.
    private mutating func writeFields(_ fields: FieldsSyntax, _ context: Context) {
        let open = index(at: fields.range), close = end(of: fields.range) - 1
        writeGap(before: open, context)
        var plain = context
        plain.isInFields = true
        let isBroken = ((open + 1)...max(open + 1, close)).contains { trivia($0).breaksLine }
        guard isBroken, !fields.fields.isEmpty else {
            return writeTokens(open..<(close + 1), plain, isGapWritten: true)
        }
        writer.write("{")
        let inner = context.indent + Self.indent
        let widest = fields.fields.map { width(of: index(at: $0.range)..<(index(at: $0.range) + 1)) }.max() ?? 0
        for (position, field) in fields.fields.enumerated() {
            let start = index(at: field.range)
            begin(start, indent: inner, isFirst: position == 0)
            var inField = Context(indent: inner, continuation: inner + Self.indent)
            inField.isInFields = true
            writeTokens(start..<(start + 1), inField)
            if trivia(start + 1).comments.isEmpty { writer.pad(to: inner + widest + 1) }
            inField.isAtColumn = true
            writeTokens((start + 1)..<end(of: field.range), inField)
        }
        writeComments(before: close, indent: inner, isFirst: false, needsBlank: false, isLast: true)
        writer.newLine(indent: context.indent)
        writer.write("}")
    }

    /// Up to and with the opening brace.
    private mutating func writeHeader(_ block: SourceRange) {
        let start = index(at: block)
        var open = start
        while open < tokens.count - 1, tokens[open].kind != .punctuation(.braceOpen) { open += 1 }
        writeTokens(start..<(open + 1), Context(indent: 0, continuation: Self.indent))
    }

    private mutating func writeClosing(_ block: SourceRange) {
        let close = end(of: block) - 1
        let isEmpty = close > 0 && tokens[close - 1].kind == .punctuation(.braceOpen)
        writeComments(before: close, indent: Self.indent, isFirst: isEmpty, needsBlank: false, isLast: true)
        writer.newLine(indent: 0)
        writer.write("}")
    }
}
