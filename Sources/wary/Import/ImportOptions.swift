import ArgumentParser
import WaryEngine
import WaryHistory

/// What every import takes.
struct ImportOptions: ParsableArguments {
    @OptionGroup var data: DataOptions

    @Option(name: .long, help: ArgumentHelp(
        "A policy file: also say what it would have decided at each attempt. May be given again.", valueName: "file"))
    var policy: [String] = []

    @OptionGroup var signals: SignalOptions

    @Option(name: .long, help: "human or json.")
    var format = OutputFormat.human

    /// Records the events, oldest first; with policies, decides about each before it is recorded.
    func run(_ events: [ImportedEvent]) throws -> Importer.Report {
        let policies = try loadPolicies(policy)
        let options = try signals.deciderOptions(data.settings())
        let history = try data.open()
        defer { history.close() }
        var progress = Progress("import", total: events.count)
        defer { progress.finish() }
        do throws(HistoryError) {
            var importer = try Importer(into: history, policies: policies, first: events.first?.at, options: options)
            return try importer.run(events) { progress.update($0) }
        } catch {
            throw CommandFailure(error.description)
        }
    }
}
