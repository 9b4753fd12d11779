import WaryVocabulary

/// What may follow the left side of a comparison.
extension TokenParser {
    /// The comparison with this left side; nil, having moved nothing, where none follows.
    mutating func comparison(after left: Expression) -> Expression? {
        switch current.kind {
        case .punctuation(.assign):
            report(.syntax, current.range, "values are compared by `==`", replaceBy: "==")
            advance()
            return comparison(.equal, left)
        case .punctuation(let mark):
            guard let comparison = ComparisonOperator(rawValue: mark.rawValue) else { return nil }
            advance()
            return self.comparison(comparison, left)
        case .keyword(.in):
            advance()
            return membership(left, isNegated: false)
        case .keyword(.not):
            return negated(left)
        case .keyword(.matches):
            advance()
            return matching(left)
        case .keyword(.is):
            advance()
            return knowledge(left)
        case .keyword(.between):
            advance()
            return between(left)
        default:
            return nil
        }
    }

    private mutating func comparison(_ comparison: ComparisonOperator, _ left: Expression) -> Expression {
        // `x == unknown`
        if at(.unknown) || at(.known), !current.isFirstOnLine, comparison == .equal || comparison == .notEqual {
            let isUnknown = at(.unknown) == (comparison == .equal)
            let place = tokens[index - 1].range.through(advance().range)
            let mended = isUnknown ? "is unknown" : "is known"
            report(.syntax, place, "nothing equals what is unknown; ask `\(mended)`", replaceBy: mended)
            return Expression(.isKnown(left, isNegated: isUnknown), range(from: left.range))
        }
        let right = fallback()
        return Expression(.comparison(comparison, left, right), range(from: left.range))
    }

    /// `not in`, and what others put a `not` before.
    private mutating func negated(_ left: Expression) -> Expression? {
        let not = current.range
        switch peek(1).kind {
        case .keyword(.in):
            advance()
            advance()
            return membership(left, isNegated: true)
        case .keyword(.matches), .keyword(.between):
            advance()
            let word = written(current.range)
            report(.syntax, not, "there is no `not \(word)`", help: "put `not` before the whole: `not \(written(left.range)) \(word) …`")
            guard let compared = comparison(after: left) else { return nil }
            return Expression(.not(compared), compared.range)
        default:
            return nil
        }
    }

    private mutating func membership(_ left: Expression, isNegated: Bool) -> Expression {
        let container = fallback()
        guard at(.range) else {
            return Expression(.membership(left, isNegated: isNegated, .expression(container)), range(from: left.range))
        }
        advance()
        let high = fallback()
        return Expression(.membership(left, isNegated: isNegated, .range(low: container, high: high)), range(from: left.range))
    }

    private mutating func matching(_ left: Expression) -> Expression {
        let token = current
        switch token.kind {
        case .regex(let regex):
            advance()
            return Expression(.matches(left, regex), range(from: left.range))
        case .literal(.datum(.text(let text))):
            advance()
            report(.syntax, token.range, "a regular expression stands between slashes", replaceBy: "/\(text.replacing("/", with: "\\/"))/")
            return Expression(.matches(left, RegexLiteral(pattern: text.replacing("/", with: "\\/"), flags: "", range: token.range)),
                              range(from: left.range))
        case .invalid:
            advance()
            return Expression(.missing, range(from: left.range))
        default:
            expected("a regular expression", help: "as in: agent matches /\\bcurl\\b/i")
            return Expression(.missing, range(from: left.range))
        }
    }

    /// `== /curl/`: the lexer looks for a regular expression after `matches` only. Nil, having moved nothing, where no
    /// second slash stands on the line.
    mutating func misplacedRegex() -> Expression? {
        guard at(.slash) else { return nil }
        var ahead = 1
        while peek(ahead).kind != .punctuation(.slash) {
            guard peek(ahead).kind != .end, !peek(ahead).isFirstOnLine, ahead < LanguageLimits.parserLookAhead else { return nil }
            ahead += 1
        }
        let start = current.range
        // Its flags touch the closing slash.
        if case .name = peek(ahead + 1).kind, peek(ahead + 1).range.start == peek(ahead).range.end { ahead += 1 }
        for _ in 0...ahead { advance() }
        report(.syntax, range(from: start), "a regular expression stands after `matches` only", help: "as in: agent matches /\\bcurl\\b/i")
        return Expression(.missing, range(from: start))
    }

    private mutating func knowledge(_ left: Expression) -> Expression {
        let place = tokens[index - 1].range
        let isNegated = take(.not)
        if at(.known) || at(.unknown) {
            let isUnknown = at(.unknown)
            advance()
            if isNegated {
                let mended = isUnknown ? "is known" : "is unknown"
                report(.syntax, place.through(tokens[index - 1].range), "there is no `is not`: write `\(mended)`", replaceBy: mended)
            }
            return Expression(.isKnown(left, isNegated: isUnknown != isNegated), range(from: left.range))
        }
        if case .name(let word) = current.kind, !current.isFirstOnLine, let meant = nearest(word, among: [.known, .unknown]) {
            report(.syntax, current.range, "there is no `is \(word)`; did you mean `\(meant.rawValue)`?", replaceBy: meant.rawValue)
            advance()
            return Expression(.isKnown(left, isNegated: meant == .unknown), range(from: left.range))
        }
        if !current.isFirstOnLine, startsOperand {
            let ours = isNegated ? "!=" : "=="
            report(.syntax, place.through(tokens[index - 1].range), "values are compared by `\(ours)`; after `is` stands `known` or `unknown`",
                   replaceBy: ours)
            let right = fallback()
            return Expression(.comparison(isNegated ? .notEqual : .equal, left, right), range(from: left.range))
        }
        expected("`known` or `unknown` after `is`")
        return Expression(.missing, range(from: left.range))
    }

    private mutating func between(_ left: Expression) -> Expression {
        let low = fallback()
        if at(.range) || at(.comma) {
            report(.syntax, current.range, "the ends after `between` are joined by `and`", replaceBy: " and ")
            advance()
        } else if !take(.and) {
            expected("`and` and the upper end", help: "as in: x between 1 and 5")
            return Expression(.missing, range(from: left.range))
        }
        let high = fallback()
        return Expression(.between(left, low: low, high: high), range(from: left.range))
    }
}
