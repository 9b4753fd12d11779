import WaryServer
import WaryVocabulary

/// An answer for people, from its JSON: the same whether a server or this process decided.
struct DecisionText {
    struct Rule {
        var name: String
        var text: String
        var state: String?
        var score: Int64?
        var values: [(name: String, value: String)]
    }

    private var id: String?
    private var decision = ""
    private var decisionID: String?
    private var factors: [String] = []
    private var score: Int64 = 0
    private var reasons: [Rule] = []
    private var unknown: [Rule] = []
    private var monitored: [Rule] = []
    private var rules: [Rule] = []
    private var changes: [String: (decision: String, changes: [(rule: String, fires: Bool)])] = [:]
    private var margins: [String: Int] = [:]
    private var notify: [String] = []
    private var tags: [String] = []
    private var policy = ""
    private var isDegraded = false
    private var took: Int64 = 0
    private var failure: (code: String, message: String)?

    var isFailure: Bool { failure != nil }

    /// Nil where the line is no answer.
    static func read(_ line: [UInt8]) -> DecisionText? {
        guard let parser = try? JSONParser() else { return nil }
        return try? line.withUnsafeBytes { bytes in
            try parser.read(0..<bytes.count, of: bytes) { value, _ in DecisionText(value) }
        }
    }

    private init(_ answer: JSONValue) {
        for (key, value) in answer.members {
            switch key.string {
            case "id": id = value.text?.string
            case "decision": decision = value.text?.string ?? ""
            case "decision_id": decisionID = value.text?.string
            case "factors": factors = Self.texts(value)
            case "score": score = value.integer ?? 0
            case "reasons": reasons = value.elements.map(Self.rule)
            case "unknown": unknown = value.elements.map(Self.rule)
            case "monitored": monitored = value.elements.map(Self.rule)
            case "rules": rules = value.elements.map(Self.rule)
            case "milder", "stricter": changes[key.string] = Self.change(value)
            case "margin":
                for (side, points) in value.members { margins[side.string] = points.integer.map { Int($0) } }
            case "notify": notify = Self.texts(value)
            case "tags": tags = Self.texts(value)
            case "policy": policy = value.text?.string ?? ""
            case "degraded": isDegraded = value.bool ?? false
            case "took_us": took = value.integer ?? 0
            case "error": failure = Self.failure(value)
            default: break
            }
        }
    }

    // MARK: Printing

    /// One line: the decision, the score, and which rules fired.
    func line(on terminal: Terminal, withPolicy: Bool = false) -> String {
        var name = id.map { terminal.paint($0, .dim) + "  " } ?? ""
        if withPolicy, !policy.isEmpty { name += terminal.paint(policy, .dim) + "  " }
        if let failure { return name + terminal.paint(failure.code, .bold, .red) + "  " + failure.message }
        guard !decision.isEmpty else { return name + "ok" }
        let padding = String(repeating: " ", count: max(0, 7 - decision.count))
        let why = reasons.map { rule in rule.score.map { "\(rule.name) \(Self.signed($0))" } ?? rule.name }.joined(separator: ", ")
        return "\(name)\(painted(terminal))\(padding)  \(Self.right("\(score)", 3))  \(why)"
    }

    /// The whole answer, over several lines.
    func whole(on terminal: Terminal) -> String {
        if failure != nil || decision.isEmpty { return line(on: terminal) }
        var blocks = [heading(terminal)]
        if rules.isEmpty {
            blocks.append(block("because", reasons, terminal, isDim: false))
            blocks.append(gaps(terminal))
        } else {
            blocks.append(full(terminal))
        }
        blocks.append(block("only watched", monitored, terminal, isDim: true))
        blocks.append(footer(terminal))
        return blocks.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private func heading(_ terminal: Terminal) -> String {
        var text = "\(painted(terminal))   score \(terminal.paint("\(score)", .bold))"
        if !factors.isEmpty { text += "   ask for \(factors.joined(separator: ", "))" }
        if isDegraded { text += "   " + terminal.paint("degraded: something it rests on failed", .yellow) }
        return text
    }

    private func block(_ title: String, _ rules: [Rule], _ terminal: Terminal, isDim: Bool) -> String {
        guard !rules.isEmpty else { return "" }
        let width = rules.map { Table.width($0.name) }.max() ?? 0
        var lines = [terminal.paint(title, .dim)]
        for rule in rules {
            let padding = String(repeating: " ", count: width - Table.width(rule.name))
            let name = isDim ? rule.name : terminal.paint(rule.name, .bold)
            let score = Self.right(rule.score.map(Self.signed) ?? "", 4)
            lines.append("  \(score)  \(name)\(padding)  \(rule.text)".trimmedEnd)
            let names = rule.values.map { Table.width($0.name) }.max() ?? 0
            for value in rule.values {
                let padding = String(repeating: " ", count: names - Table.width(value.name))
                lines.append("          \(terminal.paint(value.name, .dim))\(padding)  \(value.value)")
            }
        }
        return lines.joined(separator: "\n")
    }

    /// What could not be known, one rule a line: `hosted  network.asn (no database loaded)`.
    private func gaps(_ terminal: Terminal) -> String {
        guard !unknown.isEmpty else { return "" }
        var table = Table([.right(""), .left(""), .left("")])
        for rule in unknown {
            var byReason: [(reason: String, names: [String])] = []
            for value in rule.values {
                if let index = byReason.firstIndex(where: { $0.reason == value.value }) {
                    byReason[index].names.append(value.name)
                } else {
                    byReason.append((value.value, [value.name]))
                }
            }
            let parts = byReason.map { "\($0.names.joined(separator: ", ")) (\(UnknownReason(rawValue: $0.reason)?.text ?? $0.reason))" }
            table.add(.init(Self.right(rule.score.map(Self.signed) ?? "", 4)), .init(rule.name), .init(parts.joined(separator: "; "), .dim))
        }
        return terminal.paint("not known", .dim) + "\n" + table.text(on: terminal, indent: 2)
    }

    /// Every rule, one a line.
    private func full(_ terminal: Terminal) -> String {
        var table = Table([.left(""), .left(""), .right(""), .left("")])
        for rule in rules {
            let state: Table.Cell = switch rule.state {
            case "fired", "fired_unknown": .init("●", .bold)
            case "unknown": .init("?", .yellow)
            case "monitored", "monitor_not_fired", "monitor_unknown": .init("◇", .cyan)
            default: .init("○", .dim)
            }
            let values = rule.values.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
            let score = rule.score.map { $0 == 0 ? "" : Self.signed($0) } ?? ""
            table.add(state, .init(rule.name), .init(score), .init(values, .dim))
        }
        let legend = terminal.paint("● fired   ○ not   ? unknown   ◇ only watched", .dim)
        let ways = ["milder", "stricter"].map { name in
            ChangeText(name: name, decision: changes[name]?.decision, changes: changes[name]?.changes ?? [], points: margins[name])
        }
        let texts = [table.text(on: terminal, indent: 2), "  " + legend, ChangeText.text(ways, on: terminal, indent: 2)]
        return texts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private func footer(_ terminal: Terminal) -> String {
        var lines: [String] = []
        if !notify.isEmpty { lines.append("tell \(notify.joined(separator: ", "))") }
        if !tags.isEmpty { lines.append("tags \(tags.joined(separator: ", "))") }
        let facts = [policy, decisionID.map { "decision \($0)" } ?? "not recorded", "\(took) µs"]
        return (lines + [terminal.paint(facts.joined(separator: " · "), .dim)]).joined(separator: "\n")
    }

    private func painted(_ terminal: Terminal) -> String {
        switch decision {
        case "allow": terminal.paint(decision, .bold, .green)
        case "deny": terminal.paint(decision, .bold, .red)
        default: terminal.paint(decision, .bold, .yellow)
        }
    }

    private static func signed(_ score: Int64) -> String { score >= 0 ? "+\(score)" : "\(score)" }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

// MARK: - Reading

extension DecisionText {
    private static func texts(_ value: JSONValue) -> [String] { value.elements.compactMap { $0.text?.string } }

    private static func failure(_ value: JSONValue) -> (String, String) {
        var code = "", message = ""
        for (key, value) in value.members {
            if key == "code" { code = value.text?.string ?? "" }
            if key == "message" { message = value.text?.string ?? "" }
        }
        return (code, message)
    }

    private static func rule(_ value: JSONValue) -> Rule {
        var rule = Rule(name: "", text: "", values: [])
        for (key, value) in value.members {
            switch key.string {
            case "rule": rule.name = value.text?.string ?? ""
            case "text": rule.text = value.text?.string ?? ""
            case "state": rule.state = value.text?.string
            case "score", "contribution": rule.score = value.integer
            case "because", "missing":
                rule.values = value.members.map { ($0.key.string, $0.value.text?.string ?? "") }
            case "values": rule.values = value.elements.map(Self.observation)
            default: break
            }
        }
        return rule
    }

    /// `travel.speed 29136 km/h (> 900 km/h)`
    private static func observation(_ value: JSONValue) -> (name: String, value: String) {
        var name = "", text = "", threshold: String?, holds: Bool?
        for (key, value) in value.members {
            switch key.string {
            case "name": name = value.text?.string ?? ""
            case "value": text = value.text?.string ?? ""
            case "missing": return (name, "unknown (\(value.text?.string ?? ""))")
            case "threshold": threshold = value.text?.string
            case "holds": holds = value.bool
            default: break
            }
        }
        return (name, text + (threshold.map { " (\(ExplanationText.outcome(of: $0, holds)))" } ?? ""))
    }

    private static func change(_ value: JSONValue) -> (decision: String, changes: [(rule: String, fires: Bool)]) {
        var decision = "", changes: [(rule: String, fires: Bool)] = []
        for (key, value) in value.members {
            if key == "decision" { decision = value.text?.string ?? "" }
            guard key == "changes" else { continue }
            for change in value.elements {
                var rule = "", fires = false
                for (key, value) in change.members {
                    if key == "rule" { rule = value.text?.string ?? "" }
                    if key == "fires" { fires = value.bool ?? false }
                }
                changes.append((rule, fires))
            }
        }
        return (decision, changes)
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        var text = Substring(self)
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
