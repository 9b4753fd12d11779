import ArgumentParser
import WaryHistory

/// `wary migrate`: brings a data folder to this version's format.
struct MigrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Brings a data folder to the format of this version.",
        discussion: "Example:\n  wary migrate --data data --dry-run")

    @OptionGroup var data: DataOptions

    @Flag(name: .long, help: "Say what would be done, and do nothing.")
    var dryRun = false

    func run() throws {
        let history = try data.open(readOnly: dryRun)
        defer { history.close() }
        do throws(HistoryError) {
            print("format \(try history.formatVersion()) is this version's; nothing to do")
        } catch { throw CommandFailure(error.description) }
    }
}
