import ArgumentParser
import WaryHistory

/// `wary export account`: everything held about one account.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Prints everything held about one account, as JSON.",
        discussion: """
            One object: "account", "events" (oldest first, as they were sent, with decision, outcome and label), "baselines".
            May run beside a server that has the folder.
            Example:
              wary export account alice --data data > alice.json
            """)

    enum Kind: String, CaseIterable, ExpressibleByArgument { case account }

    @Argument(help: "account.")
    var kind: Kind

    @Argument(help: ArgumentHelp("The account's name.", valueName: "id"))
    var id: String

    @OptionGroup var data: DataOptions

    func run() throws {
        let history = try data.open(readOnly: true)
        defer { history.close() }
        do throws(HistoryError) {
            guard let text = try history.export(account: id) else {
                let isErased = try history.erasure(of: id) != nil
                throw HistoryError.invalid(isErased ? "this account was erased; nothing is held about it" : "nothing is held about this account")
            }
            print(text)
        } catch {
            throw CommandFailure(error.description)
        }
    }
}
