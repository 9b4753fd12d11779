import ArgumentParser

/// `wary import`: feeds real logs into history.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Feeds real logs into history.",
        discussion: """
            Examples:
              wary import sshd /var/log/auth.log --data data
              wary import sshd OpenSSH_2k.log --data data --year 2015 --policy Policies/ssh.wary
              wary import ndjson events.ndjson --data data
            What has been imported before is skipped. A folder that a server holds is refused.
            """,
        subcommands: [ImportSSHDCommand.self, ImportNDJSONCommand.self])
}
