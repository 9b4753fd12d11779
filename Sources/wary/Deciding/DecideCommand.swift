import ArgumentParser
import Foundation
import WaryEngine
import WaryLanguage
import WaryServer

/// `wary decide`: one decision or many, offline or through a server.
struct DecideCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "Decides one request, or many, one a line.",
        discussion: """
            A request is the decision socket's JSON; "op" may be left out. Without --data history is empty; with it, decisions \
            rest on the folder's history and are recorded there, unless --what-if. With --socket a server decides.
            Examples:
              echo '{"account":"alice","ip":"203.0.113.7"}' | wary decide --policy Policies/customer_sign_in.wary
              wary decide --policy Policies --data history --what-if --explain full requests.ndjson
              wary decide --socket history/decide.sock --format json requests.ndjson
            Exits 0 whatever is decided, 1 where a request was wrong, 2 for wrong usage, 3 where the server cannot be reached.
            """)

    @Option(name: .long, help: "Policy files or folders; one policy for each kind of event.")
    var policy: [String] = []

    @Option(name: .long, help: ArgumentHelp("Where addresses are: MaxMind DB files.", valueName: "file"))
    var positions: [String] = []

    @Option(name: .long, help: ArgumentHelp("The data folder to decide on.", valueName: "dir"))
    var data: String?

    @Option(name: .long, help: ArgumentHelp("The installation's key; DIR.key where not given.", valueName: "file"))
    var keyFile: String?

    @Option(name: .long, help: ArgumentHelp("A server's decision socket.", valueName: "path"))
    var socket: String?

    @Flag(name: .long, help: "Record nothing.")
    var whatIf = false

    @Option(name: .long, help: ArgumentHelp("none, fired or full: every rule, not only those that fired.", valueName: "level"),
            transform: Self.level)
    var explain: ExplanationLevel?

    @Option(name: .long, help: "human or json.")
    var format = OutputFormat.human

    @Argument(help: "Requests: one JSON object, or one a line. - or nothing: the standard input.")
    var file: String?

    func validate() throws {
        if socket == nil, policy.isEmpty { throw ValidationError("Say what decides: --policy P, or --socket S for a server.") }
        if socket != nil, !policy.isEmpty || data != nil {
            throw ValidationError("--socket asks a server, which has policies and data of its own; leave out --policy and --data.")
        }
    }

    func run() async throws {
        let input = RequestInput(whatIf: whatIf, explain: explain)
        let lines = try input.lines(of: try text())
        let printer = DecisionPrinter(format: format, isSingle: lines.count == 1)
        if let socket {
            try await RemoteDecisions(path: socket).answer(lines, printer.show)
        } else {
            try OfflineDecisions(policies: policy, positions: positions, data: data, keyFile: keyFile, isReadOnly: whatIf)
                .answer(lines, printer.show)
        }
        if printer.sawFailure { throw Exit.findings }
    }

    private static func level(_ text: String) throws -> ExplanationLevel {
        guard let level = ExplanationLevel(rawValue: text) else { throw ValidationError("\"\(text)\": none, fired or full") }
        return level
    }

    private func text() throws -> Data {
        guard let file, file != "-" else { return FileHandle.standardInput.readDataToEndOfFile() }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure("\(file): the file cannot be read", code: Exit.usage)
        }
        return data
    }
}
