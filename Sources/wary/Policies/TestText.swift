import WaryEngine
import WaryLanguage

/// The outcome of tests, for people: each failure as expected beside got, with the whole explanation.
struct TestText {
    let runs: [TestRun]
    let showsCoverage: Bool
    private let terminal = Terminal.output

    init(runs: [TestRun], showsCoverage: Bool) {
        self.runs = runs
        self.showsCoverage = showsCoverage
    }

    func print() {
        for run in runs {
            printHeading(run)
            for result in run.results { print(result, run) }
            if showsCoverage, let coverage = run.coverage { print(coverage, run) }
        }
        let passed = runs.flatMap(\.results).count(where: \.passed)
        let failed = runs.flatMap(\.results).count - passed
        let broken = runs.count { $0.entry.hasErrors }
        var parts = [terminal.paint("\(passed) passed", .green)]
        if failed > 0 { parts.append(terminal.paint("\(failed) failed", .red)) }
        if broken > 0 { parts.append(terminal.paint("\(broken) \(broken == 1 ? "policy" : "policies") with errors", .red)) }
        Swift.print(parts.joined(separator: ", "))
    }

    private func printHeading(_ run: TestRun) {
        let name = run.entry.policy.map { "  \($0.name)" } ?? ""
        Swift.print(terminal.paint(run.entry.path, .bold) + terminal.paint(name, .dim))
        guard run.entry.hasErrors else { return }
        Swift.print(DiagnosticText(run.entry, errorsOnly: true, on: terminal).human.joined(separator: "\n"))
    }

    private func print(_ result: PolicyTestResult, _ run: TestRun) {
        guard !result.passed else {
            Swift.print("  \(terminal.paint("✓", .green)) \(result.name)")
            return
        }
        let place = run.entry.place(of: result.range)
        Swift.print("  \(terminal.paint("✗", .red)) \(terminal.paint(result.name, .bold))  "
            + terminal.paint("\(place.path):\(place.line)", .dim))
        var table = Table([.left("expected"), .left("got"), .left("")])
        for mismatch in result.mismatches {
            let line = run.entry.place(of: mismatch.range).line
            table.add(.init(mismatch.expected, .green), .init(mismatch.got, .red), .init("line \(line)", .dim))
        }
        Swift.print(table.text(on: terminal, indent: 6))
        let explanation = ExplanationText(result.explanation, on: terminal)
        Swift.print(explanation.heading(result.evaluation), explanation.rules(), separator: "\n")
        Swift.print("")
    }

    private func print(_ coverage: TestCoverage, _ run: TestRun) {
        let share = coverage.items.isEmpty ? 100 : coverage.reached * 100 / coverage.items.count
        Swift.print("  \(terminal.paint("coverage", .dim)) \(coverage.reached) of \(coverage.items.count), \(share) %")
        for item in coverage.missed {
            let place = run.entry.place(of: item.range)
            Swift.print("    \(terminal.paint("○", .yellow)) \(item.message)  "
                + terminal.paint("\(place.path):\(place.line)", .dim))
        }
    }
}
