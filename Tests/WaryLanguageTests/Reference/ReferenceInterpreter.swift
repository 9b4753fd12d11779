import WaryLanguage
import WaryVocabulary

/// The language's meaning a second time: walks the syntax tree, slow and obvious. Knows nothing of the checker or the machine.
struct ReferenceInterpreter {
    enum Value: Equatable {
        case known(Datum)
        case unknown
        /// Unreadable history or overflow.
        case failed
    }

    struct Answer: Equatable {
        var outcome: Outcome
        var factors: [Factor]
        var score: Int
        var isDegraded: Bool
        var fired: [String]
        var unknown: [String]
        var monitored: [String]
    }

    let lists: [String: ListDeclaration]
    let inputs: [String: InputDeclaration]
    let bindings: [String: Expression]
    let rules: [RuleDeclaration]
    let lines: [DecideDeclaration.Line]
    let settings: [PolicyDeclaration.Setting]
    var source: ScriptedSource
    var isDegraded = false
    var evaluated: [String: Value] = [:]
    var score: Int64 = 0
    var firedRules: Set<String> = []

    init(_ tree: SyntaxTree, source: ScriptedSource) {
        var lists: [String: ListDeclaration] = [:], inputs: [String: InputDeclaration] = [:], bindings: [String: Expression] = [:]
        var rules: [RuleDeclaration] = [], lines: [DecideDeclaration.Line] = [], settings: [PolicyDeclaration.Setting] = []
        for declaration in tree.declarations {
            switch declaration {
            case .list(let node): lists[node.name.text] = node
            case .input(let node): inputs[node.name.text] = node
            case .binding(let node): bindings[node.name.text] = node.value
            case .rule(let node): rules.append(node)
            case .decide(let node): lines = node.lines
            case .policy(let node): settings = node.settings.map(\.setting)
            case .include, .test: break
            }
        }
        (self.lists, self.inputs, self.bindings, self.rules, self.lines, self.settings) = (lists, inputs, bindings, rules, lines, settings)
        self.source = source
    }

    mutating func decide() -> Answer {
        var answer = Answer(outcome: .allow, factors: [], score: 0, isDegraded: false, fired: [], unknown: [], monitored: [])
        var total: Double = 0
        var lists: [[Factor]] = []
        var severity = Outcome.allow
        for rule in rules {
            let result = evaluate(rule)
            if result.isUnknown { answer.unknown.append(rule.name.text) }
            if rule.monitor != nil {
                if result.fires { answer.monitored.append(rule.name.text) }
                continue
            }
            total += Double(result.score)
            guard result.fires else { continue }
            firedRules.insert(rule.name.text)
            answer.fired.append(rule.name.text)
            for clause in rule.clauses {
                if case .deny = clause.kind { severity = .deny }
                if case .stepUp(let names) = clause.kind {
                    severity = max(severity, .stepUp)
                    if let names { lists.append(Self.factors(names)) }
                }
            }
        }
        score = Int64(max(0, min(100, total)))
        answer.score = Int(score)
        let line = chosenLine()
        if line.outcome.outcome == .stepUp, let names = line.outcome.factors { lists.insert(Self.factors(names), at: 0) }
        answer.outcome = max(severity, line.outcome.outcome)
        answer.isDegraded = isDegraded
        finish(&answer, lists)
        return answer
    }

    private mutating func chosenLine() -> DecideDeclaration.Line {
        for line in lines {
            guard let condition = line.condition else { return line }
            switch evaluate(condition) {
            case .known(.bool(true)): return line
            case .known: continue
            default: if line.outcome.outcome != .allow { return line }
            }
        }
        return lines[lines.count - 1]
    }

    private mutating func finish(_ answer: inout Answer, _ given: [[Factor]]) {
        var lists = given
        var noFactor = Outcome.deny
        for setting in settings {
            if case .noFactor(let outcome) = setting { noFactor = outcome.outcome }
            if case .onError(let outcome) = setting, isDegraded {
                answer.outcome = max(answer.outcome, outcome.outcome)
                if outcome.outcome == .stepUp, let names = outcome.factors { lists.append(Self.factors(names)) }
            }
        }
        guard answer.outcome == .stepUp else { return }
        let permitted = (lists.first ?? Factor.allCases).filter { factor in lists.allSatisfy { $0.contains(factor) } }
        answer.factors = permitted
        if case .known(.set(let account))? = source.signals[.accountFactors] {
            answer.factors = permitted.filter { account.contains(.factor($0)) }
        }
        if answer.factors.isEmpty {
            answer.outcome = noFactor
            answer.factors = noFactor == .stepUp ? permitted : []
        }
    }

    private static func factors(_ names: [Name]) -> [Factor] { names.compactMap { Factor(rawValue: $0.text) } }

    private mutating func evaluate(_ rule: RuleDeclaration) -> (fires: Bool, isUnknown: Bool, score: Int64) {
        var when: Expression?, unless: Expression?, treatment: Clause.UnknownTreatment?, scored: (Expression, Int64?)?
        for clause in rule.clauses {
            switch clause.kind {
            case .when(let expression): when = expression
            case .unless(let expression): unless = expression
            case .unknown(let value): treatment = value
            case .score(let expression, let cap): scored = (expression, cap?.value)
            default: break
            }
        }
        guard let when else { return (false, false, 0) }
        var condition = evaluate(when)
        if let unless, condition != .known(.bool(false)) { condition = Self.and(condition, Self.not(evaluate(unless))) }
        if condition == .known(.bool(false)) { return (false, false, 0) }
        if condition == .failed { return (false, true, 0) }
        if condition == .unknown {
            if case .score(let value)? = treatment { return (false, true, value.value) }
            if treatment != .fire { return (false, true, 0) }
        }
        guard let scored else { return (true, condition == .unknown, 0) }
        return points(scored.0, cap: scored.1, condition, treatment)
    }

    private mutating func points(_ expression: Expression, cap: Int64?, _ condition: Value,
                                 _ treatment: Clause.UnknownTreatment?) -> (fires: Bool, isUnknown: Bool, score: Int64) {
        switch evaluate(expression) {
        case .known(.int(let value)): return (true, condition == .unknown, min(value, cap ?? value))
        case .known(.decimal(let value)):
            guard let whole = Int64(exactly: value.rounded(.toNearestOrAwayFromZero)) else {
                isDegraded = true
                return (false, true, 0)
            }
            return (true, condition == .unknown, min(whole, cap ?? whole))
        case .unknown:
            if case .score(let value)? = treatment { return (true, true, value.value) }
            return (true, true, treatment == .fire ? cap ?? 0 : 0)
        default: return (false, true, 0)
        }
    }

    static func not(_ value: Value) -> Value {
        if case .known(.bool(let truth)) = value { .known(.bool(!truth)) } else { value }
    }

    static func and(_ a: Value, _ b: Value) -> Value {
        if a == .known(.bool(false)) || b == .known(.bool(false)) { return .known(.bool(false)) }
        if a == .failed || b == .failed { return .failed }
        return a == .unknown || b == .unknown ? .unknown : .known(.bool(true))
    }
}
