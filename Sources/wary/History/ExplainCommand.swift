import ArgumentParser
import WaryEngine
import WaryHistory
import WaryLanguage
import WaryServer

/// `wary explain`: a past decision, rule by rule.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explains a past decision: every rule, its values and thresholds, and what would have changed the answer.",
        discussion: """
            The decision is judged again at its place in history, by the policy that decided it, which history keeps.
            Examples:
              wary explain 01JGFJJZ00M5Q4XJ8T9V0W1X2Y --data data
              wary explain 01JGFJJZ00M5Q4XJ8T9V0W1X2Y --data data --policy next.wary    what another would have said
            """)

    @Argument(help: "The decision's id, as its answer gave it.")
    var id: String

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: ArgumentHelp("Judge it by this policy instead.", valueName: "file"))
    var policy: String?

    @Option(name: .long, help: "human or json.")
    var format = OutputFormat.human

    func run() throws {
        guard let id = DecisionID(id) else { throw CommandFailure("there is no decision \(self.id)") }
        let other = try policy.map { path in
            let set = try loadPolicies([path])
            guard let policy = set.policies.first else { throw CommandFailure("\(path) declares no policy") }
            return policy
        }
        let history = try data.open(readOnly: true)
        defer { history.close() }
        let past: PastDecision
        do throws(PastDecision.Refusal) {
            past = try PastDecision(id, in: history, by: other)
        } catch {
            throw CommandFailure(Self.describe(error))
        }
        switch format {
        case .human: printHuman(past)
        case .json: printJSON { write(past, &$0) }
        }
    }

    private static func describe(_ refusal: PastDecision.Refusal) -> String {
        switch refusal {
        case .history(let error): error.description
        case .notFound: "there is no decision with this id, or it is held no longer"
        case .policyNotKept(let label): "history does not keep the policy \(label); give it with --policy"
        case .policyFaulty(let loaded):
            "the policy has errors\n" + DiagnosticRenderer(files: loaded.files).short(loaded.diagnostics)
        }
    }

    private func printHuman(_ past: PastDecision) {
        let terminal = Terminal.output
        let event = past.stored.event
        print(terminal.paint(past.stored.id.description, .bold), terminal.paint(event.at.description, .dim))
        let device = event.fields.device.map { "  device \(HistoryText.shown($0))" } ?? ""
        print("\(event.kind)  account \(HistoryText.shown(event.fields.account))  ip \(event.fields.ip?.description ?? "none")\(device)")
        let ended = [past.stored.outcome?.rawValue, past.stored.label?.rawValue].compactMap { $0 }
        print("decided \(ExplanationText.painted(event.decision.outcome, terminal)), score \(event.decision.score), by \(event.decision.policy)"
            + (ended.isEmpty ? "" : "; ended \(ended.joined(separator: ", "))"))
        if event.decision.policy != past.policy.label {
            print(terminal.paint("\(past.policy.label) would have said:", .dim))
        } else if !past.agrees {
            print(terminal.paint("judged again it comes out differently: history before it is no longer whole", .yellow))
        }
        let text = ExplanationText(past.explanation, on: terminal)
        print(text.heading(past.evaluation, indent: 0))
        print(text.rules(indent: 2))
        let changes = text.changes()
        if !changes.isEmpty { print(changes) }
    }

    private func write(_ past: PastDecision, _ writer: inout JSONWriter) {
        let event = past.stored.event
        writer.object { writer in
            writer.member("decision_id", past.stored.id.description)
            writer.member("at", event.at.description)
            writer.member("event", event.kind.rawValue)
            writer.member("account", event.fields.account)
            writer.key("recorded")
            writer.object { writer in
                writer.member("decision", event.decision.outcome.rawValue)
                writer.member("score", event.decision.score)
                writer.member("policy", event.decision.policy)
                writer.member("rules", event.decision.firedRules)
                writer.member("degraded", event.decision.isDegraded)
            }
            if let outcome = past.stored.outcome { writer.member("outcome", outcome.rawValue) }
            if let label = past.stored.label { writer.member("label", label.rawValue) }
            writer.member("agrees", past.agrees)
            writer.member("policy", past.policy.label)
            writer.member("decision", past.evaluation.outcome.rawValue)
            if past.evaluation.outcome == .stepUp { writer.member("factors", past.evaluation.factors.map(\.rawValue)) }
            writer.member("score", past.evaluation.score)
            var encoder = ExplanationEncoder(limit: nil)
            encoder.write(past.explanation, level: .full, to: &writer)
        }
    }
}
