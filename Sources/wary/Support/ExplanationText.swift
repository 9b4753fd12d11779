import WaryLanguage
import WaryVocabulary

/// An explanation for people: every rule with its state, what it looked at, and what it added.
struct ExplanationText {
    private let explanation: Explanation
    private let terminal: Terminal

    init(_ explanation: Explanation, on terminal: Terminal = .output) {
        self.explanation = explanation
        self.terminal = terminal
    }

    /// `deny, score 95, factors …`
    func heading(_ evaluation: Evaluation, indent: Int = 6) -> String {
        var parts = [Self.painted(evaluation.outcome, terminal), "score \(evaluation.score)"]
        if !evaluation.factors.isEmpty { parts.append("factors " + evaluation.factors.map(\.rawValue).joined(separator: ", ")) }
        if !evaluation.notify.isEmpty { parts.append("notify " + evaluation.notify.joined(separator: ", ")) }
        if !evaluation.tags.isEmpty { parts.append("tag " + evaluation.tags.joined(separator: ", ")) }
        if evaluation.isDegraded { parts.append(terminal.paint("degraded", .yellow)) }
        return String(repeating: " ", count: indent) + parts.joined(separator: terminal.paint("  ·  ", .dim))
    }

    /// One line a rule.
    func rules(indent: Int = 6) -> String {
        var table = Table([.left(""), .left(""), .right(""), .left("")])
        for rule in explanation.rules ?? [] {
            let contribution = rule.contribution == 0 ? "" : rule.contribution > 0 ? "+\(rule.contribution)" : "\(rule.contribution)"
            var details = rule.observations.map(text)
            if rule.state == .fired || rule.state == .firedUnknown { details += rule.effects.map { terminal.paint($0, .bold) } }
            table.add(state(rule.state), .init(rule.rule), .init(contribution), .init(details.joined(separator: ", ")))
        }
        return table.isEmpty ? "" : table.text(on: terminal, indent: indent)
    }

    /// How a milder and a stricter answer would have come about: by which rules' states, by how many points.
    func changes(indent: Int = 0) -> String {
        let ways = [ChangeText(name: "milder", change: explanation.milder, points: explanation.marginToMilder),
                    ChangeText(name: "stricter", change: explanation.stricter, points: explanation.marginToStricter)]
        return ChangeText.text(ways, on: terminal, indent: indent)
    }

    static func painted(_ outcome: Outcome, _ terminal: Terminal) -> String {
        switch outcome {
        case .allow: terminal.paint("allow", .bold, .green)
        case .stepUp: terminal.paint("step_up", .bold, .yellow)
        case .deny: terminal.paint("deny", .bold, .red)
        }
    }

    private func text(_ observation: RuleExplanation.Observation) -> String {
        guard observation.isKnown else { return "\(observation.name) unknown (\(observation.value))" }
        return "\(observation.name) \(observation.value)" + (observation.threshold.map { " (\(Self.outcome(of: $0, observation.holds)))" } ?? "")
    }

    /// `> 5` where it holds, `not > 5` where it does not.
    static func outcome(of threshold: String, _ holds: Bool?) -> String {
        switch (holds, threshold) {
        case (true?, _): threshold
        case (nil, _): "\(threshold) cannot be told"
        case (false?, "is unknown"): "is known"
        case (false?, "is known"): "is unknown"
        case (false?, _) where threshold.hasPrefix("not "): String(threshold.dropFirst(4))
        case (false?, _): "not \(threshold)"
        }
    }

    private func state(_ state: RuleExplanation.State) -> Table.Cell {
        switch state {
        case .fired: .init("● fired", .bold)
        case .firedUnknown: .init("● fired, unknown", .bold)
        case .notFired: .init("○ not fired", .dim)
        case .unknown: .init("? unknown", .yellow)
        case .monitored: .init("◇ monitor, fired", .cyan)
        case .monitorNotFired: .init("◇ monitor", .dim)
        case .monitorUnknown: .init("◇ monitor, unknown", .dim)
        }
    }
}
