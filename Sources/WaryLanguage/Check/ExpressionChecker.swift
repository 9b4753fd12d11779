import WaryVocabulary

/// Turns expressions into terms: resolves names, works out types, reports what does not fit. Its other files hold one kind
/// of expression each.
struct ExpressionChecker {
    /// What an expression may speak of.
    enum Scope: Sendable { case condition, decide, filter, constant }

    let symbols: Symbols
    let limits: LanguageLimits
    let files: [SourceFile]
    var diagnostics: [Diagnostic] = []
    var scope = Scope.condition
    var inputs: [CheckedPolicy.Input] = []
    var lists: [CheckedPolicy.List] = []
    var aggregates: [CheckedPolicy.Aggregate] = []
    var aggregateIndex: [String: Int] = [:]
    var regexes: [Regex] = []
    /// Lets, checked when first met.
    var bindings: [CheckedPolicy.Binding?]
    var bindingsUnderWay: [Int] = []
    var depth = 0
    /// What a literal is compared with, as written: its type is wanted.
    var beside: String?
    /// What is used, for W-unused: names of lists, inputs, lets.
    var used: Set<String> = []

    init(symbols: Symbols, limits: LanguageLimits, files: [SourceFile]) {
        self.symbols = symbols
        self.limits = limits
        self.files = files
        bindings = Array(repeating: nil, count: symbols.bindings.count)
    }

    mutating func report(_ code: DiagnosticCode, _ range: SourceRange, _ message: String, help: String? = nil,
                         fix: String? = nil, labels: [Diagnostic.Label] = []) {
        diagnostics.append(Diagnostic(code, at: range, message, help: help, fix: fix.map { .init(range: range, text: $0) },
                                      labels: labels))
    }

    /// Checks an expression that must have a type, and widens it where that makes it fit.
    mutating func check(_ expression: Expression, as type: ValueType, for purpose: String) -> Term {
        let term = check(expression, expecting: type)
        guard let actual = term.type, actual != type else { return term }
        if actual == .int, type == .decimal { return widened(term) }
        report(.type, expression.range, "\(purpose) must be \(type.withArticle), and this is \(actual.withArticle)")
        return .invalid(expression.range)
    }

    /// Checks an expression; `expecting` lets literals take the type that is wanted beside them.
    mutating func check(_ expression: Expression, expecting: ValueType? = nil) -> Term {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 4 * limits.expressionDepth else { return .invalid(expression.range) }
        let range = expression.range
        switch expression.kind {
        case .missing: return .invalid(range)
        case .parenthesised(let inner): return check(inner, expecting: expecting)
        case .literal(let literal): return self.literal(literal, range, expecting: expecting)
        case .set(let elements): return set(elements, range, expecting: expecting?.element)
        case .path(let name): return path(name, range, expecting: expecting)
        case .score: return score(range)
        case .not(let inner):
            return Term(.not(check(inner, as: .bool, for: "what stands after not")), .bool, range)
        case .logical(let op, let parts):
            return Term(.logical(op, parts.map { check($0, as: .bool, for: "what stands beside \(op.rawValue)") }), .bool, range)
        case .comparison(let op, let left, let right): return comparison(op, left, right, range)
        case .membership(let item, let isNegated, .expression(let container)):
            return membership(item, container, isNegated, range)
        case .membership(let item, let isNegated, .range(let low, let high)):
            return rangeMembership(item, low, high, isNegated, range)
        case .between(let item, let low, let high): return between(item, low, high, range)
        case .matches(let text, let regex): return matches(text, regex, range)
        case .isKnown(let inner, let isNegated):
            return Term(.isKnown(check(inner), isNegated: isNegated), .bool, range)
        case .fallback(let first, let second): return fallback(first, second, range, expecting: expecting)
        case .negate(let inner): return negate(inner, range, expecting: expecting)
        case .arithmetic(let op, let left, let right): return arithmetic(op, left, right, range, expecting: expecting)
        case .call(let name, let arguments): return call(name, arguments, range, expecting: expecting)
        case .aggregate(let syntax): return aggregate(syntax, range)
        }
    }

    mutating func widened(_ term: Term) -> Term {
        if case .constant(.int(let value)) = term.kind { return Term(.constant(.decimal(Double(value))), .decimal, term.range) }
        return Term(.widen(term), .decimal, term.range)
    }

    private mutating func score(_ range: SourceRange) -> Term {
        // Elsewhere the parser has reported it.
        scope == .decide ? Term(.score, .int, range) : .invalid(range)
    }

    /// The text as written, blanks and comments squeezed.
    func spelling(_ range: SourceRange) -> String {
        guard files.indices.contains(range.file.index) else { return "" }
        let text = files[range.file.index].text.utf8
        guard range.start >= 0, range.end <= text.count else { return "" }
        let slice = text[text.index(text.startIndex, offsetBy: range.start)..<text.index(text.startIndex, offsetBy: range.end)]
        let lines = String(decoding: slice, as: UTF8.self).split(separator: "\n").map { line in
            line.contains("\"") || line.contains("/") ? line : line.prefix { $0 != "#" }
        }
        return lines.joined(separator: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
