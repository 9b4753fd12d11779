import ArgumentParser
import Foundation
import WaryEngine
import WaryHistory
import WaryServer

/// `wary erase account`: forgets one account for good.
struct EraseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Forgets one account for good, and prints a receipt.",
        discussion: """
            The account's key is destroyed: its events can be read no more, here and in every copy that leaves the keys out.
            What others' counts say by address, device or network stays, as numbers. It cannot be undone; on a terminal the command asks before it does it.
            A folder that a server holds is refused; stop it, or ask it over HTTP: DELETE /v1/accounts/{id}.
            Example:
              wary erase account alice --data data
            """)

    @Argument(help: "account.")
    var kind: ExportCommand.Kind

    @Argument(help: ArgumentHelp("The account's name.", valueName: "id"))
    var id: String

    @OptionGroup var data: DataOptions

    @Flag(name: .long, help: "Only say what would go.")
    var dryRun = false

    @Flag(name: .long, help: "Do it without asking.")
    var yes = false

    @Option(name: .long, help: "human or json.")
    var format = OutputFormat.human

    func run() throws {
        let history = try data.open(readOnly: dryRun)
        defer { history.close() }
        do throws(HistoryError) {
            let held = try history.timeline(of: id).count
            if dryRun { return print(held == 0 ? "nothing is held about this account" : "\(held) events would go") }
            guard held == 0 || isAgreed(held) else { throw HistoryError.invalid("nothing was erased") }
            guard let receipt = try history.erase(account: id, at: max(WallClock.now(), history.clock)) else {
                throw HistoryError.invalid("this account was never known")
            }
            show(receipt)
        } catch {
            throw CommandFailure(error.description)
        }
    }

    /// Whoever sits at a terminal is asked; a script has said what it wants.
    private func isAgreed(_ held: Int) -> Bool {
        guard !yes, isatty(STDIN_FILENO) == 1 else { return true }
        FileHandle.standardError.write(Data("\(held) events of this account go for good. Erase them? [y/N] ".utf8))
        return ["y", "yes"].contains(readLine()?.lowercased())
    }

    private func show(_ receipt: ErasureReceipt) {
        switch format {
        case .human:
            print("erased on \(receipt.at): \(receipt.records) events from \(receipt.first) to \(receipt.last)")
            print("receipt \(receipt.pseudonym)")
        case .json:
            printJSON { writer in
                writer.object { writer in
                    writer.member("receipt", receipt.pseudonym)
                    writer.member("at", "\(receipt.at)")
                    writer.member("events", receipt.records)
                    writer.member("first", "\(receipt.first)")
                    writer.member("last", "\(receipt.last)")
                }
            }
        }
    }
}
