import WaryVocabulary

/// A checked expression: names resolved, types known, units gone. What the compiler, the explainer and the lints read.
struct Term: Sendable {
    indirect enum Kind: Sendable {
        case constant(Datum)
        case signal(SignalID)
        case input(Int)
        case aggregate(Int)
        case binding(Int)
        case list(Int)
        /// In `where`: a key of the event that is no signal, such as its subnet.
        case key(KeyKind)
        case score
        case fired(rule: Int)
        case not(Term)
        case negate(Term)
        case logical(LogicalOperator, [Term])
        case compare(ComparisonOperator, Term, Term)
        case member(Term, of: Term, isNegated: Bool)
        /// `x in low..high`: a time of day wraps past midnight and leaves its end out; all else includes both ends.
        case inRange(Term, low: Term, high: Term, isNegated: Bool)
        /// `x between low and high`, both ends included.
        case between(Term, low: Term, high: Term)
        case matches(Term, regex: Int)
        case isKnown(Term, isNegated: Bool)
        case fallback(Term, Term)
        case arithmetic(ArithmeticOperator, Term, Term)
        /// `int` to `decimal`
        case widen(Term)
        case call(Function, [Term])
        case set([Term])
        /// Stands where an error has been reported.
        case invalid
    }

    enum Function: String, Sendable, CaseIterable {
        case min, max, abs, lower, length
        case distanceBetween = "distance_between"
    }

    var kind: Kind
    /// Nil where an error has been reported: fits every type.
    var type: ValueType?
    var range: SourceRange

    init(_ kind: Kind, _ type: ValueType?, _ range: SourceRange) {
        self.kind = kind
        self.type = type
        self.range = range
    }

    static func invalid(_ range: SourceRange) -> Term { Term(.invalid, nil, range) }

    /// The terms directly inside this one; lets are not entered.
    var children: [Term] {
        switch kind {
        case .constant, .signal, .input, .aggregate, .binding, .list, .key, .score, .fired, .invalid: []
        case .not(let a), .negate(let a), .widen(let a), .matches(let a, _), .isKnown(let a, _): [a]
        case .logical(_, let parts), .set(let parts), .call(_, let parts): parts
        case .compare(_, let a, let b), .member(let a, let b, _), .fallback(let a, let b), .arithmetic(_, let a, let b): [a, b]
        case .inRange(let a, let low, let high, _), .between(let a, let low, let high): [a, low, high]
        }
    }

    var constant: Datum? {
        if case .constant(let datum) = kind { datum } else { nil }
    }
}

extension ValueType {
    var isNumber: Bool { self == .int || self == .decimal }
    var isQuantity: Bool { self == .duration || self == .distance || self == .speed }
    /// Whether `<` means something.
    var isOrdered: Bool { isNumber || isQuantity || self == .instant || self == .timeOfDay || self == .text }
    var element: ValueType? {
        if case .set(let element) = self { element } else { nil }
    }
    /// With its article, for messages: `a speed`, `an int`.
    var withArticle: String {
        let name = description
        return (name.first.map { "aeiou".contains($0) } == true ? "an " : "a ") + name
    }
}
