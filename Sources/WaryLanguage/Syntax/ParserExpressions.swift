import WaryVocabulary

/// Expressions, loosest operators first.
extension TokenParser {
    mutating func expression() -> Expression {
        nested { $0.logical() }
    }

    /// Parses one level deeper; beyond the limit reports it once and passes over the rest.
    private mutating func nested(_ parse: (inout Self) -> Expression) -> Expression {
        guard depth < LanguageLimits.parserNesting else {
            let start = current.range
            if !isRecovering {
                report(.cost, start, "this expression nests more than \(LanguageLimits.parserNesting) deep", help: "give a part of it a name by `let`")
                isRecovering = true
            }
            skipNested()
            return Expression(.missing, range(from: start))
        }
        depth += 1
        defer { depth -= 1 }
        return parse(&self)
    }

    /// To where the innermost open bracket closes, or where no expression goes on.
    private mutating func skipNested() {
        var open = 0
        while !isAtEnd, !isAtDeclaration, !at(.braceOpen), !at(.braceClose) {
            if let keyword, Keyword.clauses.contains(keyword), current.isFirstOnLine { return }
            if at(.parenthesisOpen) || at(.bracketOpen) { open += 1 }
            if at(.parenthesisClose) || at(.bracketClose) {
                if open == 0 { return }
                open -= 1
            }
            advance()
        }
    }

    private mutating func logical() -> Expression {
        let first = unary()
        guard at(.and) || at(.or) else { return first }
        var operands = [first]
        var operators: [(operator: LogicalOperator, range: SourceRange)] = []
        while at(.and) || at(.or) {
            operators.append((at(.and) ? .and : .or, advance().range))
            operands.append(unary())
        }
        let whole = range(from: first.range)
        guard let other = operators.first(where: { $0.operator != operators[0].operator }) else {
            return Expression(.logical(operators[0].operator, operands), whole)
        }
        // Parsed on as most languages do, so that what is wrong within is found too.
        var groups: [[Expression]] = [[first]]
        for (index, next) in operators.enumerated() {
            if next.operator == .and { groups[groups.count - 1].append(operands[index + 1]) } else { groups.append([operands[index + 1]]) }
        }
        let terms = groups.map { $0.count == 1 ? $0[0] : Expression(.logical(.and, $0), $0[0].range.through($0[$0.count - 1].range)) }
        reportMixed(operands, operators.map(\.operator), terms, at: other.range)
        return Expression(.logical(.or, terms), whole)
    }

    private mutating func reportMixed(_ operands: [Expression], _ operators: [LogicalOperator], _ terms: [Expression], at place: SourceRange) {
        let conjunctionsFirst = terms.map { if case .logical = $0.kind { "(\(written($0.range)))" } else { written($0.range) } }
            .joined(separator: " or ")
        var clauses: [[Expression]] = [[operands[0]]]
        for (index, next) in operators.enumerated() {
            if next == .or { clauses[clauses.count - 1].append(operands[index + 1]) } else { clauses.append([operands[index + 1]]) }
        }
        let disjunctionsFirst = clauses.map { group in
            let text = group.map { written($0.range) }.joined(separator: " or ")
            return group.count > 1 ? "(\(text))" : text
        }.joined(separator: " and ")
        let isShort = conjunctionsFirst.count + disjunctionsFirst.count < 240 && !conjunctionsFirst.contains("\n")
        let help = isShort ? "write `\(conjunctionsFirst)` or `\(disjunctionsFirst)`" : "put parentheses around what belongs together"
        report(.mixed, place, "`and` and `or` do not mix without parentheses", help: help)
    }

    private mutating func unary() -> Expression {
        guard at(.not) else { return comparison() }
        let start = advance().range
        let operand = nested { $0.unary() }
        return Expression(.not(operand), range(from: start))
    }

    private mutating func comparison() -> Expression {
        let left = fallback()
        guard let compared = comparison(after: left) else { return left }
        guard startsComparison else { return compared }
        if !isRecovering { reportChain(compared) }
        var end = compared.range
        while startsComparison, let further = comparison(after: Expression(.missing, end)) { end = further.range }
        return Expression(.missing, left.range.through(end))
    }

    private var startsComparison: Bool {
        switch current.kind {
        case .keyword(.in), .keyword(.matches), .keyword(.is), .keyword(.between), .punctuation(.assign): true
        case .keyword(.not): peek(1).kind == .keyword(.in)
        case .punctuation(let mark): ComparisonOperator(rawValue: mark.rawValue) != nil
        default: false
        }
    }

    private mutating func reportChain(_ compared: Expression) {
        var help = "join two comparisons by `and`"
        var fix: Diagnostic.Fix?
        if case .comparison(let first, let low, let middle) = compared.kind, case .punctuation(let mark) = current.kind,
           let second = ComparisonOperator(rawValue: mark.rawValue), let bounds = bounds(low, first, second) {
            // Looks ahead for the text of the third operand, and comes back.
            var ahead = self
            ahead.advance()
            let high = ahead.fallback()
            if case .missing = high.kind {} else {
                let (least, most) = bounds ? (written(low.range), written(high.range)) : (written(high.range), written(low.range))
                let between = "\(written(middle.range)) between \(least) and \(most)"
                let isInclusive = first != .less && first != .greater && second != .less && second != .greater
                let joined = "\(written(compared.range)) and \(written(middle.range)) \(second.rawValue) \(written(high.range))"
                help = isInclusive ? "write `\(between)`" : "write `\(joined)`, or `\(between)`, which includes both ends"
                fix = .init(range: low.range.through(high.range), text: isInclusive ? between : joined)
            }
        }
        report(.syntax, current.range, "comparisons do not chain", help: help, fix: fix)
    }

    /// Whether two operators bound the middle from below first; nil where they do not bound it from both sides.
    private func bounds(_ low: Expression, _ first: ComparisonOperator, _ second: ComparisonOperator) -> Bool? {
        let rising: [ComparisonOperator] = [.less, .lessOrEqual], falling: [ComparisonOperator] = [.greater, .greaterOrEqual]
        if rising.contains(first), rising.contains(second) { return true }
        if falling.contains(first), falling.contains(second) { return false }
        return nil
    }

    mutating func fallback() -> Expression {
        let left = sum()
        guard take(.fallback) else { return left }
        let right = nested { $0.fallback() }
        return Expression(.fallback(left, right), range(from: left.range))
    }

    private mutating func sum() -> Expression {
        chain(of: [.plus: .add, .minus: .subtract]) { $0.product() }
    }

    private mutating func product() -> Expression {
        chain(of: [.star: .multiply, .slash: .divide]) { $0.sign() }
    }

    /// Operators of one rank, which lean to the left: each makes the tree a level deeper.
    private mutating func chain(of operators: [Punctuation: ArithmeticOperator], operand: (inout Self) -> Expression) -> Expression {
        var left = operand(&self)
        let depthBefore = depth
        defer { depth = depthBefore }
        while case .punctuation(let mark) = current.kind, let arithmetic = operators[mark] {
            depth += 1
            advance()
            let right = nested(operand)
            left = Expression(.arithmetic(arithmetic, left, right), range(from: left.range))
        }
        return left
    }

    private mutating func sign() -> Expression {
        let start = current.range
        if take(.minus) {
            let operand = nested { $0.sign() }
            return Expression(.negate(operand), range(from: start))
        }
        if at(.plus), !isRecovering {
            report(.syntax, start, "a number has no `+` before it", replaceBy: "")
            advance()
        }
        return primary()
    }
}
