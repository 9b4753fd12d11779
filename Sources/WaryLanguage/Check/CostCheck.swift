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
            let dearest = policy.aggregates.max { AggregateCost.bytes($0.definition) < AggregateCost.bytes($1.definition) }
            diagnostics.append(Diagnostic(.cost, at: policy.aggregates[limits.aggregates].range,
                "the policy keeps \(policy.aggregates.count) aggregates; \(limits.aggregates) is the limit",
                help: dearest.map { "the dearest is \($0.spelling), with up to \(AggregateCost.bytes($0.definition)) bytes in each profile" }))
        }
        let reads = policy.aggregates.reduce(1) { $0 + AggregateCost.reads($1.definition) }
        if reads > limits.historyReads {
            let dearest = policy.aggregates.max { AggregateCost.reads($0.definition) < AggregateCost.reads($1.definition) }
            diagnostics.append(Diagnostic(.cost, at: policy.nameRange,
                "a decision may read history \(reads) times; \(limits.historyReads) is the limit",
                help: dearest.map { "the dearest is \($0.spelling)" }))
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

/// What an aggregate costs at most.
enum AggregateCost {
    /// Look-ups in history for one value.
    static func reads(_ definition: AggregateDefinition) -> Int {
        if case .since = definition.extent { 2 } else { 1 }
    }

    /// Bytes in each profile: exact instants while there are few (128), a ring of 64 buckets above; distinct values as
    /// 64-bit hashes with their instants, then registers; one value and its instant for the rest.
    static func bytes(_ definition: AggregateDefinition) -> Int {
        switch definition.function {
        case .count, .regular: 128 * 8 + 64 * 4
        case .distinct, .new: 128 * 16 + 64 * 256
        case .sum, .avg: 128 * 16 + 64 * 12
        case .min, .max: 128 * 16 + 64 * 8
        case .last, .first: 8 + 32
        case .elapsed: 8
        }
    }
}
