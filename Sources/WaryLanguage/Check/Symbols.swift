import WaryVocabulary

/// The names that a policy and what it includes declare.
struct Symbols {
    enum Meaning: Hashable { case list(Int), input(Int), binding(Int) }

    private(set) var meanings: [String: (meaning: Meaning, range: SourceRange)] = [:]
    private(set) var rules: [String: (index: Int, range: SourceRange)] = [:]
    private(set) var lists: [ListDeclaration] = []
    private(set) var inputs: [InputDeclaration] = []
    private(set) var bindings: [LetDeclaration] = []
    private(set) var ruleDeclarations: [RuleDeclaration] = []
    private(set) var policies: [PolicyDeclaration] = []
    private(set) var decides: [DecideDeclaration] = []
    private(set) var tests: [TestDeclaration] = []

    /// Names given twice are reported and the first holds.
    init(_ trees: [SyntaxTree], diagnostics: inout [Diagnostic]) {
        var testNames: [String: SourceRange] = [:]
        for declaration in trees.lazy.flatMap(\.declarations) {
            switch declaration {
            case .policy(let node): policies.append(node)
            case .decide(let node): decides.append(node)
            case .include: break
            case .list(let node):
                if declare(node.name, .list(lists.count), &diagnostics) { lists.append(node) }
            case .input(let node):
                if declare(node.name, .input(inputs.count), &diagnostics) { inputs.append(node) }
            case .binding(let node):
                if declare(node.name, .binding(bindings.count), &diagnostics) { bindings.append(node) }
            case .rule(let node):
                if let first = rules[node.name.text] {
                    diagnostics.append(Self.twice("rule", node.name, first.range))
                } else {
                    rules[node.name.text] = (ruleDeclarations.count, node.name.range)
                    ruleDeclarations.append(node)
                }
            case .test(let node):
                if let first = testNames[node.name.value] {
                    diagnostics.append(Self.twice("test", Name(node.name.value, node.name.range), first))
                }
                testNames[node.name.value] = testNames[node.name.value] ?? node.name.range
                tests.append(node)
            }
        }
    }

    /// What an author may have meant by an unknown name.
    var names: [String] { meanings.keys.sorted() + SignalCatalogue.entries.map(\.name) }

    private mutating func declare(_ name: Name, _ meaning: Meaning, _ diagnostics: inout [Diagnostic]) -> Bool {
        if SignalCatalogue.entry(named: name.text) != nil {
            diagnostics.append(Diagnostic(.duplicate, at: name.range, "\(name.text) is the name of a signal",
                                          help: "choose another name: the signal would be hidden"))
            return false
        }
        if let first = meanings[name.text] {
            diagnostics.append(Self.twice("name", name, first.range))
            return false
        }
        meanings[name.text] = (meaning, name.range)
        return true
    }

    private static func twice(_ what: String, _ name: Name, _ first: SourceRange) -> Diagnostic {
        Diagnostic(.duplicate, at: name.range, "the \(what) \(name.text) is given twice", help: "rename one of the two",
                   labels: [.init(range: first, text: "first given here")])
    }
}
