import ArgumentParser
import Foundation
import WaryServer

/// `wary bench`: latency and throughput here, next to what the same socket can do at all.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures latency and throughput on this machine, next to the machine's own limits.",
        discussion: """
            Starts servers of its own on a temporary folder, with a warm history, and a bare echo over the same kind of socket \
            with messages of the same length: the floor. Every figure stands beside the floor's of the same run; only the \
            ratios can be compared between machines.
            Examples:
              wary bench --policy Policies/customer_sign_in.wary
              wary bench --policy Policies/customer_sign_in.wary --seconds 10 --warm 1000000 --format json
            """)

    @Option(name: .long, help: "Policy files or folders.")
    var policy: [String] = []

    @Option(name: .long, help: ArgumentHelp("Where addresses are: MaxMind DB files.", valueName: "file"))
    var positions: [String] = []

    @Option(name: .long, help: "How long each figure is measured.")
    var seconds = 3.0

    @Option(name: .long, help: "Attempts in the history before the first figure.")
    var warm = 100_000

    @Option(name: .long, help: "Accounts that sign in.")
    var accounts = 20_000

    @Option(name: .long, help: "human or json.")
    var format = OutputFormat.human

    @Option(name: .long, help: .hidden)
    var echo: String?

    /// Another build to be measured.
    @Option(name: .long, help: .hidden)
    var program: String?

    /// Bytes of a usual answer with two reasons.
    static let answerBytes = 300

    func validate() throws {
        if echo == nil, policy.isEmpty { throw ValidationError("Say which policy decides: --policy P.") }
        if seconds <= 0 || warm < 0 || accounts < 1 { throw ValidationError("--seconds, --warm and --accounts are positive.") }
    }

    func run() async throws {
        if let echo {
            try EchoServer(path: echo, answerBytes: Self.answerBytes).run()
        }
        let bench = Bench(policies: policy, positions: positions, program: program, seconds: seconds, warm: warm,
                          requests: BenchRequests(accounts: accounts), progress: format == .human)
        let figures: [Bench.Figure]
        do {
            figures = try bench.run()
        } catch {
            throw CommandFailure("\(error)")
        }
        switch format {
        case .human: print(BenchReport(figures).text(on: .output))
        case .json: printJSON { BenchReport(figures).write(&$0) }
        }
    }
}
