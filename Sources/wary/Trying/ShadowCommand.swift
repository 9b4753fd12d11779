import ArgumentParser
import WaryEngine
import WaryHistory
import WaryServer

/// `wary shadow`: policies that a server evaluates beside those in force.
struct ShadowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shadow", abstract: "What policies in shadow, and monitor rules, would have done.",
        discussion: """
            shadow = ["next.wary"] in the configuration has the server evaluate next.wary beside the policy in force, in the same
            decision; its answers are recorded with it and change nothing.
            Example:
              wary shadow report --data data --since 7d
            """,
        subcommands: [ShadowReportCommand.self])
}

struct ShadowReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "The backtest's table, from what shadows and monitor rules said at the time.",
        discussion: """
            Reads only; a server may have the folder. Monitor rules stand in the table of their own policy.
            Examples:
              wary shadow report --data data
              wary shadow report --config wary.toml --since 24h --format json
            """)

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: ArgumentHelp("Only what is this young (7d), or from this instant on.", valueName: "when"))
    var since: String?

    @Option(name: .long, help: "human or json.")
    var format = OutputFormat.human

    func validate() throws {
        if let since, Age(since) == nil { throw ValidationError("--since should be an age such as 7d, or an instant such as 2026-01-01T00:00:00Z") }
    }

    func run() throws {
        let history = try data.open(readOnly: true)
        defer { history.close() }
        var interrupt = Interrupt()
        let report: ShadowReport
        do throws(HistoryError) {
            var progress = Progress("shadow", total: Int(clamping: try history.statistics().last))
            defer { progress.finish() }
            report = try ShadowReport(from: history, since: since.flatMap(Age.init)?.instant(before: history.clock)) { place in
                progress.update(Int(clamping: place))
                return !interrupt.hasCome()
            }
        } catch {
            throw CommandFailure(error.description)
        }
        switch format {
        case .json:
            printJSON { writer in
                writer.object { writer in
                    for (name, tables) in [("shadows", report.shadows), ("live", report.live)] {
                        writer.key(name)
                        writer.array(tables) { table, writer in writer.object { BacktestJSON(table).write(&$0) } }
                    }
                }
            }
        case .human: show(report)
        }
    }

    private func show(_ report: ShadowReport) {
        guard !report.shadows.isEmpty || !report.live.isEmpty else {
            print("no decision has been recorded with a shadow or a monitor rule; see shadow in the configuration")
            return
        }
        print((report.shadows + report.live).map { BacktestText($0, on: .output).text }.joined(separator: "\n\n────\n\n"))
        if report.withoutPolicy > 0 { complain("wary: \(report.withoutPolicy) answers of policies whose text is not kept are left out") }
    }
}
