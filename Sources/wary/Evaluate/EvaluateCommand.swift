import ArgumentParser
import Foundation
import WaryEngine
import WaryHistory
import WaryServer
import WarySignals

/// `wary evaluate`: how well a model sets labelled attacks apart from good sign-ins, point in time.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Measure a statistical model on stored history and labels.",
        discussion: """
            Each attempt is scored by what came before it and nothing else. The labels say which attempts were
            attacks, and of which kind: CSV with a heading, or one JSON object a line, with the attempt's
            decision_id, or its account and at, and its kind (or label). Kinds like legitimate, good, owner or none
            are no attacks. Accounts without a good sign-in yet are left out: of them neither model says anything.

            Example:
              wary evaluate --model hpy --data history --labels labels.csv --chart roc.svg
            """)

    @Option(name: .long, help: "hpy, the one in use, or freeman, the published one.")
    var model = ModelKind.hpy

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: ArgumentHelp(
        "uap-core's regexes.yaml, for user agents that history has not read; the package's where it is installed.", valueName: "file"))
    var userAgents: String?

    @Option(name: .long, help: ArgumentHelp("Which attempts were attacks.", valueName: "file"))
    var labels: String

    @Option(name: .long, help: ArgumentHelp("Where the chart goes.", valueName: "file.svg"))
    var chart: String?

    @Option(name: .long, help: "human or json.")
    var format = OutputFormat.human

    func run() throws {
        let labels = try AttackLabels(file: labels)
        let agents = try agents()
        let history = try data.open(readOnly: true)
        defer { history.close() }
        let evaluation: ModelEvaluation
        do throws(HistoryError) {
            var progress = Progress("evaluate", total: Int(clamping: try history.statistics().last))
            var replay = ModelReplay(model, agents: agents), done = 0
            try history.entries { entry throws(HistoryError) in
                try replay.add(entry)
                done += 1
                if done % 256 == 0 { progress.update(done) }
                return true
            }
            progress.finish()
            evaluation = ModelEvaluation(replay.attempts) { labels.kind(of: $0) }
        } catch {
            throw CommandFailure(error.description)
        }
        guard !evaluation.rows.isEmpty else {
            throw CommandFailure("no labelled attack meets an account with a past; \(evaluation.goodSignIns) good sign-ins")
        }
        if let chart {
            do {
                try Data(CurveChart(evaluation, title: "\(model.rawValue)").svg.utf8).write(to: URL(fileURLWithPath: chart), options: .atomic)
            } catch {
                throw CommandFailure("\(chart): cannot be written")
            }
        }
        format == .json ? printJSON { Self.write(evaluation, model, to: &$0) } : Self.printTable(evaluation, model)
    }

    private func agents() throws -> AgentReader {
        let path = try userAgents ?? data.settings().userAgents
        do throws(AgentError) {
            return try AgentReader.standard(path: path)
        } catch {
            throw CommandFailure(error.description)
        }
    }

    private static func printTable(_ evaluation: ModelEvaluation, _ model: ModelKind) {
        var table = Table([.left("attack"), .right("attempts"), .right("AUC"), .right("caught at 1 %"), .right("at 10 %"),
                           .right("step-ups in 12"), .right("in 39")])
        func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
        for row in evaluation.rows {
            table.add(Table.Cell(row.kind), Table.Cell(row.attacks), Table.Cell(String(format: "%.4f", row.areaUnderCurve)),
                      Table.Cell(percent(row.caughtAt1Percent)), Table.Cell(percent(row.caughtAt10Percent)),
                      Table.Cell(row.stepUpsIn12.map { String(format: "%g", $0) } ?? "–"),
                      Table.Cell(row.stepUpsIn39.map { String(format: "%g", $0) } ?? "–"))
        }
        print("\(model.rawValue): \(evaluation.goodSignIns) good sign-ins, \(evaluation.leftOut) attempts that were neither\n")
        print(table.text())
        print("\nstep-ups: median of an account's first 12 and 39 sign-ins, at the threshold that catches 99.5 % of the kind")
    }

    private static func write(_ evaluation: ModelEvaluation, _ model: ModelKind, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("model", model.rawValue)
            writer.member("good_sign_ins", evaluation.goodSignIns)
            writer.member("left_out", evaluation.leftOut)
            writer.key("kinds")
            writer.array(evaluation.rows) { row, writer in
                writer.object { writer in
                    writer.member("kind", row.kind)
                    writer.member("attempts", row.attacks)
                    for (name, value) in [("auc", row.areaUnderCurve), ("caught_at_1_percent", row.caughtAt1Percent),
                                          ("caught_at_10_percent", row.caughtAt10Percent)] {
                        writer.key(name)
                        writer.decimal(value)
                    }
                    for (name, value) in [("step_ups_in_12", row.stepUpsIn12), ("step_ups_in_39", row.stepUpsIn39)] {
                        writer.key(name)
                        if let value { writer.decimal(value) } else { writer.null() }
                    }
                }
            }
        }
    }
}

extension ModelKind: ExpressibleByArgument {}
