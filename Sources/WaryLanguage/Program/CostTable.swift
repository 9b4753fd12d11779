import WaryVocabulary

/// What each part of a policy costs at worst: the table of `wary check --cost`.
public struct CostTable: Sendable {
    public struct Row: Sendable, Hashable {
        /// A rule's name, or `decide`.
        public let name: String
        /// Instructions that it runs at worst were it alone, those of the lets it needs included.
        public let instructions: Int
        /// Look-ups in history at worst, were it alone.
        public let historyReads: Int
    }
    public struct Aggregate: Sendable, Hashable {
        /// As its author first wrote it.
        public let name: String
        public let definition: AggregateDefinition
        public let historyReads: Int
    }

    public let rules: [Row]
    public let aggregates: [Aggregate]

    /// Compiles each rule by itself and counts.
    public init(_ policy: CompiledPolicy) {
        let checked = policy.checked
        var rows: [Row] = []
        for rule in checked.rules {
            var alone = checked
            alone.rules = [rule]
            alone.lines = []
            rows.append(Self.row(rule.name, alone, [rule.condition] + [rule.score].compactMap { $0 }))
        }
        var decision = checked
        decision.rules = []
        rows.append(Self.row("decide", decision, checked.lines.compactMap(\.condition)))
        rules = rows
        aggregates = checked.aggregates.map { Aggregate(name: $0.spelling, definition: $0.definition, historyReads: AggregateCost.reads) }
    }

    private static func row(_ name: String, _ policy: CheckedPolicy, _ terms: [Term]) -> Row {
        let program = ProgramCompiler.program(of: policy, limits: .standard)
        // The instruction that adds up all rules is nobody's.
        return Row(name: name, instructions: program.code.count - 1, historyReads: HistoryReads(policy).count(terms))
    }
}

/// Look-ups in history: one for each aggregate, and one for the account's baseline, from which many signals come.
struct HistoryReads {
    private let policy: CheckedPolicy

    init(_ policy: CheckedPolicy) { self.policy = policy }

    func count(_ terms: [Term]) -> Int {
        let leaves = terms.flatMap { $0.leaves(policy) }
        let aggregates = Set(leaves.compactMap { leaf -> Int? in if case .aggregate(let index) = leaf.kind { index } else { nil } })
        let readsBaseline = leaves.contains { leaf in if case .signal(let id) = leaf.kind { id.comesFromBaseline } else { false } }
        return aggregates.count * AggregateCost.reads + (readsBaseline ? 1 : 0)
    }

    /// Of everything in the policy.
    var total: Int {
        let rules = policy.rules.flatMap { [$0.condition] + [$0.score].compactMap { $0 } }
        return count(rules + policy.lines.compactMap(\.condition))
    }
}

extension PolicyCost {
    init(_ policy: CheckedPolicy, _ program: Program) {
        instructions = program.code.count
        historyReads = HistoryReads(policy).total
    }
}
