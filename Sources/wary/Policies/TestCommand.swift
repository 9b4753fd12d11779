import ArgumentParser
import WaryEngine
import WaryLanguage

/// `wary test`: runs the tests that policies carry.
struct TestCommand: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case human, json, junit
    }

    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Runs the tests that policies carry, on an empty history with a fixed clock.",
        discussion: """
            Examples:
              wary test Policies
              wary test Policies/login.wary --filter Tokyo
              wary test Policies --coverage
            Exits 0 where all pass, 1 where one fails or a policy has errors, 2 for wrong usage.
            """)

    @OptionGroup var policies: PolicyArguments

    @Option(name: .long, help: ArgumentHelp("Run only the tests whose names hold this text.", valueName: "text"))
    var filter: String?

    @Flag(name: .long, help: "Tell which rules, outcomes and unknown branches no test reaches.")
    var coverage = false

    @Option(name: .long, help: "human, json or junit.")
    var format = Format.human

    func run() throws {
        let library = try policies.load()
        let runs = library.entries.filter { !$0.isFragment }.map { TestRun($0, filter: filter) }
        switch format {
        case .human: TestText(runs: runs, showsCoverage: coverage).print()
        case .json: TestJSON(runs: runs, showsCoverage: coverage).print()
        case .junit: TestXML(runs: runs).print()
        }
        let failed = library.hasErrors || runs.contains { $0.results.contains { !$0.passed } }
        if failed { throw Exit.findings }
    }
}

/// One policy file with what became of its tests.
struct TestRun {
    let entry: PolicyLibrary.Entry
    let results: [PolicyTestResult]
    /// Nil where the policy has errors.
    let coverage: TestCoverage?

    init(_ entry: PolicyLibrary.Entry, filter: String?) {
        self.entry = entry
        guard let policy = entry.policy else {
            results = []
            coverage = nil
            return
        }
        var runner = PolicyTestRunner(policy)
        results = runner.run(filter: filter)
        coverage = TestCoverage(policy, trees: entry.trees, results: results)
    }
}
