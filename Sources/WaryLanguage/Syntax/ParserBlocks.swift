/// Blocks in braces, and how the parser finds its feet again after a mistake in one.
extension TokenParser {
    /// What may stand in a block: the words that its items begin with, and how one is parsed.
    struct BlockShape {
        /// As in "the rule `hosted`".
        var owner: String
        /// As in "a clause".
        var item: String
        var words: [Keyword]
        /// Words of other languages or other places, with ours.
        var aliases: [String: Keyword] = [:]
    }

    /// Parses `{ item … }`. `item` is called at one of the shape's words, or with the word that was meant by a misspelt one,
    /// and steps over it; `other` may take what begins otherwise and says whether it did.
    mutating func block(_ shape: BlockShape, item: (inout Self, Keyword) -> Void, other: (inout Self) -> Bool = { _ in false }) {
        let opening = open(shape)
        isRecovering = false
        while true {
            if take(.braceClose) { return }
            if isAtEnd || isAtDeclaration {
                return reportUnclosed(opening, shape.owner, fix: "\n}")
            }
            let before = index
            if let word = keyword, shape.words.contains(word) {
                isRecovering = false
                item(&self, word)
            } else if other(&self) {
                isRecovering = false
            } else if let word = meantWord(shape) {
                isRecovering = false
                item(&self, word)
            } else {
                unexpectedItem(shape)
                skip(toItemOf: shape)
            }
            if index == before { advance() }
        }
    }

    /// Steps over `{`. Where it is missing it is reported, and where anything of the block follows, taken as read.
    private mutating func open(_ shape: BlockShape) -> SourceRange {
        if at(.braceOpen) { return advance().range }
        let place = previousEnd
        var ahead = 0
        if case .name = current.kind, !current.isFirstOnLine { ahead = 1 }
        expected("`{`", help: ahead > 0 ? "a title stands in quotes" : "the block of \(shape.owner) stands in braces",
                 fix: current.isFirstOnLine ? insertion(" {") : nil)
        // What stands before the brace on this line was most likely meant as a title.
        ahead = 0
        while peek(ahead).kind != .end, ahead == 0 || !peek(ahead).isFirstOnLine {
            if peek(ahead).kind == .punctuation(.braceOpen) {
                for _ in 0...ahead { advance() }
                return range(from: previousEnd)
            }
            if case .keyword(let word) = peek(ahead).kind, shape.words.contains(word) { break }
            ahead += 1
        }
        return place
    }

    mutating func reportUnclosed(_ opening: SourceRange, _ owner: String, fix: String) {
        guard !isSpoilt(opening) else { return }
        let labels = opening.end > opening.start ? [Diagnostic.Label(range: opening, text: "opened here")] : []
        report(.syntax, placeOfMissing, "expected `}` to close \(owner), found \(description(of: current))", fix: insertion(fix), labels: labels)
    }

    /// The word of the block that a misspelt or foreign one stands for, reported; nil where it stands for none.
    private mutating func meantWord(_ shape: BlockShape) -> Keyword? {
        let token = current
        let word: String
        switch token.kind {
        case .name(let name): word = name
        case .keyword(let keyword): word = keyword.rawValue
        default: return nil
        }
        guard let meant = shape.aliases[word] ?? nearest(word, among: shape.words) else { return nil }
        // In the middle of a line that went wrong it is most likely part of what went wrong.
        if isRecovering, !token.isFirstOnLine { return nil }
        report(.syntax, token.range, "there is no `\(word)` in \(shape.owner); did you mean `\(meant.rawValue)`?", replaceBy: meant.rawValue)
        return meant
    }

    private mutating func unexpectedItem(_ shape: BlockShape) {
        guard !isRecovering else { return }
        switch current.kind {
        case .punctuation(.parenthesisClose), .punctuation(.bracketClose):
            report(.syntax, current.range, "nothing is open that `\(written(current.range))` could close", replaceBy: "")
            advance()
            isRecovering = false
        case .punctuation(.comma):
            report(.syntax, current.range, "no comma stands here", replaceBy: "")
            advance()
        default:
            let words = shape.words.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            expected("\(shape.item) or `}`", at: current.range, help: shape.words.isEmpty ? nil : "\(shape.item) begins with \(words)")
        }
    }

    /// Passes over what cannot be understood, to where an item of the block begins or the block ends.
    private mutating func skip(toItemOf shape: BlockShape) {
        var braces = 0
        while !isAtEnd {
            switch current.kind {
            case .punctuation(.braceOpen): braces += 1
            case .punctuation(.braceClose):
                if braces == 0 { return }
                braces -= 1
            case .keyword(let word):
                if Keyword.declarations.contains(word), current.isFirstOnLine || braces == 0 { return }
                // `is unknown` begins no clause.
                let isOperand = index > 0 && tokens[index - 1].kind == .keyword(.is)
                if braces == 0, shape.words.contains(word), !isOperand { return }
            case .name(let word):
                if braces == 0, current.isFirstOnLine, shape.aliases[word] != nil || nearest(word, among: shape.words) != nil { return }
            default: break
            }
            advance()
        }
    }

    /// Steps over a `:` or `=` that other languages put between a word and its value.
    mutating func skipStraySeparator(after word: String) {
        guard at(.colon) || at(.assign) || at(.equal) else { return }
        report(.syntax, current.range, "the value of `\(word)` follows without `\(written(current.range))`", replaceBy: "")
        advance()
    }
}
