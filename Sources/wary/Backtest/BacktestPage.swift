import WaryEngine
import WaryVocabulary

/// A backtest's report as one HTML page: pictures are SVG, and nothing is fetched.
struct BacktestPage {
    private let report: BacktestReport

    init(_ report: BacktestReport) { self.report = report }

    var text: String {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>Backtest of \(escaped(report.policy))</title>
        <style>\(Self.style)</style></head><body><main>
        <h1>\(escaped(report.policy))</h1>
        <p class="dim">against \(escaped(report.against ?? "what was decided")); \(report.attempts) attempts of \(report.accounts) accounts\(period)</p>
        \(report.isPartial ? "<p class=\"warn\">Stopped before the end: this is part of it.</p>" : "")
        \(figures)
        <h2>Decisions over time</h2>\(BacktestChart(report).svg)
        <h2>What changes</h2>\(changes)
        \(truth)
        <h2>Rules</h2>\(rules)
        <h2>Accounts that are stopped most</h2>\(worst)
        <h2>The most telling decisions</h2>\(examples)
        </main></body></html>
        """
    }

    private static let style = """
        :root{color-scheme:light dark;--dim:#777;--allow:#3a9d5d;--step:#d69a1e;--deny:#cf4438;--line:#8884}
        body{font:15px/1.5 system-ui,sans-serif;margin:0}main{max-width:60rem;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.5rem;margin-bottom:0}h2{font-size:1.1rem;margin-top:2.2rem}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums}td,th{padding:.2rem .8rem .2rem 0;text-align:right;vertical-align:top}
        th{font-weight:600;color:var(--dim)}td:first-child,th:first-child,.left{text-align:left}tr+tr td{border-top:1px solid var(--line)}
        .dim{color:var(--dim)}.warn{color:var(--step)}.allow{color:var(--allow)}.step_up{color:var(--step)}.deny{color:var(--deny)}
        .figures{display:flex;flex-wrap:wrap;gap:2.5rem;margin:1.5rem 0}.figures b{display:block;font-size:1.8rem;line-height:1.1}
        svg{width:100%;height:auto}svg text{fill:currentColor;font-size:11px}details{margin:.4rem 0}summary{cursor:pointer}
        """

    private var period: String {
        guard let from = report.from, let to = report.to else { return "" }
        return ", \(from) to \(to)"
    }

    private var figures: String {
        var cells = [("step-ups in 1,000", BacktestText.number(report.after.perThousand(.stepUp))),
                     ("denials in 1,000", BacktestText.number(report.after.perThousand(.deny)))]
        if report.truth.recall.of > 0 {
            cells.append(("frauds caught, of \(report.truth.recall.of)", "\(report.truth.caught)"))
            cells.append(("false alarms, of \(report.truth.falseAlarmRate.of)", "\(report.truth.falseAlarms)"))
        }
        cells.append(("stopped per account: median, 95th percentile", "\(report.medianBurden), \(report.highBurden)"))
        return "<div class=\"figures\">" + cells.map { "<div><b>\($0.1)</b><span class=\"dim\">\($0.0)</span></div>" }.joined() + "</div>"
    }

    private var changes: String {
        var rows = Outcome.allCases.compactMap { before -> [String]? in
            guard let row = report.changes[before], row.total > 0 else { return nil }
            return [outcome(before)] + Outcome.allCases.map { "\(row[$0])" } + ["\(row.total)"]
        }
        let none = report.undecidedBefore
        if none.total > 0 { rows.append(["not decided", "\(none.allow)", "\(none.stepUp)", "\(none.deny)", "\(none.total)"]) }
        rows.append(["all", "\(report.after.allow)", "\(report.after.stepUp)", "\(report.after.deny)", "\(report.after.total)"])
        return table(["before", "now allow", "now step_up", "now deny", "all"], rows)
    }

    private var truth: String {
        let now = report.truth, before = report.truthBefore
        guard now.recall.of + now.falseAlarmRate.of > 0 else { return "" }
        func share(_ interval: WilsonInterval) -> String {
            "\(BacktestText.percent(interval.share)) <span class=\"dim\">\(BacktestText.interval(interval))</span>"
        }
        return "<h2>Of what is known</h2>" + table(["", "now", "share, 95 % interval", "before"], [
            ["frauds caught", "\(now.caught) of \(now.recall.of)", share(now.recall), "\(before.caught) of \(before.recall.of)"],
            ["frauds missed", "\(now.missed)", "", "\(before.missed)"],
            ["false alarms", "\(now.falseAlarms) of \(now.falseAlarmRate.of)", share(now.falseAlarmRate), "\(before.falseAlarms) of \(before.falseAlarmRate.of)"],
            ["precision", "", share(now.precision), BacktestText.percent(before.precision.share)],
        ])
    }

    private var rules: String {
        table(["rule", "fired", "alone decided", "on fraud", "on good", "precision, 95 %"], report.rules.sorted { $0.hits > $1.hits }.map { rule in
            [escaped(rule.name) + (rule.isMonitor ? " <span class=\"dim\">monitor</span>" : ""), "\(rule.hits)", "\(rule.alone)", "\(rule.frauds)",
             "\(rule.goods)", "\(BacktestText.percent(rule.precision.share)) <span class=\"dim\">\(BacktestText.interval(rule.precision))</span>"]
        })
    }

    private var worst: String {
        report.worst.isEmpty ? "<p class=\"dim\">none</p>"
            : table(["account", "stopped", "attempts"], report.worst.map { [escaped(HistoryText.shown($0.account)), "\($0.stopped)", "\($0.attempts)"] })
    }

    private var examples: String {
        guard !report.examples.isEmpty else { return "<p class=\"dim\">none</p>" }
        return report.examples.map { example in
            let ended = [example.end.outcome?.rawValue, example.end.label?.rawValue].compactMap { $0 }.joined(separator: ", ")
            let before = example.before.map { "\(outcome($0)) → " } ?? ""
            let reasons = example.explanation.reasons.map { reason in
                let values = reason.because.map { "\(escaped($0.name)) \(escaped($0.text))" }.joined(separator: ", ")
                return "<li>\(escaped(reason.text)) <span class=\"dim\">\(values)\(reason.score.map { ", \($0)" } ?? "")</span></li>"
            }.joined()
            return "<details><summary>\(example.entry.at) \(escaped(HistoryText.shown(example.entry.fields.account))): \(before)\(outcome(example.after.outcome)), "
                + "score \(example.after.score)\(ended.isEmpty ? "" : "; ended \(ended)")</summary><ul>\(reasons.isEmpty ? "<li class=\"dim\">no rule fired</li>" : reasons)</ul></details>"
        }.joined(separator: "\n")
    }

    private func outcome(_ outcome: Outcome) -> String { "<span class=\"\(outcome.rawValue)\">\(outcome.rawValue)</span>" }

    private func table(_ titles: [String], _ rows: [[String]]) -> String {
        "<table><tr>" + titles.map { "<th>\($0)</th>" }.joined() + "</tr>"
            + rows.map { "<tr>" + $0.map { "<td>\($0)</td>" }.joined() + "</tr>" }.joined(separator: "\n") + "</table>"
    }

    private func escaped(_ text: String) -> String { TestXML.escaped(text) }
}

/// Step-ups and denials day by day, as stacked bars.
struct BacktestChart {
    private let report: BacktestReport

    init(_ report: BacktestReport) { self.report = report }

    var svg: String {
        guard let first = report.days.keys.min(), let last = report.days.keys.max() else { return "<p class=\"dim\">no attempt</p>" }
        // Above a hundred bars, several days share one.
        let span = Int(last - first) / 100 + 1
        var bars: [Int: BacktestReport.Counts] = [:]
        for (day, counts) in report.days {
            for outcome in Outcome.allCases { bars[Int(day - first) / span, default: .init()][outcome] += counts[outcome] }
        }
        let count = Int(last - first) / span + 1
        let width = 720.0, height = 180.0, step = width / Double(count)
        let most = Double(max(1, bars.values.map { $0.stepUp + $0.deny }.max() ?? 1))
        var shapes: [String] = []
        for (place, counts) in bars.sorted(by: { $0.key < $1.key }) {
            var top = height
            for (outcome, variable) in [(Outcome.deny, "--deny"), (.stepUp, "--step")] where counts[outcome] > 0 {
                let size = Double(counts[outcome]) / most * (height - 20)
                top -= size
                shapes.append("<rect x=\"\(Self.short(Double(place) * step + 30))\" y=\"\(Self.short(top))\" width=\"\(Self.short(max(1, step - 1)))\" "
                    + "height=\"\(Self.short(size))\" fill=\"var(\(variable))\"><title>\(CivilDate(daysSinceEpoch: first + Int64(place * span))): "
                    + "\(counts[outcome]) \(outcome.rawValue) of \(counts.total)</title></rect>")
            }
        }
        let from = CivilDate(daysSinceEpoch: first).description, to = CivilDate(daysSinceEpoch: last).description
        return """
            <svg viewBox="0 0 760 205" role="img" aria-label="Step-ups and denials by day">
            <line x1="30" y1="180" x2="750" y2="180" stroke="var(--line)"/><text x="0" y="24">\(Int(most))</text><text x="0" y="184">0</text>
            \(shapes.joined(separator: "\n"))
            <text x="30" y="198">\(from)</text><text x="750" y="198" text-anchor="end">\(to)</text></svg>
            <p class="dim"><span class="step_up">■</span> step_up <span class="deny">■</span> deny\(span > 1 ? "; \(span) days a bar" : "")</p>
            """
    }

    private static func short(_ value: Double) -> String { BacktestText.number(value) }
}
