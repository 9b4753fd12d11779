import WaryVocabulary

/// E-cost: the limits on what one decision may take.
struct CostCheck {
    let policy: CheckedPolicy
    let limits: LanguageLimits

    func check(into diagnostics: inout [Diagnostic]) {
        if policy.rules.count > limits.rules {
            let dearest = policy.rules.max { size($0) < size($1) }
            diagnostics.append(Diagnostic(.cost, at: policy.rules[limits.rules].nameRange,
                "the policy has \(policy.rules.count) rules; \(limits.rules) is the limit",
                help: dearest.map { "the dearest is \($0.name), with \(size($0)) operations" }))
        }
        if policy.aggregates.count > limits.aggregates {
            let dearest = policy.aggregates.max { AggregateCost.rank($0.definition) < AggregateCost.rank($1.definition) }
            diagnostics.append(Diagnostic(.cost, at: policy.aggregates[limits.aggregates].range,
                "the policy keeps \(policy.aggregates.count) aggregates; \(limits.aggregates) is the limit",
                help: dearest.map { "the dearest is \($0.spelling); wary check --cost measures each" }))
        }
        let reads = HistoryReads(policy).total
        if reads > limits.historyReads {
            let dearest = policy.rules.max { HistoryReads(policy).count([$0.condition]) < HistoryReads(policy).count([$1.condition]) }
            diagnostics.append(Diagnostic(.cost, at: policy.nameRange,
                "a decision may read history \(reads) times; \(limits.historyReads) is the limit",
                help: dearest.map { "the dearest is the rule \($0.name)" }))
        }
        checkDepth(into: &diagnostics)
        if policy.tests.count > limits.tests {
            diagnostics.append(Diagnostic(.cost, at: policy.tests[limits.tests].range,
                                          "the policy has \(policy.tests.count) tests; \(limits.tests) is the limit"))
        }
    }

    /// Reports the deepest expression only: mending it usually mends those that use it.
    private func checkDepth(into diagnostics: inout [Diagnostic]) {
        var deepest: (depth: Int, name: String, range: SourceRange)?
        var memo: [Int: Int] = [:]
        func consider(_ term: Term, _ name: String) {
            let depth = depth(of: term, &memo)
            if depth > limits.expressionDepth, depth > deepest?.depth ?? 0 { deepest = (depth, name, term.range) }
        }
        for binding in policy.bindings { consider(binding.term, "let \(binding.name)") }
        for rule in policy.rules {
            consider(rule.when, "rule \(rule.name)")
            if let unless = rule.unless { consider(unless, "rule \(rule.name)") }
            if let score = rule.score { consider(score, "rule \(rule.name)") }
        }
        for line in policy.lines { if let condition = line.condition { consider(condition, "decide") } }
        if let deepest {
            diagnostics.append(Diagnostic(.cost, at: deepest.range,
                "expressions nest \(deepest.depth) deep, lets counted in; \(limits.expressionDepth) is the limit",
                help: "the deepest is in \(deepest.name): split it"))
        }
    }

    private func depth(of term: Term, _ memo: inout [Int: Int]) -> Int {
        switch term.kind {
        case .binding(let index):
            if let known = memo[index] { return known }
            memo[index] = 1
            let depth = 1 + depth(of: policy.bindings[index].term, &memo)
            memo[index] = depth
            return depth
        case .arithmetic(let op, let a, let b):
            // A chain of sums or of products is one level, however long.
            let left = depth(of: a, &memo)
            if case .arithmetic(let inner, _, _) = a.kind, inner.isAdditive == op.isAdditive { return max(left, 1 + depth(of: b, &memo)) }
            return 1 + max(left, depth(of: b, &memo))
        default:
            return 1 + (term.children.map { depth(of: $0, &memo) }.max() ?? 0)
        }
    }

    private func size(_ rule: CheckedPolicy.Rule) -> Int {
        rule.condition.size + (rule.score?.size ?? 0)
    }
}

extension ArithmeticOperator {
    var isAdditive: Bool { self == .add || self == .subtract }
}

extension Term {
    /// How many terms it is made of.
    var size: Int { children.reduce(1) { $0 + $1.size } }
}

/// What an aggregate costs.
enum AggregateCost {
    /// Look-ups in history for one value: its profile.
    static let reads = 1

    /// Which of two takes more in a profile; how many bytes, WaryHistory measures.
    static func rank(_ definition: AggregateDefinition) -> Int {
        switch definition.function {
        case .distinct: 6
        case .new: 5
        case .sum, .avg: 4
        case .count: if case .within = definition.extent { 3 } else { 1 }
        case .min, .max: 2
        case .regular: 1
        case .last, .first, .elapsed: 0
        }
    }
}
