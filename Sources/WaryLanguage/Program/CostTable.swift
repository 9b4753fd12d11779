import WaryVocabulary

extension PolicyCost {
    /// What each rule and aggregate costs at worst, were it alone, and all of them together.
    init(_ policy: CheckedPolicy, _ program: Program) {
        var counter = Counter(policy: policy)
        instructions = program.code.count
        historyReads = policy.aggregates.reduce(0) { $0 + AggregateCost.reads($1.definition) }
        for rule in policy.rules {
            rules.append(counter.item(rule.name, [rule.condition] + (rule.score.map { [$0] } ?? [])))
        }
        rules.append(counter.item("decide", policy.lines.compactMap(\.condition)))
        aggregates = policy.aggregates.map { aggregate in
            Item(name: aggregate.spelling, instructions: 1, historyReads: AggregateCost.reads(aggregate.definition),
                 bytesPerProfile: AggregateCost.bytes(aggregate.definition))
        }
    }

    private struct Counter {
        let policy: CheckedPolicy

        mutating func item(_ name: String, _ terms: [Term]) -> Item {
            var seen: Set<Int> = []
            var aggregates: Set<Int> = []
            let size = terms.reduce(1) { $0 + count($1, &seen, &aggregates) }
            let reads = aggregates.reduce(0) { $0 + AggregateCost.reads(policy.aggregates[$1].definition) }
            return Item(name: name, instructions: size, historyReads: reads, bytesPerProfile: 0)
        }

        /// A let counts once.
        private func count(_ term: Term, _ seen: inout Set<Int>, _ aggregates: inout Set<Int>) -> Int {
            switch term.kind {
            case .binding(let index):
                guard seen.insert(index).inserted else { return 1 }
                return 2 + count(policy.bindings[index].term, &seen, &aggregates)
            case .aggregate(let index):
                aggregates.insert(index)
                return 1
            case .constant: return 0
            default: return term.children.reduce(1) { $0 + count($1, &seen, &aggregates) }
            }
        }
    }
}
