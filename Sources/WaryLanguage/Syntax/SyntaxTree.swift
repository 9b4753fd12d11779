import WaryVocabulary

/// A parsed policy text. The tokens tile the text without a gap (each carries the blanks and comments before it), so the
/// text can be had back byte for byte; the declarations are what the tokens mean.
public struct SyntaxTree: Sendable {
    public var file: SourceFile
    public var tokens: [Token]
    public var declarations: [Declaration]

    public init(file: SourceFile, tokens: [Token], declarations: [Declaration]) {
        self.file = file
        self.tokens = tokens
        self.declarations = declarations
    }
}

/// A name where it stands.
public struct Name: Sendable, Hashable {
    public var text: String
    public var range: SourceRange
    public init(_ text: String, _ range: SourceRange) {
        self.text = text
        self.range = range
    }
}

/// A text literal where it stands, with its escapes resolved.
public struct TextLiteral: Sendable, Hashable {
    public var value: String
    public var range: SourceRange
    public init(_ value: String, _ range: SourceRange) {
        self.value = value
        self.range = range
    }
}

/// A whole number where it stands.
public struct IntegerLiteral: Sendable, Hashable {
    public var value: Int64
    public var range: SourceRange
    public init(_ value: Int64, _ range: SourceRange) {
        self.value = value
        self.range = range
    }
}

/// What stands at the top level of a file.
public enum Declaration: Sendable {
    case policy(PolicyDeclaration)
    case include(IncludeDeclaration)
    case list(ListDeclaration)
    case input(InputDeclaration)
    case binding(LetDeclaration)
    case rule(RuleDeclaration)
    case decide(DecideDeclaration)
    case test(TestDeclaration)

    public var range: SourceRange {
        switch self {
        case .policy(let node): node.range
        case .include(let node): node.range
        case .list(let node): node.range
        case .input(let node): node.range
        case .binding(let node): node.range
        case .rule(let node): node.range
        case .decide(let node): node.range
        case .test(let node): node.range
        }
    }
}

public struct PolicyDeclaration: Sendable {
    public enum Setting: Sendable {
        case event(Name)
        case onError(OutcomeSyntax)
        case noFactor(OutcomeSyntax)
        case timeZone(TextLiteral)
    }
    public var name: Name
    public var title: TextLiteral?
    /// Each setting with the range of the whole of it.
    public var settings: [(setting: Setting, range: SourceRange)]
    public var range: SourceRange

    public init(name: Name, title: TextLiteral?, settings: [(setting: Setting, range: SourceRange)], range: SourceRange) {
        self.name = name
        self.title = title
        self.settings = settings
        self.range = range
    }
}

public struct IncludeDeclaration: Sendable {
    public var path: TextLiteral
    public var range: SourceRange

    public init(path: TextLiteral, range: SourceRange) {
        self.path = path
        self.range = range
    }
}

public struct ListDeclaration: Sendable {
    public enum Source: Sendable {
        case set(Expression)
        case file(TextLiteral)
    }
    public var name: Name
    public var type: Name
    /// Nil where it could not be parsed.
    public var source: Source?
    public var range: SourceRange

    public init(name: Name, type: Name, source: Source?, range: SourceRange) {
        self.name = name
        self.type = type
        self.source = source
        self.range = range
    }
}

public struct InputDeclaration: Sendable {
    public var name: Name
    public var type: Name
    public var isFromClient: Bool
    public var defaultValue: Expression?
    public var range: SourceRange

    public init(name: Name, type: Name, isFromClient: Bool, defaultValue: Expression?, range: SourceRange) {
        self.name = name
        self.type = type
        self.isFromClient = isFromClient
        self.defaultValue = defaultValue
        self.range = range
    }
}

public struct LetDeclaration: Sendable {
    public var name: Name
    public var value: Expression
    public var range: SourceRange

    public init(name: Name, value: Expression, range: SourceRange) {
        self.name = name
        self.value = value
        self.range = range
    }
}

public struct RuleDeclaration: Sendable {
    public var name: Name
    /// The range of the word `monitor`.
    public var monitor: SourceRange?
    public var title: TextLiteral?
    public var clauses: [Clause]
    public var range: SourceRange

    public init(name: Name, monitor: SourceRange?, title: TextLiteral?, clauses: [Clause], range: SourceRange) {
        self.name = name
        self.monitor = monitor
        self.title = title
        self.clauses = clauses
        self.range = range
    }
}

public struct Clause: Sendable {
    public enum Kind: Sendable {
        case when(Expression)
        case unless(Expression)
        case unknown(UnknownTreatment)
        case score(Expression, cap: IntegerLiteral?)
        /// Nil factors: any.
        case stepUp([Name]?)
        case deny
        case notify([Name])
        case tag([TextLiteral])
    }
    public enum UnknownTreatment: Sendable, Hashable {
        case skip, fire
        case score(IntegerLiteral)
    }
    public var kind: Kind
    public var range: SourceRange

    public init(kind: Kind, range: SourceRange) {
        self.kind = kind
        self.range = range
    }
}

public struct OutcomeSyntax: Sendable {
    public var outcome: Outcome
    /// After `step_up`; nil: any.
    public var factors: [Name]?
    public var range: SourceRange

    public init(outcome: Outcome, factors: [Name]?, range: SourceRange) {
        self.outcome = outcome
        self.factors = factors
        self.range = range
    }
}

public struct DecideDeclaration: Sendable {
    public struct Line: Sendable {
        public var outcome: OutcomeSyntax
        /// Nil for `otherwise`.
        public var condition: Expression?
        public var range: SourceRange

        public init(outcome: OutcomeSyntax, condition: Expression?, range: SourceRange) {
            self.outcome = outcome
            self.condition = condition
            self.range = range
        }
    }
    public var lines: [Line]
    public var range: SourceRange

    public init(lines: [Line], range: SourceRange) {
        self.lines = lines
        self.range = range
    }
}

public struct TestDeclaration: Sendable {
    public enum Item: Sendable {
        case at(TextLiteral)
        case history(HistorySyntax)
        case historyUnavailable
        /// The event that is tried.
        case event(Name, FieldsSyntax)
        case expect(ExpectSyntax)
    }
    public enum HistorySyntax: Sendable {
        /// `given 20m ago …`, the duration in milliseconds.
        case ago(milliseconds: Int64, event: Name, FieldsSyntax)
        /// `given 12 … over 8m`
        case repeated(IntegerLiteral, event: Name, overMilliseconds: Int64, FieldsSyntax)
    }
    public enum ExpectSyntax: Sendable {
        case outcome(OutcomeSyntax, because: [Name]?)
        case because([Name])
        case score(ClosedRange<Int64>)
        case unknown([Name])
        case notify([Name])
        case tag([TextLiteral])
        case degraded
    }
    public var name: TextLiteral
    public var items: [(item: Item, range: SourceRange)]
    public var range: SourceRange

    public init(name: TextLiteral, items: [(item: Item, range: SourceRange)], range: SourceRange) {
        self.name = name
        self.items = items
        self.range = range
    }
}

/// `{ account "alice" ip 192.0.2.10 account each "u{n}" geo.point 48.86, 2.35 }`
public struct FieldsSyntax: Sendable {
    public struct Field: Sendable {
        public var path: Name
        /// `each`: `{n}` in text values counts.
        public var isEach: Bool
        public var values: [Expression]
        public var range: SourceRange

        public init(path: Name, isEach: Bool, values: [Expression], range: SourceRange) {
            self.path = path
            self.isEach = isEach
            self.values = values
            self.range = range
        }
    }
    public var fields: [Field]
    public var range: SourceRange

    public init(fields: [Field], range: SourceRange) {
        self.fields = fields
        self.range = range
    }
}
