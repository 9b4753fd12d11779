import ArgumentParser
import WaryEngine

@main
struct Wary: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wary",
        abstract: "Decides whether a sign-in should pass, be asked for another factor, or be refused, and says why.",
        discussion: """
            Policies are files that end in .wary. A first look:
              wary check Policies            what is wrong with them, where, and how to mend it
              wary test Policies             their own tests
              wary import sshd /var/log/auth.log --data data --policy Policies/ssh.wary

            Exit codes: 0 fine, 1 findings (failed tests, policy errors), 2 wrong usage, 3 server unreachable.
            """,
        version: Version.current,
        subcommands: [
            CheckCommand.self,
            FmtCommand.self,
            LspCommand.self,
            TestCommand.self,
            DecideCommand.self,
            ServeCommand.self, KeyCommand.self, BenchCommand.self,
            ImportCommand.self,
            DemoCommand.self,
            HistoryCommand.self,
            ExportCommand.self, EraseCommand.self,
            JournalCommand.self, BackupCommand.self, RotateKeyCommand.self, MigrateCommand.self,
            ExplainCommand.self, ReplayCommand.self,
            LabelCommand.self,
            TuneCommand.self, DiffCommand.self, PromoteCommand.self, RollbackCommand.self,
            BacktestCommand.self, ShadowCommand.self,
            GeoCommand.self,
            EvaluateCommand.self,
        ])

    /// As the library's own, but for the exit codes.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            complain("wary: \(failure.description)")
            exit(withError: failure.code)
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            complain(fullMessage(for: error))
            exit(withError: Exit.usage)
        }
    }
}
