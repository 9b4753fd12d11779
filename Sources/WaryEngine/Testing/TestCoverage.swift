import WaryLanguage
import WaryVocabulary

/// What a policy's tests reach: each rule, each rule's `unknown` branch, each outcome.
public struct TestCoverage: Sendable {
    /// One thing that a test can reach.
    public struct Item: Sendable, Hashable {
        public enum Kind: String, Sendable, Hashable {
            case rule
            /// A rule's condition being unknown.
            case unknown
            case outcome
        }
        public var kind: Kind
        /// The rule's or the outcome's name.
        public var name: String
        public var range: SourceRange
        /// How many tests reach it.
        public var tests: Int

        /// What there is to say where none does.
        public var message: String {
            switch kind {
            case .rule: "no test makes \(name) fire"
            case .unknown: "no test makes \(name) unknown"
            case .outcome: "no test gets \(name)"
            }
        }
    }

    public let items: [Item]
    /// Those that no test reaches, but for the silenced.
    public let missed: [Item]
    /// A warning for each of them.
    public let diagnostics: [Diagnostic]

    public var reached: Int { items.count { $0.tests > 0 } }

    /// - Parameters:
    ///   - trees: the policy's own text and those it includes.
    ///   - results: those of all its tests.
    public init(_ policy: CompiledPolicy, trees: [SyntaxTree], results: [PolicyTestResult]) {
        let declared = Declared(trees)
        var items: [Item] = []
        for (index, rule) in policy.rules.enumerated() {
            let fired = results.count { $0.evaluation.fired.contains(index) || $0.evaluation.monitored.contains(index) }
            items.append(Item(kind: .rule, name: rule.name, range: rule.range, tests: fired))
            if let range = declared.unknownClauses[rule.name] {
                let unknown = results.count { $0.evaluation.unknown.contains(index) }
                items.append(Item(kind: .unknown, name: rule.name, range: range, tests: unknown))
            }
        }
        for outcome in Outcome.allCases {
            guard let range = declared.outcomes[outcome] else { continue }
            let reached = results.count { $0.evaluation.outcome == outcome }
            items.append(Item(kind: .outcome, name: outcome.rawValue, range: range, tests: reached))
        }
        self.items = items
        var reached = PolicyCoverage(policy)
        for result in results { reached.record(result.evaluation) }
        diagnostics = reached.diagnostics(in: trees)
        let messages = Set(diagnostics.map(\.message))
        missed = items.filter { $0.tests == 0 && messages.contains($0.message) }
    }

    /// Where a policy's text says what can be reached.
    private struct Declared {
        var unknownClauses: [String: SourceRange] = [:]
        var outcomes: [Outcome: SourceRange] = [:]

        init(_ trees: [SyntaxTree]) {
            for declaration in trees.flatMap(\.declarations) {
                switch declaration {
                case .rule(let rule): add(rule)
                case .decide(let decide):
                    for line in decide.lines { note(line.outcome.outcome, line.range) }
                case .policy, .include, .list, .input, .binding, .test: break
                }
            }
        }

        private mutating func add(_ rule: RuleDeclaration) {
            for clause in rule.clauses {
                switch clause.kind {
                case .unknown: unknownClauses[rule.name.text] = clause.range
                case .deny where rule.monitor == nil: note(.deny, clause.range)
                case .stepUp where rule.monitor == nil: note(.stepUp, clause.range)
                default: break
                }
            }
        }

        private mutating func note(_ outcome: Outcome, _ range: SourceRange) {
            if outcomes[outcome] == nil { outcomes[outcome] = range }
        }
    }
}
