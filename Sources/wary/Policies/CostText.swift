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
        var table = Table([.left("rule"), .right("instructions"), .right("history reads"), .right("bytes a profile")])
        for item in policy.cost.rules.sorted(by: { ($0.historyReads, $0.instructions) > ($1.historyReads, $1.instructions) }) {
            table.add(.init(item.name), .init(item.instructions), .init(item.historyReads), "")
        }
        for item in policy.cost.aggregates.sorted(by: { $0.bytesPerProfile > $1.bytesPerProfile }) {
            table.add(.init(item.name, .cyan), .init(item.instructions), .init(item.historyReads), .init(item.bytesPerProfile))
        }
        return table.text(on: terminal, indent: 2)
    }
}
