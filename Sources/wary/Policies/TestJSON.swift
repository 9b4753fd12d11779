import WaryEngine
import WaryLanguage
import WaryServer

/// The outcome of tests, for programs.
struct TestJSON {
    let runs: [TestRun]
    let showsCoverage: Bool

    func print() {
        printJSON { writer in
            writer.object { writer in
                let results = runs.flatMap(\.results)
                writer.member("passed", results.count(where: \.passed))
                writer.member("failed", results.count { !$0.passed })
                writer.key("tests")
                writer.openArray()
                for run in runs {
                    for result in run.results { write(result, run.entry, &writer) }
                }
                writer.closeArray()
                if showsCoverage {
                    writer.key("coverage")
                    writer.array(runs) { run, writer in write(run, &writer) }
                }
                let faulty = runs.flatMap { DiagnosticText($0.entry, errorsOnly: true).json }.unique()
                guard !faulty.isEmpty else { return }
                // Last, since the writer does not count what is appended whole.
                writer.key("errors")
                writer.append(lines: Array("[\(faulty.joined(separator: ","))]".utf8))
            }
        }
    }

    private func write(_ result: PolicyTestResult, _ entry: PolicyLibrary.Entry, _ writer: inout JSONWriter) {
        let place = entry.place(of: result.range)
        writer.object { writer in
            writer.member("name", result.name)
            writer.member("policy", entry.policy?.name ?? "")
            writer.member("file", place.path)
            writer.member("line", place.line)
            writer.member("passed", result.passed)
            writer.member("message", result.message)
            writer.key("explanation")
            writer.object { writer in
                writer.member("decision", result.evaluation.outcome.rawValue)
                writer.member("factors", result.evaluation.factors.map(\.rawValue))
                writer.member("score", result.evaluation.score)
                writer.member("degraded", result.evaluation.isDegraded)
                writer.member("notify", result.evaluation.notify)
                writer.member("tags", result.evaluation.tags)
                var encoder = ExplanationEncoder(limit: nil)
                encoder.write(result.explanation, level: .full, to: &writer)
            }
        }
    }

    private func write(_ run: TestRun, _ writer: inout JSONWriter) {
        guard let coverage = run.coverage else { return }
        writer.object { writer in
            writer.member("file", run.entry.path)
            writer.member("reached", coverage.reached)
            writer.member("total", coverage.items.count)
            writer.key("missed")
            writer.array(coverage.missed) { item, writer in
                let place = run.entry.place(of: item.range)
                writer.object { writer in
                    writer.member("kind", item.kind.rawValue)
                    writer.member("name", item.name)
                    writer.member("file", place.path)
                    writer.member("line", place.line)
                }
            }
        }
    }
}
