import ArgumentParser
import WaryHistory

/// `wary rotate-key`: puts the data folder under a new installation key.
struct RotateKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key",
        abstract: "Wraps all keys anew under another installation key.",
        discussion: """
            Only the small keys file is written; events and profiles stay as they are. A folder that a server holds is refused.
            Example:
              wary rotate-key /etc/wary/new.key --data data --key-file /etc/wary/old.key
            """)

    @Argument(help: ArgumentHelp("The new key's file, made with mode 0600 where there is none.", valueName: "file"))
    var newKey: String

    @OptionGroup var data: DataOptions

    func run() throws {
        let found = try data.located()
        do throws(HistoryError) {
            let new = try InstallationKey.loadOrCreate(at: newKey).key
            try History.rotateKey(found.directory, from: found.key, to: new)
            print("\(found.directory) opens with \(newKey) from now on; delete older copies of its keys folder")
        } catch { throw CommandFailure(error.description) }
    }
}
