import ArgumentParser
import Foundation
import WaryEngine
import WaryHistory
import WaryLanguage
import WarySignals
import WaryVocabulary

/// `wary backtest`: what a policy would have done.
struct BacktestCommand: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, json, html
    }

    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Replays stored history under another policy: what changes, who is hit, what is caught and missed.",
        discussion: """
            Each attempt is judged by exactly what was known at the time. A server may have the folder meanwhile.
            Examples:
              wary backtest --policy next.wary --data data --since 30d
              wary backtest --policy next.wary --against Policies/customer_sign_in.wary --data data --format json
              wary backtest --policy next.wary --data data --format html --output report.html
            """)

    @Option(name: .long, help: ArgumentHelp("The policy to be tried.", valueName: "file"))
    var policy: String

    @Option(name: .long, help: ArgumentHelp("The policy to hold it against; what was decided at the time where not given.", valueName: "file"))
    var against: String?

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: ArgumentHelp(
        "uap-core's regexes.yaml, for user agents that history has not read; the package's where it is installed.", valueName: "file"))
    var userAgents: String?

    @Option(name: .long, help: ArgumentHelp("Judge only what is this young (30d), or from this instant on.", valueName: "when"))
    var since: String?

    @Option(name: .long, help: ArgumentHelp("Judge a share of the accounts only (10%).", valueName: "share"))
    var sample = "100%"

    @Option(name: .long, help: "text, json or html: one page that needs no network.")
    var format = Format.text

    @Option(name: .long, help: ArgumentHelp("Write the report to this file.", valueName: "file"))
    var output: String?

    func validate() throws {
        guard let share else { throw ValidationError("--sample should be a share such as 10%") }
        guard share > 0, share <= 1 else { throw ValidationError("--sample should be above 0% and at most 100%") }
        if let since, Age(since) == nil { throw ValidationError("--since should be an age such as 30d, or an instant such as 2026-01-01T00:00:00Z") }
    }

    private var share: Double? {
        sample.hasSuffix("%") ? Double(sample.dropLast()).map { $0 / 100 } : Double(sample)
    }

    func run() throws {
        let candidate = try Self.load(policy)
        let rival = try against.map(Self.load)
        if let rival, rival.event != candidate.event {
            throw CommandFailure("\(policy) is for \(candidate.event), \(against ?? "") for \(rival.event)", code: Exit.usage)
        }
        let history = try data.open(readOnly: true)
        defer { history.close() }
        let report = try replay(candidate, rival, history)
        let text = switch format {
        case .text: BacktestText(report, on: output == nil ? .output : .plain).text
        case .json: BacktestJSON(report).text
        case .html: BacktestPage(report).text
        }
        guard let output else {
            print(text)
            return
        }
        do { try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: output)) } catch {
            throw CommandFailure("\(output): the file cannot be written")
        }
    }

    private func replay(_ candidate: CompiledPolicy, _ rival: CompiledPolicy?, _ history: History) throws -> BacktestReport {
        let options = Backtest.Options(policy: candidate, against: rival, since: since.flatMap(Age.init)?.instant(before: history.clock),
                                       sample: share ?? 1, agents: try agents())
        var interrupt = Interrupt()
        do throws(HistoryError) {
            var progress = Progress("backtest", total: Int(clamping: try history.statistics().last))
            defer { progress.finish() }
            var backtest = Backtest(options)
            return try backtest.run(on: history) { place in
                progress.update(Int(clamping: place))
                return !interrupt.hasCome()
            }
        } catch {
            throw CommandFailure(error.description)
        }
    }

    /// Where addresses were is in history already, as it was known then.
    private func agents() throws -> AgentReader {
        let path = try userAgents ?? data.settings().userAgents
        do throws(AgentError) {
            return try AgentReader.standard(path: path)
        } catch {
            throw CommandFailure(error.description)
        }
    }

    private static func load(_ path: String) throws -> CompiledPolicy {
        let policies = try loadPolicies([path]).policies
        guard policies.count == 1, let policy = policies.first else {
            throw CommandFailure("\(path) should hold one policy, and holds \(policies.count)", code: Exit.usage)
        }
        return policy
    }
}

/// `30d` or an instant.
enum Age {
    case milliseconds(Int64)
    case instant(Instant)

    init?(_ text: String) {
        if let instant = Instant(text) {
            self = .instant(instant)
            return
        }
        let units: [(String, Int64)] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000)]
        for (unit, scale) in units where text.hasSuffix(unit) {
            guard let number = Int64(text.dropLast(unit.count)), number >= 0 else { continue }
            let (product, overflow) = number.multipliedReportingOverflow(by: scale)
            guard !overflow else { return nil }
            self = .milliseconds(product)
            return
        }
        return nil
    }

    /// Ages count back from history's own clock: a replayed folder may lie far in the past.
    func instant(before clock: Instant) -> Instant {
        switch self {
        case .milliseconds(let age): clock - age
        case .instant(let instant): instant
        }
    }
}
