import WaryVocabulary

/// Names, paths, texts, whole numbers and durations: what declarations are made of.
extension TokenParser {
    /// A name without dots: of a rule, a list, … Reports what stands there instead.
    mutating func name(of owner: String) -> Name {
        let token = current
        switch token.kind {
        case .name(let text):
            advance()
            if text.contains(".") {
                report(.syntax, token.range, "the name of \(owner) has no dots", replaceBy: text.replacing(".", with: "_"))
            }
            return joinHyphens(Name(text.replacing(".", with: "_"), token.range))
        case .keyword(let word) where !token.isFirstOnLine:
            report(.syntax, token.range, "`\(word.rawValue)` is a word of the language and cannot be the name of \(owner)")
            advance()
            return Name(word.rawValue, token.range)
        case .literal(.badQuantity):
            report(.syntax, token.range, "a name begins with a letter")
            advance()
            return Name("", token.range)
        default:
            expected("the name of \(owner)", help: "names are written with a to z, 0 to 9 and _")
            isRecovering = false
            return Name("", previousEnd)
        }
    }

    /// `my-rule` was meant as one name.
    private mutating func joinHyphens(_ first: Name) -> Name {
        var name = first
        while at(.minus), current.range.start == name.range.end, peek(1).range.start == current.range.end {
            switch peek(1).kind {
            case .name, .keyword: advance()
            default: return name
            }
            name = Name(name.text + "_" + written(current.range), name.range.through(advance().range))
        }
        if name.range != first.range {
            report(.syntax, name.range, "a name has no hyphens: `\(name.text)`", replaceBy: name.text)
        }
        return name
    }

    /// A name that may have dots; nil, reported, where there is none.
    mutating func path(_ what: String, help: String? = nil) -> Name? {
        let token = current
        switch token.kind {
        case .name(let text):
            advance()
            guard at(.dot), case .name(let next) = peek(1).kind, !current.isFirstOnLine else { return Name(text, token.range) }
            advance()
            let whole = token.range.through(advance().range)
            report(.syntax, whole, "no blanks stand around the dots of a name", replaceBy: text + "." + next)
            return Name(text + "." + next, whole)
        case .literal(.datum(.text(let text))) where !text.isEmpty && text.utf8.allSatisfy({ $0.isWordByte || $0 == UInt8(ascii: ".") }):
            report(.syntax, token.range, "expected \(what), which stands without quotes", replaceBy: text)
            advance()
            return Name(text, token.range)
        default:
            expected(what, help: help)
            return nil
        }
    }

    /// `name { "," name }`; what is no name is reported.
    mutating func names(_ what: String) -> [Name] {
        var names: [Name] = []
        repeat {
            guard let name = path(what) else { break }
            names.append(name)
            if at(.and), case .name = peek(1).kind {
                report(.syntax, current.range, "several names are joined by `,`", replaceBy: ",")
                advance()
                guard let next = path(what) else { break }
                names.append(next)
            }
            if isAtNameWithoutComma {
                report(.syntax, previousEnd, "expected `,` between two names", fix: insertion(","))
                continue
            }
            guard take(.comma) else { break }
        } while true
        return names
    }

    /// A further name on the same line that is no misspelt word of the language, nor the next event.
    private var isAtNameWithoutComma: Bool {
        guard case .name(let word) = current.kind, !current.isFirstOnLine, !["if", "else", "then", "last", "during"].contains(word),
              nearest(word, among: Keyword.clauses + [.within, .since, .where, .otherwise, .because, .monitor]) == nil else { return false }
        switch peek(1).kind {
        case .punctuation(.braceOpen), .literal: return false
        default: return true
        }
    }

    mutating func text(_ what: String) -> TextLiteral? {
        if case .literal(.datum(.text(let value))) = current.kind {
            return TextLiteral(value, advance().range)
        }
        if case .name = current.kind, !current.isFirstOnLine {
            let token = current
            report(.syntax, token.range, "\(what) stands in quotes", replaceBy: "\"\(written(token.range))\"")
            advance()
            return TextLiteral(written(token.range), token.range)
        }
        expected(what + " in quotes")
        return nil
    }

    mutating func texts(_ what: String) -> [TextLiteral] {
        var texts: [TextLiteral] = []
        repeat {
            guard let text = text(what) else { break }
            texts.append(text)
            if case .literal(.datum(.text)) = current.kind, !current.isFirstOnLine {
                report(.syntax, previousEnd, "expected `,` between two texts", fix: insertion(","))
                continue
            }
            guard take(.comma) else { break }
        } while true
        return texts
    }

    /// A whole number, which may be negative.
    mutating func integer(_ what: String) -> IntegerLiteral? {
        let start = current.range
        let isNegative = at(.minus)
        let token = isNegative ? peek(1) : current
        switch token.kind {
        case .literal(.datum(.int(let value))):
            if isNegative { advance() }
            advance()
            return IntegerLiteral(isNegative ? -value : value, range(from: start))
        case .literal(.datum(.decimal(let value))):
            if isNegative { advance() }
            advance()
            report(.syntax, range(from: start), "\(what) is a whole number")
            let rounded = Int64(exactly: value.rounded()) ?? 0
            return IntegerLiteral(isNegative ? -rounded : rounded, range(from: start))
        default:
            expected(what + ", a whole number")
            return nil
        }
    }

    /// What stands for a duration that could not be read: it has been reported, and is in nobody's way.
    static let standInDuration: Int64 = 60_000

    /// A duration in milliseconds; nil, reported, where there is none.
    mutating func duration(_ what: String, example: String) -> (milliseconds: Int64, range: SourceRange)? {
        let token = current
        switch token.kind {
        case .literal(.datum(.duration(let milliseconds))):
            advance()
            return (milliseconds, token.range)
        case .literal(.datum(.int)), .literal(.datum(.decimal)), .literal(.badQuantity):
            if case .literal(let literal) = token.kind, let bad = quantity(literal) {
                reportUnit(bad)
                return (Self.standInDuration, bad.range)
            }
            advance()
            report(.unit, token.range, "\(written(token.range)) has no unit; \(what) is a duration: write \(written(token.range))m or the like",
                   help: Units.help)
            return (Self.standInDuration, token.range)
        case .literal(.datum(.distance)), .literal(.datum(.speed)):
            advance()
            report(.unit, token.range, "\(written(token.range)) is no duration", help: Units.help)
            return (Self.standInDuration, token.range)
        case .invalid:
            advance()
            return (Self.standInDuration, token.range)
        default:
            expected("\(what), a duration like \(example)")
            return nil
        }
    }
}
