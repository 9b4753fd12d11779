import ArgumentParser
import WaryEngine
import WaryHistory
import WaryLanguage
import WaryServer
import WaryVocabulary

/// `wary tune`: thresholds and scores by what labels say.
struct TuneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune",
        abstract: "Shows what other thresholds would catch and whom they would trouble, and suggests numbers as a diff.",
        discussion: """
            Replays stored history under the policy; labels and outcomes say which attempts were fraud and which were good. The
            suggestions are fitted to seven accounts in ten and shown on the others, too. Nothing is changed: the diff is for you
            to apply, or not.
            Examples:
              wary tune --policy Policies/customer_sign_in.wary --data data --budget "5 step-ups per 1000"
              wary tune --policy next.wary --data data --budget "1 denial per 1000" --since 90d --format json
            """)

    @Option(name: .long, help: ArgumentHelp("The policy to be tuned.", valueName: "file"))
    var policy: String

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: ArgumentHelp("How much friction is borne: step-ups, denials, or stops for either.", valueName: "N step-ups per 1000"))
    var budget: String

    @Option(name: .long, help: ArgumentHelp("Judge only what is this young (30d), or from this instant on.", valueName: "when"))
    var since: String?

    @Option(name: .long, help: "human or json.")
    var format = OutputFormat.human

    func validate() throws {
        if Tuning.Budget(budget) == nil { throw ValidationError("--budget should be like \"5 step-ups per 1000\": step-ups, denials or stops") }
        if let since, Age(since) == nil { throw ValidationError("--since should be an age such as 30d, or an instant such as 2026-01-01T00:00:00Z") }
    }

    func run() throws {
        guard let budget = Tuning.Budget(budget) else { throw Exit.usage }
        let library: PolicyLibrary
        do throws(PolicyFolder.Missing) { library = try PolicyLibrary.load([policy]) } catch { throw CommandFailure(error.description, code: Exit.usage) }
        if library.hasErrors { throw CommandFailure(RefusalText(.faulty(library)).description) }
        guard let entry = library.entries.first(where: { $0.policy != nil }), let tuned = entry.policy, library.policies.count == 1 else {
            throw CommandFailure("\(policy) should hold one policy, and holds \(library.policies.count)", code: Exit.usage)
        }
        let history = try data.open(readOnly: true)
        defer { history.close() }
        var interrupt = Interrupt()
        let tuning: Tuning
        do throws(Tuning.Refusal) {
            var progress = Progress("tune", total: Int(clamping: (try? history.statistics().last) ?? 0))
            defer { progress.finish() }
            tuning = try Tuning.run(tuned, on: history, budget: budget, since: since.flatMap(Age.init)?.instant(before: history.clock)) { place in
                progress.update(Int(clamping: place))
                return !interrupt.hasCome()
            }
        } catch {
            switch error {
            case .history(let error): throw CommandFailure(error.description)
            case .unsuitable(let reason): throw CommandFailure("\(policy): \(reason)")
            }
        }
        let diff = SuggestionDiff(tuning.suggestions, in: entry)
        switch format {
        case .human: print(TuningText(tuning, budget, diff).text(on: .output))
        case .json: printJSON { writer in writer.object { TuningJSON(tuning, diff).write(&$0) } }
        }
    }
}
