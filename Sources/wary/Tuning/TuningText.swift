import WaryEngine
import WaryVocabulary

/// A tuning for people.
struct TuningText {
    private let tuning: Tuning
    private let budget: Tuning.Budget
    private let diff: SuggestionDiff

    init(_ tuning: Tuning, _ budget: Tuning.Budget, _ diff: SuggestionDiff) {
        self.tuning = tuning
        self.budget = budget
        self.diff = diff
    }

    func text(on terminal: Terminal) -> String {
        let now = tuning.now
        guard now.attempts > 0 else { return "no attempt in this history is one that the policy is for" }
        var blocks = ["\(now.attempts) attempts, \(now.frauds) known to be fraud, \(now.goods) known to be good"]
        if now.frauds == 0 { blocks.append(terminal.paint("nothing is labelled fraud: only friction can be told; see wary label", .yellow)) }
        for curve in tuning.curves { blocks.append(self.curve(curve.outcome, curve.threshold, curve.points, terminal)) }
        blocks.append(comparison(terminal))
        if tuning.suggestions.isEmpty {
            blocks.append("no other numbers would catch more within \(BacktestText.number(budget.perThousand)) \(budget.kind.rawValue) in 1,000")
        } else {
            blocks.append(diff.text.trimmingEnd)
        }
        if !tuning.isWithinBudget {
            blocks.append(terminal.paint("the budget cannot be kept by thresholds and scores alone: rules step up or deny by themselves", .yellow))
        }
        return blocks.joined(separator: "\n\n")
    }

    private func curve(_ outcome: Outcome, _ own: Int, _ points: [Tuning.Point], _ terminal: Terminal) -> String {
        var table = Table([.left("\(outcome.rawValue) from"), .right("step-ups in 1,000"), .right("denials"), .right("caught"), .right("false alarms"), .left("")])
        var last: Tuning.Figures?
        for point in points where point.figures != last || point.threshold == own {
            last = point.figures
            let figures = point.figures
            let share = figures.frauds == 0 ? 0 : figures.caught * 20 / figures.frauds
            let isOwn = point.threshold == own
            table.add(.init("\(point.threshold)\(isOwn ? " (now)" : "")", isOwn ? .bold : .dim), .init(BacktestText.number(figures.perThousand(.stepUps))),
                      .init(BacktestText.number(figures.perThousand(.denials))), .init("\(figures.caught) of \(figures.frauds)"),
                      .init("\(figures.falseAlarms) of \(figures.goods)"), .init(String(repeating: "▇", count: share), .green))
        }
        return table.text(on: terminal)
    }

    private func comparison(_ terminal: Terminal) -> String {
        var table = Table([.left(""), .right("step-ups in 1,000"), .right("denials"), .right("caught"), .right("false alarms")])
        let rows = [("now", tuning.now), ("suggested", tuning.suggested), ("accounts held out, now", tuning.heldOutNow),
                    ("accounts held out, suggested", tuning.heldOutSuggested)]
        for (name, figures) in rows {
            table.add(.init(name), .init(BacktestText.number(figures.perThousand(.stepUps))), .init(BacktestText.number(figures.perThousand(.denials))),
                      .init("\(figures.caught) of \(figures.frauds)"), .init("\(figures.falseAlarms) of \(figures.goods)"))
        }
        return table.text(on: terminal)
    }
}

extension String {
    fileprivate var trimmingEnd: String { hasSuffix("\n") ? String(dropLast()) : self }
}
