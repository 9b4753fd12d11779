import WaryEngine
import WaryVocabulary

/// A backtest's report for people.
struct BacktestText {
    private let report: BacktestReport
    private let terminal: Terminal

    init(_ report: BacktestReport, on terminal: Terminal) {
        self.report = report
        self.terminal = terminal
    }

    var text: String {
        var parts = [heading, changes, friction, truth, rules, days, worst, examples]
        parts.append(terminal.paint("\(report.records) records in \(Self.number(report.seconds)) s", .dim))
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private var heading: String {
        let period = report.from.flatMap { from in report.to.map { "\(from) to \($0)" } } ?? "no attempt"
        var lines = [terminal.paint(report.policy, .bold) + " against " + (report.against ?? "what was decided"),
                     "\(report.attempts) attempts of \(report.accounts) accounts, \(period)"]
        if report.isPartial { lines.append(terminal.paint("stopped before the end: this is part of it", .yellow)) }
        if report.reproduced + report.notReproduced > 0 {
            let all = report.reproduced + report.notReproduced
            lines.append("\(report.reproduced) of the \(all) decisions that this very policy made come out the same"
                + (report.notReproduced > 0 ? "; \(report.notReproducedDegraded) of the others were degraded, the rest had position data that is not kept" : ""))
        }
        return lines.joined(separator: "\n")
    }

    private var changes: String {
        var table = Table([.left("before"), .right("→ allow"), .right("→ step_up"), .right("→ deny"), .right("all")])
        for before in Outcome.allCases {
            let row = report.changes[before] ?? .init()
            guard row.total > 0 else { continue }
            table.add([.init(before.rawValue)] + Outcome.allCases.map { after in
                .init(String(row[after]), row[after] > 0 && after != before ? .bold : .dim)
            } + [.init(row.total)])
        }
        let none = report.undecidedBefore
        if none.total > 0 { table.add("not decided", .init(none.allow), .init(none.stepUp), .init(none.deny), .init(none.total)) }
        table.add(.init("all", .bold), .init(report.after.allow), .init(report.after.stepUp), .init(report.after.deny), .init(report.after.total))
        return table.text(on: terminal)
    }

    private var friction: String {
        var lines = ["step-ups in 1,000  \(rates(.stepUp))", "denials in 1,000   \(rates(.deny))",
                     "stopped per account: median \(report.medianBurden), 95th percentile \(report.highBurden)"]
        if report.coldStart.total > 0 {
            lines.append("accounts without a past: \(report.coldStart.total) attempts, \(report.coldStart.stepUp) stepped up, \(report.coldStart.deny) denied")
        }
        return lines.joined(separator: "\n")
    }

    private func rates(_ outcome: Outcome) -> String {
        let after = Self.number(report.after.perThousand(outcome))
        return report.before.total > 0 ? "\(after) (before: \(Self.number(report.before.perThousand(outcome))))" : after
    }

    private var truth: String {
        let truth = report.truth
        guard truth.caught + truth.missed + truth.falseAlarms + truth.leftAlone > 0 else { return "" }
        var table = Table([.left("of what is known"), .right("now"), .left("95 %"), .right("before")])
        let before = report.truthBefore
        table.add("frauds caught", .init("\(truth.caught) of \(truth.recall.of)"), .init(Self.interval(truth.recall), .dim), .init("\(before.caught) of \(before.recall.of)"))
        table.add("frauds missed", .init(truth.missed), "", .init(before.missed))
        table.add("false alarms", .init("\(truth.falseAlarms) of \(truth.falseAlarmRate.of)"), .init(Self.interval(truth.falseAlarmRate), .dim),
                  .init("\(before.falseAlarms) of \(before.falseAlarmRate.of)"))
        table.add("precision", .init(Self.percent(truth.precision.share)), .init(Self.interval(truth.precision), .dim), .init(Self.percent(before.precision.share)))
        return table.text(on: terminal)
    }

    private var rules: String {
        var table = Table([.left("rule"), .right("fired"), .right("alone decided"), .right("on fraud"), .right("on good"), .right("precision"), .left("")])
        for rule in report.rules.sorted(by: { $0.hits > $1.hits }) {
            let precision = rule.precision
            table.add(.init(rule.name, rule.isMonitor ? .cyan : .bold), .init(rule.hits), .init(rule.alone), .init(rule.frauds), .init(rule.goods),
                      .init(Self.percent(precision.share)), .init(precision.of == 0 ? "" : Self.interval(precision), .dim))
        }
        return table.text(on: terminal)
    }

    private var days: String {
        guard report.days.count > 1 else { return "" }
        var table = Table([.left("day"), .right("attempts"), .right("step_up"), .right("deny"), .left("")])
        let most = report.days.values.map { $0.stepUp + $0.deny }.max() ?? 0
        for (day, counts) in report.days.sorted(by: { $0.key < $1.key }).suffix(31) {
            let stopped = counts.stepUp + counts.deny
            let bar = String(repeating: "▇", count: most == 0 ? 0 : (stopped * 30 + most - 1) / most)
            table.add(.init(CivilDate(daysSinceEpoch: day).description), .init(counts.total), .init(counts.stepUp, .yellow), .init(counts.deny, .red), .init(bar, .dim))
        }
        return table.text(on: terminal)
    }

    private var worst: String {
        guard !report.worst.isEmpty else { return "" }
        var table = Table([.left("most stopped"), .right("stopped"), .right("attempts")])
        for burden in report.worst { table.add(.init(HistoryText.shown(burden.account)), .init(burden.stopped), .init(burden.attempts)) }
        return table.text(on: terminal)
    }

    private var examples: String {
        guard !report.examples.isEmpty else { return "" }
        var table = Table([.left("telling"), .left("account"), .left("before"), .left("now"), .right("score"), .left("ended"), .left("because")])
        for example in report.examples {
            let ended = [example.end.outcome?.rawValue, example.end.label?.rawValue].compactMap { $0 }.joined(separator: ", ")
            table.add(.init(example.entry.at.description), .init(HistoryText.shown(example.entry.fields.account)), .init(example.before?.rawValue ?? ""),
                      .init(example.after.outcome.rawValue, .bold), .init(example.after.score), .init(ended),
                      .init(example.explanation.reasons.map(\.rule).joined(separator: ", "), .dim))
        }
        return table.text(on: terminal)
    }

    static func number(_ value: Double) -> String {
        let tenths = (value * 10).rounded()
        return tenths.truncatingRemainder(dividingBy: 10) == 0 ? String(Int(tenths / 10)) : String(tenths / 10)
    }

    static func percent(_ share: Double?) -> String { share.map { "\(number($0 * 100)) %" } ?? "" }

    static func interval(_ interval: WilsonInterval) -> String {
        interval.of == 0 ? "" : "\(number(interval.low * 100))–\(number(interval.high * 100)) %"
    }
}
