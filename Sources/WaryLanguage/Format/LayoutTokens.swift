import WaryVocabulary

/// The tokens of one item, and what stands between them.
extension Layout {
    struct Context {
        /// Where the item begins.
        var indent: Int
        /// Where a line begins that goes on with it.
        var continuation: Int
        /// The first token has been brought to its column: no gap is needed.
        var isAtColumn = false
        /// `score` is a value there.
        var isInDecide = false
        /// A value after a name there begins with its sign.
        var isInFields = false
    }

    /// Writes tokens with the gaps between them, the gap before the first included.
    mutating func writeTokens(_ range: Range<Int>, _ context: Context, isGapWritten: Bool = false) {
        var index = range.lowerBound
        while index < range.upperBound {
            let isFirst = index == range.lowerBound
            if isFirst, isGapWritten || context.isAtColumn && trivia(index).comments.isEmpty {
                // It stands where it should.
            } else if !isFirst || writer.column > context.indent {
                writeGap(before: index, context)
            }
            if tokens[index].kind == .punctuation(.bracketOpen), let close = close(of: index), close < range.upperBound,
               isBroken(index, close) {
                writeBrokenSet(index, close, context)
                index = close + 1
            } else if tokens[index].kind == .punctuation(.comma), index + 1 < range.upperBound,
                      tokens[index + 1].kind == .punctuation(.bracketClose) {
                // On one line no comma ends a set; a comment after it does not come here.
                index += 1
            } else {
                writer.write(tokens[index].written(in: tree.file))
                index += 1
            }
        }
    }

    /// A blank, nothing, a kept line break, or the comments that stand here.
    mutating func writeGap(before index: Int, _ context: Context) {
        let trivia = trivia(index)
        let comments = trivia.comments
        if !comments.isEmpty {
            for (position, comment) in comments.enumerated() {
                if position > 0 || trivia.trailing == nil { writer.newLine(indent: context.continuation) }
                writer.comment(comment)
            }
            writer.newLine(indent: context.continuation)
        } else if isKeptBreak(before: index) {
            writer.newLine(indent: context.continuation)
        } else if needsBlank(between: index - 1, and: index, context) {
            writer.write(" ")
        }
    }

    /// The author's line break before or after `and` or `or` comes to stand before it.
    private func isKeptBreak(before index: Int) -> Bool {
        switch tokens[index].kind {
        case .keyword(.or): break
        case .keyword(.and) where !isBetween(index): break
        default: return false
        }
        return trivia(index).breaksLine || index + 1 < tokens.count && trivia(index + 1).breaksLine && trivia(index + 1).comments.isEmpty
    }

    /// Whether this `and` joins the ends after `between`.
    private func isBetween(_ index: Int) -> Bool {
        var depth = 0
        for before in stride(from: index - 1, through: max(0, index - 64), by: -1) {
            switch tokens[before].kind {
            case .punctuation(.parenthesisClose), .punctuation(.bracketClose): depth += 1
            case .punctuation(.parenthesisOpen), .punctuation(.bracketOpen):
                if depth == 0 { return false }
                depth -= 1
            case .keyword(.between) where depth == 0: return true
            case .keyword(.and) where depth == 0, .keyword(.or) where depth == 0, .keyword(.when), .keyword(.unless): return false
            default: break
            }
        }
        return false
    }

    func needsBlank(between left: Int, and right: Int, _ context: Context = Context(indent: 0, continuation: 0)) -> Bool {
        guard left >= 0 else { return false }
        switch (tokens[left].kind, tokens[right].kind) {
        case (_, .punctuation(.comma)), (_, .punctuation(.colon)), (_, .punctuation(.parenthesisClose)), (_, .punctuation(.bracketClose)),
             (.punctuation(.parenthesisOpen), _), (.punctuation(.bracketOpen), _), (.punctuation(.range), _), (_, .punctuation(.range)),
             (.name, .punctuation(.parenthesisOpen)), (.punctuation(.braceOpen), .punctuation(.braceClose)):
            return false
        case (.punctuation(.minus), _):
            return !isSign(left, context)
        default:
            return true
        }
    }

    /// Whether a minus is a sign and not a subtraction.
    private func isSign(_ index: Int, _ context: Context) -> Bool {
        guard index > 0, !context.isInFields else { return true }
        switch tokens[index - 1].kind {
        case .name, .literal, .punctuation(.parenthesisClose), .punctuation(.bracketClose), .keyword(.true), .keyword(.false): return false
        case .keyword(.score): return !context.isInDecide
        default: return true
        }
    }

    // MARK: Sets

    /// The bracket that closes one.
    private func close(of open: Int) -> Int? {
        var depth = 0
        for index in open..<tokens.count {
            if tokens[index].kind == .punctuation(.bracketOpen) { depth += 1 }
            if tokens[index].kind == .punctuation(.bracketClose) {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return nil
    }

    /// Whether the author broke a set after its bracket or between its elements, or a comment does.
    private func isBroken(_ open: Int, _ close: Int) -> Bool {
        guard close > open + 1 else { return !trivia(close).comments.isEmpty }
        return ((open + 1)...close).contains { index in
            let trivia = trivia(index)
            let isBoundary = index == open + 1 || index == close || tokens[index - 1].kind == .punctuation(.comma)
            return isBoundary && trivia.breaksLine || !trivia.comments.isEmpty
        }
    }

    /// One element a line, each followed by a comma.
    private mutating func writeBrokenSet(_ open: Int, _ close: Int, _ context: Context) {
        writer.write("[")
        let inner = context.indent + Self.indent
        var start = open + 1
        var depth = 0
        for index in (open + 1)...close {
            switch tokens[index].kind {
            case .punctuation(.bracketOpen), .punctuation(.parenthesisOpen): depth += 1
            case .punctuation(.parenthesisClose): depth -= 1
            case .punctuation(.bracketClose) where index < close: depth -= 1
            default: break
            }
            let isEnd = index == close || depth == 0 && tokens[index].kind == .punctuation(.comma)
            guard isEnd else { continue }
            if start < index {
                begin(start, indent: inner, isFirst: start == open + 1)
                var element = context
                element.indent = inner
                element.continuation = inner + Self.indent
                element.isAtColumn = true
                writeElement(start..<index, element)
                if !trivia(index).comments.isEmpty, index < close { writeGap(before: index, element) }
                writer.write(",")
            }
            start = index + 1
        }
        writeComments(before: close, indent: inner, isFirst: false, needsBlank: false, isLast: true)
        writer.newLine(indent: context.indent)
        writer.write("]")
    }

    /// The comments before an element have been written with its line.
    private mutating func writeElement(_ range: Range<Int>, _ context: Context) {
        writeTokens(range, context, isGapWritten: true)
    }
}
