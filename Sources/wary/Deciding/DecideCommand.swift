import ArgumentParser
import Foundation
import WaryEngine
import WaryLanguage
import WaryServer
import WaryVocabulary

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
              wary decide --config /etc/wary/wary.toml --what-if requests.ndjson
              wary decide --policy now.wary --policy next.wary --data history --what-if --at 2026-03-01T08:00:00Z \
                --signal geo.country=BR --signal 'travel.speed=1200 km/h' request.json
              wary decide --socket history/decide.sock --format json requests.ndjson
            Exits 0 whatever is decided, 1 where a request was wrong, 2 for wrong usage, 3 where the server cannot be reached.
            """)

    @Option(name: .long, help: "Policy files or folders; one policy for each kind of event.")
    var policy: [String] = []

    @OptionGroup var signals: SignalOptions

    @Option(name: .long, help: ArgumentHelp(
        "A server's configuration: its policies, data folder and databases, where no flag says otherwise.", valueName: "file"))
    var config: String?

    @Option(name: .long, help: ArgumentHelp("The data folder to decide on.", valueName: "dir"))
    var data: String?

    @Option(name: .long, help: ArgumentHelp("The installation's key; DIR.key where not given.", valueName: "file"))
    var keyFile: String?

    @Option(name: .long, help: ArgumentHelp("A server's decision socket.", valueName: "path"))
    var socket: String?

    @Flag(name: .long, help: "Record nothing.")
    var whatIf = false

    @Option(name: .long, help: ArgumentHelp(
        "With --what-if: when. Nothing that happened later is known; now where not given.", valueName: "instant"))
    var at: String?

    @Option(name: .long, parsing: .singleValue, help: ArgumentHelp(
        "With --what-if: a signal's value, instead of having it computed.", valueName: "name=value"))
    var signal: [String] = []

    @Option(name: .long, help: ArgumentHelp("none, fired or full: every rule, not only those that fired.", valueName: "level"),
            transform: Self.level)
    var explain: ExplanationLevel?

    @Option(name: .long, help: "human or json.")
    var format = OutputFormat.human

    @Argument(help: "Requests: one JSON object, or one a line. - or nothing: the standard input.")
    var file: String?

    func validate() throws {
        if socket == nil, policy.isEmpty, config == nil {
            throw ValidationError("Say what decides: --policy P, --config FILE, or --socket S for a server.")
        }
        if socket != nil, !policy.isEmpty || data != nil || config != nil {
            throw ValidationError("--socket asks a server, which has policies and data of its own; leave out --policy, --data and --config.")
        }
        try validateWhatIf()
    }

    private func validateWhatIf() throws {
        guard whatIf || (at == nil && signal.isEmpty) else { throw ValidationError("--at and --signal go with --what-if.") }
        if let at, Instant(at) == nil { throw ValidationError("--at should be an instant such as 2026-01-01T00:00:00Z") }
        for text in signal where !text.contains("=") { throw ValidationError("--signal should be a name and a value: geo.country=FR") }
    }

    func run() async throws {
        let input = RequestInput(whatIf: whatIf, explain: explain, at: at, signals: signal)
        let lines = try input.lines(of: try text())
        let printer = DecisionPrinter(format: format, isSingle: lines.count == 1, showsPolicy: whatIf && policy.count > 1 && explain == nil)
        if let socket {
            try await RemoteDecisions(path: socket).answer(lines, printer.show)
        } else if whatIf {
            let place = try place()
            try WhatIfDecisions(policies: place.policies, data: place.data, keyFile: place.keyFile, options: place.options).answer(lines, printer.show)
        } else {
            let place = try place()
            try OfflineDecisions(policies: place.policies, data: place.data, keyFile: place.keyFile, options: place.options).answer(lines, printer.show)
        }
        if printer.sawFailure { throw Exit.findings }
    }

    /// The data folder is the one that is named or the configuration's; the environment's is a server's business, since what
    /// is decided here is recorded there.
    private func place() throws -> (policies: [String], data: String?, keyFile: String?, options: DeciderOptions) {
        let settings = try DataOptions(config: config).settings()
        let configured = config == nil ? nil : settings
        return (policy.isEmpty ? configured?.policies ?? [] : policy, data ?? configured?.data, keyFile ?? configured?.keyFile,
                try signals.deciderOptions(settings))
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
