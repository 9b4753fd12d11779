/// The smallest piece of a policy's text that means something, with the blanks and comments before it.
public struct Token: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// A name, or names joined by dots; lower case and without confusables, whatever the text has.
        case name(String)
        case keyword(Keyword)
        case literal(Literal)
        case regex(RegexLiteral)
        case punctuation(Punctuation)
        /// Something that was meant as a value and is none; the lexer has reported it.
        case invalid
        /// The end of the text; only the last token is one, and its range is empty.
        case end
    }

    public var kind: Kind
    /// The token itself.
    public var range: SourceRange
    /// From the end of the token before to the start of this one: blanks and comments.
    public var leadingTrivia: SourceRange
    /// Whether only blanks stand before it on its line.
    public var isFirstOnLine: Bool

    public init(kind: Kind, range: SourceRange, leadingTrivia: SourceRange, isFirstOnLine: Bool) {
        self.kind = kind
        self.range = range
        self.leadingTrivia = leadingTrivia
        self.isFirstOnLine = isFirstOnLine
    }
}

/// The words that the language keeps to itself; none of them can be a name.
public enum Keyword: String, Sendable, Hashable, CaseIterable {
    case policy, include, list, input, `let`, rule, decide, test
    case `for`, onError = "on_error", noFactor = "no_factor", timezone
    case of, from, client, `default`, monitor
    case when, unless, unknown, score, stepUp = "step_up", deny, notify, tag, allow, otherwise
    case skip, fire, up, to
    case at, given, history, unavailable, ago, over, each, expect, because, degraded
    case and, or, not, `in`, matches, `is`, known, between
    case by, within, since, `where`
    case `true`, `false`

    /// The words that begin a declaration.
    public static let declarations: [Keyword] = [.policy, .include, .list, .input, .let, .rule, .decide, .test]
    /// The words that begin a clause of a rule.
    public static let clauses: [Keyword] = [.when, .unless, .unknown, .score, .stepUp, .deny, .notify, .tag]
    /// The words that begin a setting of a policy.
    public static let settings: [Keyword] = [.for, .onError, .noFactor, .timezone]
}

public enum Punctuation: String, Sendable, Hashable, CaseIterable {
    case braceOpen = "{", braceClose = "}", parenthesisOpen = "(", parenthesisClose = ")"
    case bracketOpen = "[", bracketClose = "]"
    case comma = ",", colon = ":", dot = ".", range = ".."
    case assign = "=", equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
    case plus = "+", minus = "-", star = "*", slash = "/", fallback = "??"
}
