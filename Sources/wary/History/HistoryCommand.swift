import ArgumentParser
import WaryEngine
import WaryHistory
import WaryVocabulary

/// `wary history`: what is known of an account, an address or a device.
struct HistoryCommand: ParsableCommand {
    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case account, ip, device
    }

    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Shows what is known of an account, an address or a device, as a timeline.",
        discussion: """
            May run beside a server that has the folder.
            Examples:
              wary history account alice --data data
              wary history ip 203.0.113.7 --data data --limit 200
              wary history device d-81f2 --data data --format json
            """)

    @Argument(help: "account, ip or device.")
    var kind: Kind

    @Argument(help: "Its name, address or id.")
    var value: String

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: "How many events to show: the last ones.")
    var limit = 50

    @Option(name: .long, help: "human or json.")
    var format = OutputFormat.human

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit should be at least 1") }
        if kind == .ip, IPAddress(value) == nil { throw ValidationError("\(value) is not one plain address") }
    }

    func run() throws {
        let history = try data.open(readOnly: true)
        defer { history.close() }
        do throws(HistoryError) {
            let timeline = try Timeline(of: subject, in: history, last: limit)
            let baseline = kind == .account ? try history.baseline(of: value) : nil
            switch format {
            case .human: HistoryText(timeline, baseline, title: "\(kind.rawValue) \(value)").print()
            case .json: HistoryJSON.print(timeline)
            }
        } catch {
            throw CommandFailure(error.description)
        }
    }

    private var subject: Timeline.Subject {
        switch kind {
        case .account: .account(value)
        case .ip: IPAddress(value).map(Timeline.Subject.address) ?? .account(value)
        case .device: .device(value)
        }
    }
}
