import WaryHistory
import WaryLanguage

/// What a policy costs at worst, for people.
struct CostText {
    private let policy: CompiledPolicy
    private let path: String
    private let terminal: Terminal

    init(_ policy: CompiledPolicy, path: String, on terminal: Terminal) {
        self.policy = policy
        self.path = path
        self.terminal = terminal
    }

    /// One line.
    var summary: String {
        "\(terminal.paint(path, .bold))  \(policy.label)  "
            + terminal.paint("at worst \(policy.cost.instructions) instructions, \(policy.cost.historyReads) history reads; "
                + "\(policy.rules.count) rules, \(policy.tests.count) tests", .dim)
    }

    /// A line for each rule and aggregate, the dearest first.
    var table: String {
        let costs = CostTable(policy)
        var rules = Table([.left("rule"), .right("instructions"), .right("history reads")])
        for row in costs.rules.sorted(by: { ($0.historyReads, $0.instructions) > ($1.historyReads, $1.instructions) }) {
            rules.add(.init(row.name), .init(row.instructions), .init(row.historyReads))
        }
        guard !costs.aggregates.isEmpty else { return rules.text(on: terminal, indent: 2) }
        var measured: [ProfileFootprint.Shape: ProfileFootprint] = [:]
        let sized = costs.aggregates.map { aggregate in
            let shape = ProfileFootprint.Shape(aggregate.definition)
            let footprint = measured[shape] ?? ProfileFootprint(measuring: shape)
            measured[shape] = footprint
            return (aggregate: aggregate, footprint: footprint)
        }
        var table = Table([.left("bytes in each profile, measured"), .right("1 event"), .right("128"), .right("busiest"), .right("history reads")])
        for (aggregate, footprint) in sized.sorted(by: { $0.footprint.busiest > $1.footprint.busiest }) {
            table.add(.init(aggregate.name, .cyan), .init(footprint.oneEvent), .init(footprint.exact), .init(footprint.busiest),
                      .init(aggregate.historyReads))
        }
        return rules.text(on: terminal, indent: 2) + "\n\n" + table.text(on: terminal, indent: 2)
    }
}
