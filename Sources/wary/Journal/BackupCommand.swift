import ArgumentParser
import WaryHistory

/// `wary backup`: a consistent copy while a server serves.
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies the history into a new folder, consistent as of one instant, while a server goes on.",
        discussion: """
            Profiles are left out: they are rebuilt. The accounts' keys are left out too, unless --with-keys: a copy with them
            can be restored by itself, but gives back accounts that are erased later. To restore, serve the copy.
            Example:
              wary backup /backups/monday --data data --with-keys
            """)

    @Argument(help: ArgumentHelp("The new folder.", valueName: "dir"))
    var target: String

    @OptionGroup var data: DataOptions

    @Flag(name: .long, help: "The accounts' keys too, wrapped with the installation's key as they are.")
    var withKeys = false

    func run() throws {
        let history = try data.open(readOnly: true)
        defer { history.close() }
        do throws(HistoryError) {
            try history.backup(to: target, withKeys: withKeys)
            print("\(try history.statistics().last) events copied to \(target)\(withKeys ? ", with the accounts' keys" : ", without the accounts' keys")")
        } catch { throw CommandFailure(error.description) }
    }
}
