import WaryVocabulary

/// Literals, names, sets, calls and parentheses.
extension TokenParser {
    /// Whether the token could begin an operand.
    var startsOperand: Bool {
        switch current.kind {
        case .name, .literal, .regex, .invalid, .keyword(.true), .keyword(.false), .keyword(.score), .keyword(.not): true
        case .punctuation(.parenthesisOpen), .punctuation(.bracketOpen), .punctuation(.minus): true
        default: false
        }
    }

    mutating func primary() -> Expression {
        let token = current
        switch token.kind {
        case .literal(let literal):
            if let foreign = quantity(literal) {
                reportUnit(foreign)
                return Expression(.literal(.badQuantity(number: foreign.number, unit: foreign.unit)), foreign.range)
            }
            advance()
            return Expression(.literal(literal), token.range)
        case .keyword(.true), .keyword(.false):
            advance()
            return Expression(.literal(.datum(.bool(token.kind == .keyword(.true)))), token.range)
        case .keyword(.score):
            return scoreValue()
        case .name(let name):
            return named(name)
        case .punctuation(.bracketOpen):
            return set()
        case .punctuation(.parenthesisOpen):
            return parenthesised()
        case .invalid:
            advance()
            return Expression(.missing, token.range)
        case .regex:
            expected("a value", help: "a regular expression stands after `matches` only")
            advance()
            return Expression(.missing, token.range)
        default:
            return missingOperand()
        }
    }

    /// A value of a test's field or an input's default: a literal, a set or a bare name.
    mutating func value() -> Expression {
        let start = current.range
        if take(.minus) {
            let operand = value()
            return Expression(.negate(operand), range(from: start))
        }
        if case .name = current.kind, let path = path("a value") { return Expression(.path(path.text), path.range) }
        // A field's name may follow a number: no unit is looked for there.
        if case .literal(let literal) = current.kind, case .datum = literal {
            advance()
            return Expression(.literal(literal), start)
        }
        switch current.kind {
        case .literal, .keyword(.true), .keyword(.false), .punctuation(.bracketOpen), .invalid: return primary()
        default:
            expected("a value")
            return Expression(.missing, previousEnd)
        }
    }

    private mutating func scoreValue() -> Expression {
        let token = current
        // On a line of its own, or before a number, it begins the next clause.
        guard allowsScore || !token.isFirstOnLine && !isNumber(peek(1)) else { return missingOperand() }
        advance()
        if !allowsScore {
            report(.syntax, token.range, "`score` is known in `decide` only", help: "rules are all evaluated before there is a score")
        }
        return Expression(.score, token.range)
    }

    private func isNumber(_ token: Token) -> Bool {
        switch token.kind {
        case .literal(.datum(.int)), .literal(.datum(.decimal)), .punctuation(.minus): true
        default: false
        }
    }

    private mutating func missingOperand() -> Expression {
        let token = current
        if let misplaced = misplacedRegex() { return misplaced }
        if case .keyword(let word) = token.kind, !token.isFirstOnLine, !Self.structural.contains(word) {
            expected("a value", help: "`\(word.rawValue)` is a word of the language and names nothing")
            advance()
            isRecovering = false
            return Expression(.missing, token.range)
        }
        let before = index > 0 ? tokens[index - 1] : token
        let place = before.kind == .end ? "" : " after `\(written(before.range))`"
        let isOperator = switch before.kind {
        case .punctuation, .keyword: true
        default: false
        }
        expected("a value" + (isOperator && before.range != token.range ? place : ""), help: helpForStrayWord)
        return Expression(.missing, previousEnd)
    }

    /// Words that go on with what surrounds an expression, and so are not swallowed as a value.
    private static let structural: Set<Keyword> = Set(Keyword.declarations + Keyword.clauses + [
        .and, .or, .in, .matches, .is, .between, .by, .of, .within, .since, .where, .up, .to, .otherwise, .allow, .expect, .given, .not,
    ])

    /// What may help where a word stands that begins nothing.
    var helpForStrayWord: String? {
        guard case .name(let word) = current.kind else { return nil }
        switch word {
        case "contains", "includes", "has": return "write the element first: `x in set`; for a part of a text: `text matches /part/`"
        case "like", "regex", "startswith", "starts_with", "endswith", "ends_with": return "texts are searched by `matches /…/`"
        case "then": return "the effects of a rule are clauses of their own: score, deny, step_up, notify, tag"
        case "xor": return "write `a != b`"
        default: return nil
        }
    }

    private mutating func named(_ name: String) -> Expression {
        let next = peek(1)
        if next.kind == .punctuation(.parenthesisOpen), !next.isFirstOnLine {
            let function = Name(name, advance().range)
            return isAggregate(name) ? aggregate(function) : call(function)
        }
        guard let path = path("a value") else { return missingOperand() }
        return Expression(.path(path.text), path.range)
    }

    /// The parser stands at the parenthesis. `min` and `max` are functions too: there the words within tell.
    private func isAggregate(_ name: String) -> Bool {
        let follower = peek(2).kind
        if case .name = peek(1).kind, follower == .keyword(.of) || follower == .keyword(.by) { return true }
        return AggregateDefinition.Function(rawValue: name) != nil && name != "min" && name != "max"
    }

    private mutating func parenthesised() -> Expression {
        let opening = advance().range
        let inner = expression()
        close(.parenthesisClose, opening)
        return Expression(.parenthesised(inner), range(from: opening))
    }

    private mutating func call(_ function: Name) -> Expression {
        let opening = advance().range
        let arguments = elements(until: .parenthesisClose, opening)
        return Expression(.call(function, arguments), range(from: function.range))
    }

    private mutating func set() -> Expression {
        let opening = advance().range
        let elements = elements(until: .bracketClose, opening)
        return Expression(.set(elements), range(from: opening))
    }

    /// `[ expr { "," expr } [ "," ] ]` and the closing bracket. A mistake in one element is over at the next comma.
    private mutating func elements(until closing: Punctuation, _ opening: SourceRange) -> [Expression] {
        var elements: [Expression] = []
        while !take(closing) {
            let before = index
            elements.append(expression())
            if take(.comma) {
                isRecovering = false
                continue
            }
            if at(closing) { continue }
            if startsOperand, !isRecovering, !at(.score) {
                report(.syntax, previousEnd, "expected `,` between two elements", fix: insertion(","))
            } else if !skipElement(closing) {
                close(closing, opening)
                break
            }
            if index == before { advance() }
        }
        return elements
    }

    /// Passes over the rest of an element that cannot be understood; false where its brackets go on no further.
    private mutating func skipElement(_ closing: Punctuation) -> Bool {
        var ahead = 0
        while ahead < LanguageLimits.parserLookAhead {
            switch peek(ahead).kind {
            case .end, .punctuation(.braceOpen), .punctuation(.braceClose): return false
            case .keyword(let word) where Keyword.declarations.contains(word) || Keyword.clauses.contains(word): return false
            case .punctuation(closing), .punctuation(.comma):
                expected("`,` or `\(closing.rawValue)`", help: helpForStrayWord)
                for _ in 0..<ahead { advance() }
                if take(.comma) { isRecovering = false }
                return true
            default: ahead += 1
            }
        }
        return false
    }

    /// Steps over a closing bracket, or reports that it is missing.
    mutating func close(_ closing: Punctuation, _ opening: SourceRange) {
        if take(closing) { return }
        if isSpoilt(opening) {
            isRecovering = true
            return
        }
        let labels = [Diagnostic.Label(range: opening, text: "opened here")]
        let isEnd = current.isFirstOnLine || !startsOperand
        expected("`\(closing.rawValue)`", help: helpForStrayWord, fix: isEnd ? insertion(closing.rawValue) : nil, labels: labels)
        // Something within the brackets was not understood: they end where they are closed, on the same line.
        var ahead = 0
        while ahead < LanguageLimits.parserLookAhead, peek(ahead).kind != .end, !peek(ahead).isFirstOnLine, peek(ahead).kind != .punctuation(.braceClose) {
            if peek(ahead).kind == .punctuation(closing) {
                for _ in 0...ahead { advance() }
                isRecovering = false
                return
            }
            ahead += 1
        }
    }
}
