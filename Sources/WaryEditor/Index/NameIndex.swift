import WaryLanguage
import WaryVocabulary

/// What a name stands for.
struct Symbol: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case policy, list, input, binding, rule
        case signal, event, key, factor, function, type
    }
    var kind: Kind
    var name: String

    /// Whether the policy's author chose the name, and may choose another.
    var isDeclaredHere: Bool {
        switch kind {
        case .list, .input, .binding, .rule: true
        default: false
        }
    }
}

/// Every name in a policy's files, and where it stands.
struct NameIndex: Sendable {
    struct Occurrence: Sendable, Hashable {
        var symbol: Symbol
        var range: SourceRange
        var isDeclaration: Bool
    }

    private(set) var occurrences: [Occurrence] = []
    /// What bare names stand for.
    private(set) var declared: [String: Symbol.Kind] = [:]

    init(_ trees: [SyntaxTree]) {
        for tree in trees { for declaration in tree.declarations { declare(declaration) } }
        for tree in trees { for declaration in tree.declarations { add(declaration) } }
    }

    /// The name at an offset; at the end of a name, that one.
    func occurrence(at offset: Int, in file: SourceFile.ID) -> Occurrence? {
        occurrences.first { $0.range.file == file && $0.range.start <= offset && offset <= $0.range.end }
    }

    func all(_ symbol: Symbol) -> [Occurrence] { occurrences.filter { $0.symbol == symbol } }

    func names(_ kind: Symbol.Kind) -> [String] {
        Set(occurrences.filter { $0.symbol.kind == kind && $0.isDeclaration }.map(\.symbol.name)).sorted()
    }

    private mutating func declare(_ declaration: Declaration) {
        switch declaration {
        case .list(let node): declared[node.name.text] = .list
        case .input(let node): declared[node.name.text] = .input
        case .binding(let node): declared[node.name.text] = .binding
        default: break
        }
    }

    private mutating func add(_ kind: Symbol.Kind, _ name: Name, isDeclaration: Bool = false) {
        guard !name.text.isEmpty else { return }
        occurrences.append(Occurrence(symbol: Symbol(kind: kind, name: name.text), range: name.range, isDeclaration: isDeclaration))
    }

    private mutating func add(_ kind: Symbol.Kind, _ names: [Name]?) {
        for name in names ?? [] { add(kind, name) }
    }

    private mutating func add(_ declaration: Declaration) {
        switch declaration {
        case .policy(let node):
            add(.policy, node.name, isDeclaration: true)
            for (setting, _) in node.settings {
                switch setting {
                case .event(let event): add(.event, event)
                case .onError(let outcome), .noFactor(let outcome): add(.factor, outcome.factors)
                case .timeZone: break
                }
            }
        case .include: break
        case .list(let node):
            add(.list, node.name, isDeclaration: true)
            add(.type, node.type)
            if case .set(let entries)? = node.source { add(entries) }
        case .input(let node):
            add(.input, node.name, isDeclaration: true)
            add(.type, node.type)
        case .binding(let node):
            add(.binding, node.name, isDeclaration: true)
            add(node.value)
        case .rule(let node):
            add(.rule, node.name, isDeclaration: true)
            node.clauses.forEach { add($0) }
        case .decide(let node):
            for line in node.lines {
                add(.factor, line.outcome.factors)
                if let condition = line.condition { add(condition) }
            }
        case .test(let node): node.items.forEach { add($0.item) }
        }
    }

    private mutating func add(_ clause: Clause) {
        switch clause.kind {
        case .when(let condition), .unless(let condition): add(condition)
        case .score(let score, _): add(score)
        case .stepUp(let factors): add(.factor, factors)
        case .unknown, .deny, .notify, .tag: break
        }
    }

    private mutating func add(_ item: TestDeclaration.Item) {
        switch item {
        case .at, .historyUnavailable: break
        case .event(let event, let fields), .history(.ago(_, let event, let fields)), .history(.repeated(_, let event, _, let fields)):
            add(.event, event)
            for field in fields.fields { addField(field.path) }
        case .expect(.outcome(let outcome, let because)):
            add(.factor, outcome.factors)
            add(.rule, because)
        case .expect(.because(let rules)), .expect(.unknown(let rules)): add(.rule, rules)
        case .expect: break
        }
    }

    /// A field of an event: a signal, an input, or a key.
    private mutating func addField(_ name: Name) {
        if declared[name.text] == .input {
            add(.input, name)
        } else {
            add(SignalID(rawValue: name.text) != nil ? .signal : .key, name)
        }
    }

    private mutating func add(_ expression: Expression) {
        switch expression.kind {
        case .path(let name): addPath(Name(name, expression.range))
        case .set(let elements): elements.forEach { add($0) }
        case .not(let operand), .negate(let operand), .parenthesised(let operand), .isKnown(let operand, _), .matches(let operand, _):
            add(operand)
        case .logical(_, let operands): operands.forEach { add($0) }
        case .comparison(_, let a, let b), .arithmetic(_, let a, let b), .fallback(let a, let b), .membership(let a, _, .expression(let b)):
            add(a)
            add(b)
        case .membership(let a, _, .range(let low, let high)), .between(let a, let low, let high):
            [a, low, high].forEach { add($0) }
        case .call(let function, let arguments):
            add(.function, function)
            for argument in arguments {
                if function.text == "fired", case .path(let rule) = argument.kind {
                    add(.rule, Name(rule, argument.range))
                } else {
                    add(argument)
                }
            }
        case .aggregate(let syntax): add(syntax)
        case .literal, .score, .missing: break
        }
    }

    private mutating func addPath(_ name: Name) {
        if let kind = declared[name.text] {
            add(kind, name)
        } else if SignalID(rawValue: name.text) != nil {
            add(.signal, name)
        } else if Factor(rawValue: name.text) != nil {
            add(.factor, name)
        }
    }

    private mutating func add(_ syntax: AggregateSyntax) {
        add(.function, syntax.function)
        if let event = syntax.event { add(.event, event) }
        if let field = syntax.field { add(declared[field.text] == .input ? .input : .key, field) }
        add(.key, syntax.keys)
        if case .since(let event)? = syntax.extent { add(.event, event) }
        if let condition = syntax.condition { add(condition) }
    }
}
