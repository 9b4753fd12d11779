import WaryVocabulary

/// An expression where it stands.
public struct Expression: Sendable {
    public indirect enum Kind: Sendable {
        case literal(Literal)
        case set([Expression])
        /// A signal, let, list, input or bare name; dots joined: `travel.speed`.
        case path(String)
        /// `score`. Outside `decide` the parser has reported it.
        case score
        case not(Expression)
        case negate(Expression)
        case logical(LogicalOperator, [Expression])
        case comparison(ComparisonOperator, Expression, Expression)
        case membership(Expression, isNegated: Bool, Container)
        case matches(Expression, RegexLiteral)
        case isKnown(Expression, isNegated: Bool)
        case between(Expression, low: Expression, high: Expression)
        case fallback(Expression, Expression)
        case arithmetic(ArithmeticOperator, Expression, Expression)
        case call(Name, [Expression])
        case aggregate(AggregateSyntax)
        case parenthesised(Expression)
        /// Stands where the parser has reported an error; fits every type, so that one mistake is reported once.
        case missing
    }

    public enum Container: Sendable {
        case expression(Expression)
        case range(low: Expression, high: Expression)
    }

    public var kind: Kind
    public var range: SourceRange

    public init(_ kind: Kind, _ range: SourceRange) {
        self.kind = kind
        self.range = range
    }
}

public enum LogicalOperator: String, Sendable, Hashable { case and, or }

public enum ComparisonOperator: String, Sendable, Hashable, CaseIterable {
    case equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
}

public enum ArithmeticOperator: String, Sendable, Hashable { case add = "+", subtract = "-", multiply = "*", divide = "/" }

/// A literal's value. Texts stay texts: the checker turns one into a country or a weekday where one is wanted.
public enum Literal: Sendable, Hashable {
    /// Any datum but `set`; `true` and `false` are `.bool`; quantities are in base units (ms, m, m/s), percentages are decimals.
    case datum(Datum)
    /// A number with a unit the language does not know: `900 knots`. The parser has reported it, so it fits every type.
    case badQuantity(number: Double, unit: String)
}

/// `/…/ixs`
public struct RegexLiteral: Sendable, Hashable {
    /// Between the slashes, with `\/` for a slash as written.
    public var pattern: String
    /// Each of `i`, `x`, `s` at most once.
    public var flags: String
    public var range: SourceRange

    public init(pattern: String, flags: String, range: SourceRange) {
        self.pattern = pattern
        self.flags = flags
        self.range = range
    }
}

/// `distinct(account of login by ip within 5m where …)`, as written.
public struct AggregateSyntax: Sendable {
    public enum Extent: Sendable {
        case within(milliseconds: Int64, range: SourceRange)
        case since(Name)
    }
    public var function: Name
    /// What stands before `of`, else nil. In `count(E by K)` the path before `by` is the event.
    public var field: Name?
    /// The event; for `new(F by K)`, which has no `of`, the parser puts F in `field` and nil here.
    public var event: Name?
    public var keys: [Name]
    public var extent: Extent?
    public var condition: Expression?

    public init(function: Name, field: Name?, event: Name?, keys: [Name], extent: Extent?, condition: Expression?) {
        self.function = function
        self.field = field
        self.event = event
        self.keys = keys
        self.extent = extent
        self.condition = condition
    }
}
