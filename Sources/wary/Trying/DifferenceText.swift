import WaryLanguage
import WaryVocabulary

/// A difference for people.
struct DifferenceText {
    private let difference: PolicyDifference
    private let old: String
    private let new: String

    init(_ difference: PolicyDifference, _ old: CompiledPolicy, _ new: CompiledPolicy) {
        self.difference = difference
        self.old = "\(old.name)@\(old.shortVersion)"
        self.new = "\(new.name)@\(new.shortVersion)"
    }

    func text(on terminal: Terminal) -> String {
        var blocks = ["\(terminal.paint(old, .bold)) → \(terminal.paint(new, .bold))"]
        if difference.isEmpty {
            blocks.append(difference.tried == 0 ? "the same policy" : "no difference in meaning was found; both were run on \(difference.tried) sign-ins")
            return blocks.joined(separator: "\n")
        }
        blocks.append(difference.parts.isEmpty ? "every part means the same" : difference.parts.map { part($0, terminal) }.joined(separator: "\n"))
        blocks.append(difference.witnesses.isEmpty
            ? "no sign-in was found that they decide differently; both were run on \(difference.tried)"
            : terminal.paint("decided differently", .bold) + terminal.paint(" (both were run on \(difference.tried) sign-ins)", .dim))
        for (index, witness) in difference.witnesses.enumerated() { blocks.append(self.witness(witness, index + 1, terminal)) }
        if difference.further > 0 { blocks.append("and in \(difference.further) more ways") }
        return blocks.joined(separator: "\n\n")
    }

    private func part(_ part: PolicyDifference.Part, _ terminal: Terminal) -> String {
        let colour: Terminal.Style = switch part.change {
        case .added: .green
        case .removed: .red
        case .changed: .yellow
        case .renamed, .rewritten: .dim
        }
        let note = part.change == .rewritten ? terminal.paint("  (no sign-in was found on which it differs)", .dim) : ""
        let name = part.kind == part.name ? part.name : "\(part.kind) \(part.name)"
        var lines = ["\(terminal.paint(part.change.rawValue, colour))  \(terminal.paint(name, .bold))\(note)"]
        for clause in part.clauses {
            if let before = clause.before { lines.append(terminal.paint("    - \(shown(clause.name, before))", .red)) }
            if let after = clause.after { lines.append(terminal.paint("    + \(shown(clause.name, after))", .green)) }
        }
        return lines.joined(separator: "\n")
    }

    private func shown(_ name: String, _ text: String) -> String {
        ["monitor", "deny", "step_up", "name"].contains(name) || name.hasPrefix("line") ? text : "\(name) \(text)"
    }

    private func witness(_ witness: PolicyDifference.Witness, _ number: Int, _ terminal: Terminal) -> String {
        var lines = ["\(number).  \(witness.before.outcome.rawValue) → \(terminal.paint(witness.after.outcome.rawValue, .bold))"
            + (witness.rules.isEmpty ? "" : "   by " + witness.rules.joined(separator: ", "))]
        let width = witness.values.map { Table.width($0.name) }.max() ?? 0
        for value in witness.values {
            lines.append("      \(value.name)\(String(repeating: " ", count: width - Table.width(value.name)))  \(value.text)")
        }
        if witness.values.isEmpty { lines.append("      an ordinary sign-in") }
        for (name, verdict) in [("before", witness.before), ("after ", witness.after)] {
            let factors = verdict.factors.isEmpty ? "" : " " + verdict.factors.map(\.rawValue).joined(separator: ", ")
            lines.append(terminal.paint("    \(name)  \(verdict.outcome.rawValue)\(factors), score \(verdict.score)"
                + (verdict.fired.isEmpty ? "" : ": " + verdict.fired.joined(separator: ", ")), .dim))
        }
        return lines.joined(separator: "\n")
    }
}
