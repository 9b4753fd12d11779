import WaryVocabulary

extension ExpressionChecker {
    mutating func comparison(_ op: ComparisonOperator, _ left: Expression, _ right: Expression, _ range: SourceRange) -> Term {
        let (a, b) = pair(left, right)
        guard let type = a.type, b.type != nil else { return Term(.invalid, .bool, range) }
        guard type == b.type else {
            mismatch(a, b, left, right)
            return Term(.invalid, .bool, range)
        }
        let isEquality = op == .equal || op == .notEqual
        if case .set = type {
            report(.type, range, "sets are not compared; use in for one element at a time")
            return Term(.invalid, .bool, range)
        }
        if type == .point || (!isEquality && !type.isOrdered) {
            report(.type, range, type == .point ? "points are compared by distance_between(…, …)"
                : "\(type.withArticle) has no order; only == and != apply")
            return Term(.invalid, .bool, range)
        }
        return Term(.compare(op, a, b), .bool, range)
    }

    /// Checks two expressions that must have one type. A literal takes the type of what stands beside it.
    mutating func pair(_ left: Expression, _ right: Expression) -> (Term, Term) {
        var a: Term, b: Term
        if isBare(left), !isBare(right) {
            b = check(right)
            a = check(left, expecting: b.type, beside: right)
        } else {
            a = check(left)
            b = check(right, expecting: a.type, beside: left)
        }
        if let type = b.type, a.type != type { a = adapted(a, to: type) }
        if let type = a.type, b.type != type { b = adapted(b, to: type) }
        return unified(a, b)
    }

    /// A literal, or a factor's or weekday's name without quotes: its type is that of what stands beside it.
    func isBare(_ expression: Expression) -> Bool {
        if case .path(let name) = expression.kind {
            return symbols.meanings[name] == nil && SignalCatalogue.entry(named: name) == nil
                && (Factor(rawValue: name) != nil || Weekday(name: name) != nil)
        }
        return expression.isLiteral
    }

    /// Checks a literal that stands beside another expression, for messages that speak of both.
    private mutating func check(_ expression: Expression, expecting: ValueType?, beside other: Expression) -> Term {
        let outer = beside
        beside = expression.isLiteral ? spelling(other.range) : nil
        defer { beside = outer }
        return check(expression, expecting: expecting)
    }

    mutating func unified(_ a: Term, _ b: Term) -> (Term, Term) {
        switch (a.type, b.type) {
        case (.int?, .decimal?): (widened(a), b)
        case (.decimal?, .int?): (a, widened(b))
        default: (a, b)
        }
    }

    private mutating func mismatch(_ a: Term, _ b: Term, _ left: Expression, _ right: Expression) {
        guard let leftType = a.type, let rightType = b.type else { return }
        if leftType == .ip, rightType == .network || rightType == .set(of: .network) {
            return report(.type, left.range.through(right.range), "an address is not compared with a network: use in",
                          help: "\(spelling(left.range)) in \(spelling(right.range))")
        }
        let isUnit = (leftType.isQuantity || leftType.isNumber) && (rightType.isQuantity || rightType.isNumber)
        report(isUnit ? .unit : .type, right.range,
               "\(spelling(left.range)) is \(leftType.withArticle), and \(spelling(right.range)) is \(rightType.withArticle): they cannot be compared")
    }

    mutating func membership(_ item: Expression, _ container: Expression, _ isNegated: Bool, _ range: SourceRange) -> Term {
        var element: Term, set: Term
        if isBare(item) {
            set = check(container)
            element = check(item, expecting: set.type?.element ?? set.type)
        } else {
            element = check(item)
            set = check(container, expecting: element.type.map { .set(of: $0) })
        }
        guard let type = element.type, let setType = set.type else { return Term(.invalid, .bool, range) }
        if setType == .network, let network = constantValue(set) {
            set = Term(.constant(.set([network])), .set(of: .network), set.range)
        }
        guard case .set(let member)? = set.type else {
            report(.type, container.range, "in wants a set, a list or a range, and this is \(setType.withArticle)")
            return Term(.invalid, .bool, range)
        }
        if type == .ip, member == .network { return Term(.member(element, of: set, isNegated: isNegated), .bool, range) }
        if type != member { element = adapted(element, to: member) }
        if element.type == .int, member == .decimal { element = widened(element) }
        if element.type == .decimal, member == .int, case .set(let elements)? = constantValue(set) {
            let wide = elements.map { datum in if case .int(let value) = datum { Datum.decimal(Double(value)) } else { datum } }
            set = Term(.constant(.set(wide)), .set(of: .decimal), set.range)
        }
        guard element.type == nil || element.type == set.type?.element else {
            report(.type, container.range, "\(spelling(item.range)) is \(type.withArticle), and this is a \(set.type?.description ?? "set")")
            return Term(.invalid, .bool, range)
        }
        guard let resolved = lookedInto(set) else {
            report(.type, container.range, "a set must be written out, or be a list, or account.factors")
            return Term(.invalid, .bool, range)
        }
        return Term(.member(element, of: resolved, isNegated: isNegated), .bool, range)
    }

    /// The set itself, seen through lets, where it is one that the machine can look into.
    private func lookedInto(_ term: Term) -> Term? {
        switch term.kind {
        case .constant, .set, .list: term
        case .binding(let index):
            bindings[index].flatMap { term.type == .set(of: .factor) && constantValue(term) == nil ? term : lookedInto($0.term) }
        default: term.type == .set(of: .factor) ? term : nil
        }
    }

    mutating func rangeMembership(_ item: Expression, _ low: Expression, _ high: Expression, _ isNegated: Bool,
                                  _ range: SourceRange) -> Term {
        guard let (a, b, c) = bounds(item, low, high, allowing: { $0.isOrdered && $0 != .text || $0 == .weekday }) else {
            return Term(.invalid, .bool, range)
        }
        return Term(.inRange(a, low: b, high: c, isNegated: isNegated), .bool, range)
    }

    mutating func between(_ item: Expression, _ low: Expression, _ high: Expression, _ range: SourceRange) -> Term {
        guard let (a, b, c) = bounds(item, low, high, allowing: \.isOrdered) else { return Term(.invalid, .bool, range) }
        return Term(.between(a, low: b, high: c), .bool, range)
    }

    private mutating func bounds(_ item: Expression, _ low: Expression, _ high: Expression,
                                 allowing: (ValueType) -> Bool) -> (Term, Term, Term)? {
        var a = check(item)
        let reported = diagnostics.count
        var b = check(low, expecting: a.type, beside: item)
        var c = check(high, expecting: a.type, beside: item)
        joinMissingUnits(low, high, since: reported)
        guard let type = a.type, b.type != nil, c.type != nil else { return nil }
        b = adapted(b, to: type)
        c = adapted(c, to: type)
        if [a, b, c].contains(where: { $0.type == .decimal }) {
            if a.type == .int { a = widened(a) }
            if b.type == .int { b = widened(b) }
            if c.type == .int { c = widened(c) }
        }
        guard a.type == b.type else {
            mismatch(a, b, item, low)
            return nil
        }
        guard a.type == c.type else {
            mismatch(a, c, item, high)
            return nil
        }
        guard allowing(type) else {
            report(.type, item.range, "\(type.withArticle) has no order, so it lies in no range")
            return nil
        }
        return (a, b, c)
    }

    /// Two bounds without units are one mistake.
    private mutating func joinMissingUnits(_ low: Expression, _ high: Expression, since start: Int) {
        guard diagnostics.count == start + 2, diagnostics[start...].allSatisfy({ $0.code == .unit }),
              let first = diagnostics[start].fix, let second = diagnostics[start + 1].fix else { return }
        let whole = low.range.through(high.range), written = spelling(whole)
        var joined = diagnostics[start]
        joined.range = whole
        joined.fix = .init(range: whole, text: written.replacing(spelling(low.range), with: "\u{1}", maxReplacements: 1)
            .replacing(spelling(high.range), with: second.text, maxReplacements: 1).replacing("\u{1}", with: first.text))
        diagnostics.replaceSubrange(start..., with: [joined])
    }

    mutating func matches(_ text: Expression, _ regex: RegexLiteral, _ range: SourceRange) -> Term {
        let term = check(text, as: .text, for: "what matches looks at")
        if let index = regexes.firstIndex(where: { $0.pattern == regex.pattern && $0.flags == String(regex.flags.sorted()) }) {
            return Term(.matches(term, regex: index), .bool, range)
        }
        do {
            regexes.append(try Regex(pattern: regex.pattern, flags: regex.flags))
            return Term(.matches(term, regex: regexes.count - 1), .bool, range)
        } catch {
            // The pattern stands after the opening slash.
            let at = min(regex.range.start + 1 + error.offset, max(regex.range.start, regex.range.end - 1))
            report(.regex, SourceRange(file: regex.range.file, start: at, end: min(at + 1, regex.range.end)), error.message)
            return Term(.invalid, .bool, range)
        }
    }

    mutating func fallback(_ first: Expression, _ second: Expression, _ range: SourceRange, expecting: ValueType?) -> Term {
        var a = check(first, expecting: expecting)
        var b = check(second, expecting: a.type ?? expecting)
        if let type = a.type { b = adapted(b, to: type) }
        if let type = b.type { a = adapted(a, to: type) }
        (a, b) = unified(a, b)
        guard let type = a.type, b.type != nil else { return .invalid(range) }
        guard type == b.type else {
            report(.type, second.range, "?? wants the same type on both sides: \(type.withArticle) and \(b.type?.withArticle ?? "")")
            return .invalid(range)
        }
        return Term(.fallback(a, b), type, range)
    }
}

extension Expression {
    /// Whether its type may depend on what stands beside it.
    var isLiteral: Bool {
        switch kind {
        case .literal: true
        case .set(let elements): elements.allSatisfy(\.isLiteral)
        case .negate(let inner), .parenthesised(let inner): inner.isLiteral
        default: false
        }
    }
}
