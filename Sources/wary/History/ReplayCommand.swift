import ArgumentParser
import WaryEngine
import WaryHistory
import WaryServer

/// `wary replay`: a past decision, made again.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Makes a past decision again from its pinned policy and data, and says whether it comes out the same.",
        discussion: """
            History keeps the policy's texts and lists, what the databases said of the address, and the events before it; no file
            of today has a part in it. What is missing for an exact replay is named. Exit 1 where it does not come out the same.
            May run beside a server that has the folder.
            Example:
              wary replay 01JGFJJZ00M5Q4XJ8T9V0W1X2Y --data data
            """)

    @Argument(help: "The decision's id, as its answer gave it.")
    var id: String

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: "human or json.")
    var format = OutputFormat.human

    func run() throws {
        guard let id = DecisionID(id) else { throw CommandFailure("there is no decision \(self.id)") }
        let history = try data.open(readOnly: true)
        defer { history.close() }
        let replay: DecisionReplay
        do throws(HistoryError) {
            var bar = Progress("replaying", total: Int(try history.statistics().last))
            replay = try DecisionReplay(id, in: history) { bar.update(Int($0)) }
            bar.finish()
        } catch { throw CommandFailure(error.description) }
        switch format {
        case .human: show(replay)
        case .json: printJSON { write(replay, &$0) }
        }
        if !replay.isSame { throw Exit.findings }
    }

    private func show(_ replay: DecisionReplay) {
        let terminal = Terminal.output, event = replay.stored.event
        print(terminal.paint(replay.stored.id.description, .bold), terminal.paint(event.at.description, .dim))
        var table = Table([.left(""), .left("")])
        table.add(.init("policy"), .init(event.decision.policy + (replay.policy == nil ? " (not kept)" : "")))
        for item in replay.data?.items ?? [] {
            table.add(.init("data"), .init("\(item.kind)  \(item.name)\(item.built.map { " of \($0)" } ?? "")  sha256 \(item.digest.prefix(12))…"))
        }
        let rules = event.decision.firedRules.isEmpty ? "no rule" : event.decision.firedRules.joined(separator: ", ")
        table.add(.init("recorded"), .init("\(ExplanationText.painted(event.decision.outcome, terminal)), score \(event.decision.score), \(rules)"))
        if let evaluation = replay.evaluation, let explanation = replay.explanation {
            let fired = explanation.reasons.isEmpty ? "no rule" : explanation.reasons.map(\.rule).joined(separator: ", ")
            table.add(.init("replayed"), .init("\(ExplanationText.painted(evaluation.outcome, terminal)), score \(evaluation.score), \(fired)"))
        }
        print(table.text(on: terminal))
        for reason in replay.explanation?.reasons ?? [] {
            print("  \(reason.rule)  " + reason.because.map { "\($0.name) \($0.text)" }.joined(separator: ", "))
        }
        for text in replay.missing { print(terminal.paint("missing: \(text)", .yellow)) }
        for text in replay.differences { print(terminal.paint("differs: \(text)", .red)) }
        if replay.isSame { print(terminal.paint("the same", .green)) } else if replay.evaluation == nil { print("it cannot be made again") }
    }

    private func write(_ replay: DecisionReplay, _ writer: inout JSONWriter) {
        let event = replay.stored.event
        writer.object { writer in
            writer.member("decision_id", replay.stored.id.description)
            writer.member("at", event.at.description)
            writer.member("same", replay.isSame)
            writer.member("policy", event.decision.policy)
            writer.key("recorded")
            writer.object { writer in
                writer.member("decision", event.decision.outcome.rawValue)
                writer.member("score", event.decision.score)
                writer.member("rules", event.decision.firedRules)
                writer.member("factors", event.decision.factors.map(\.rawValue))
                writer.member("degraded", event.decision.isDegraded)
            }
            if let evaluation = replay.evaluation, let explanation = replay.explanation {
                writer.key("replayed")
                writer.object { writer in
                    writer.member("decision", evaluation.outcome.rawValue)
                    writer.member("score", evaluation.score)
                    writer.member("factors", evaluation.outcome == .stepUp ? evaluation.factors.map(\.rawValue) : [])
                    writer.member("degraded", evaluation.isDegraded)
                    var encoder = ExplanationEncoder(limit: nil)
                    encoder.write(explanation, level: .fired, to: &writer)
                }
            }
            writer.key("data")
            writer.array(replay.data?.items ?? []) { item, writer in
                writer.object { writer in
                    writer.member("kind", item.kind)
                    writer.member("name", item.name)
                    if let built = item.built { writer.member("built", built.description) }
                    writer.member("sha256", item.digest)
                }
            }
            writer.member("missing", replay.missing)
            writer.member("differences", replay.differences)
        }
    }
}
