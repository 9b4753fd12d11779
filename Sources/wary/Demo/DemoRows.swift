import WarySimulation
import WaryVocabulary

/// The day as it falls: a row for each attempt worth seeing, runs of the same thing told once.
struct DemoRows {
    private let world: World
    private let terminal: Terminal
    private var run: (key: String, length: Int, hidden: Int) = ("", 0, 0)
    private var calm = 0

    init(world: World, on terminal: Terminal) {
        self.world = world
        self.terminal = terminal
    }

    static func heading(on terminal: Terminal) -> String {
        terminal.paint("time   account        from                             decision  score  why", .dim)
    }

    /// The lines to print for an attempt, perhaps none.
    mutating func lines(_ attempt: SimulatedAttempt, _ answer: DemoClient.Answer) -> [String] {
        let outcome = answer.outcome ?? .deny
        var lines: [String] = []
        let key = "\(attempt.actor.rawValue) \(outcome.rawValue)"
        if key != run.key {
            lines += closing()
            run = (key, 0, 0)
        }
        run.length += 1
        if attempt.actor == .owner, outcome == .allow, attempt.note == nil {
            calm += 1
            if calm % 3 == 1 { lines.append(row(attempt, answer, outcome)) }
        } else if attempt.actor == .owner || run.length <= 3 {
            lines.append(row(attempt, answer, outcome))
        } else {
            run.hidden += 1
        }
        return lines
    }

    /// What is left to say of the run that ends.
    mutating func closing() -> [String] {
        defer { run.hidden = 0 }
        return run.hidden == 0 ? [] : [terminal.paint("       … and \(run.hidden) more like this", .dim)]
    }

    private func row(_ attempt: SimulatedAttempt, _ answer: DemoClient.Answer, _ outcome: Outcome) -> String {
        let block = attempt.fields.ip.flatMap(world.block(of:))
        let from = block.map { "\($0.city.name), \($0.provider)" } ?? ""
        let clock = attempt.at.description.dropFirst(11).prefix(5)
        let decision: String = switch outcome {
        case .allow: terminal.paint(padded("allow", 8), .green)
        case .stepUp: terminal.paint(padded("ask", 8), .bold, .yellow)
        case .deny: terminal.paint(padded("refuse", 8), .bold, .red)
        }
        var why = (answer.reasons ?? []).map(\.rule).joined(separator: ", ")
        if let story = story(attempt) { why += (why.isEmpty ? "" : "  ") + terminal.paint("← \(story)", .dim) }
        let score = "\(answer.score ?? 0)"
        return "\(terminal.paint(String(clock), .dim))  \(padded(attempt.fields.account, 13))  \(padded(from, 31))  \(decision)  "
            + String(repeating: " ", count: max(0, 5 - score.count)) + score + "  " + why
    }

    private func story(_ attempt: SimulatedAttempt) -> String? {
        guard attempt.actor.isAttack else { return attempt.note }
        return attempt.note.map { "\(attempt.actor.rawValue), \($0)" } ?? attempt.actor.rawValue
    }

    private func padded(_ text: String, _ width: Int) -> String {
        let cut = text.count <= width ? text : text.prefix(width - 1) + "…"
        return cut + String(repeating: " ", count: max(0, width - Table.width(cut)))
    }
}
