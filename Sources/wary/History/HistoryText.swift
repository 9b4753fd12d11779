import WaryEngine
import WaryHistory
import WaryVocabulary

/// A timeline for people.
struct HistoryText {
    private let timeline: Timeline
    private let baseline: AccountBaseline?
    private let title: String
    private let terminal = Terminal.output

    init(_ timeline: Timeline, _ baseline: AccountBaseline?, title: String) {
        self.timeline = timeline
        self.baseline = baseline
        self.title = title
    }

    func print() {
        Swift.print(terminal.paint(title, .bold))
        if let baseline { Swift.print(summary(baseline)) }
        guard timeline.total > 0 else {
            Swift.print("nothing is known")
            return
        }
        var table = Table([.left("when"), .left("event"), .left("decision"), .right("score"), .left("ended"), .left("account"),
                           .left("address"), .left("from"), .left("device"), .left("why")])
        for row in timeline.rows { table.add(cells(row)) }
        Swift.print(table.text(on: terminal))
        let shown = timeline.rows.count
        if timeline.total > shown { Swift.print(terminal.paint("the last \(shown) of \(timeline.total); --limit shows more", .dim)) }
    }

    private func summary(_ baseline: AccountBaseline) -> String {
        guard baseline.signIns > 0 else { return "no good sign-in so far" }
        let first = baseline.firstSignIn.map { ", the first \($0)" } ?? ""
        let last = baseline.lastSignIn.map { ", the last \($0)" } ?? ""
        return "\(baseline.signIns) good sign-in\(baseline.signIns == 1 ? "" : "s")\(first)\(last)"
    }

    private func cells(_ row: Timeline.Row) -> [Table.Cell] {
        let entry = row.entry, fields = entry.fields
        var decision = Table.Cell(""), score = "", why = "", kind = ""
        switch entry.what {
        case .decision(_, let event):
            decision = Self.cell(event.decision.outcome)
            score = String(event.decision.score)
            why = event.decision.firedRules.joined(separator: ", ") + (event.decision.isDegraded ? " (degraded)" : "")
            kind = event.kind.rawValue
        case .event(let event): kind = event.rawValue
        case .imported(let event, let outcome, _, _):
            kind = event.rawValue
            decision = outcome.map(Self.cell) ?? ""
            why = "imported"
        case .outcome, .label: break
        }
        let place = [fields.position.country?.description, fields.position.city].compactMap { $0 }.joined(separator: " ")
        return [.init(entry.at.description), .init(kind), decision, .init(score), ended(row.end), .init(Self.shown(fields.account)),
                .init(fields.ip?.description ?? ""), .init(place), .init(Self.shown(fields.device ?? "")), .init(why, .dim)]
    }

    private func ended(_ end: AttemptEnd) -> Table.Cell {
        let text = [end.outcome?.rawValue, end.label?.rawValue].compactMap { $0 }.joined(separator: ", ")
        switch (end.label, end.outcome) {
        case (.fraud, _): return .init(text, .red)
        case (_, .succeeded), (_, .challengePassed): return .init(text, .green)
        default: return .init(text)
        }
    }

    private static func cell(_ outcome: Outcome) -> Table.Cell {
        switch outcome {
        case .allow: .init(outcome.rawValue, .green)
        case .stepUp: .init(outcome.rawValue, .yellow)
        case .deny: .init(outcome.rawValue, .red)
        }
    }

    /// What clients send may hold anything: control characters do not reach the terminal, and long texts are cut.
    static func shown(_ text: String) -> String {
        let visible = String(String.UnicodeScalarView(text.unicodeScalars.map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: "\u{FFFD}"
            default: scalar
            }
        }))
        return visible.count > 40 ? visible.prefix(39) + "…" : visible
    }
}
