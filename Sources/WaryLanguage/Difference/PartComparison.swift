import WaryVocabulary

/// Compares two policies part by part, by what the parts mean: lets replaced, lists by what they hold, titles left out.
struct PartComparison {
    private typealias Clauses = [(name: String, text: String)]

    private(set) var parts: [PolicyDifference.Part] = []

    init(_ old: CompiledPolicy, _ new: CompiledPolicy) {
        compareSettings(Self.settings(old.checked), Self.settings(new.checked))
        compareRules(old.checked, new.checked)
        let before = Self.lines(old.checked), after = Self.lines(new.checked)
        if before.map(\.text) != after.map(\.text) {
            parts.append(.init(kind: "decide", name: "decide", change: .rewritten, clauses: Self.differing(before, after)))
        }
    }

    private mutating func compareSettings(_ old: Clauses, _ new: Clauses) {
        for clause in Self.differing(old, new) {
            let change: PolicyDifference.Change = clause.before == nil ? .added : clause.after == nil ? .removed : .changed
            let isInput = clause.name.hasPrefix("input ")
            parts.append(.init(kind: isInput ? "input" : "policy", name: isInput ? String(clause.name.dropFirst(6)) : clause.name,
                               change: change, clauses: [clause]))
        }
    }

    private mutating func compareRules(_ old: CheckedPolicy, _ new: CheckedPolicy) {
        let before = Self.rules(old), after = Self.rules(new)
        var gone = before.filter { rule in !after.contains { $0.name == rule.name } }
        for rule in after {
            if let same = before.first(where: { $0.name == rule.name }) {
                let clauses = Self.differing(same.clauses, rule.clauses)
                if !clauses.isEmpty { parts.append(.init(kind: "rule", name: rule.name, change: .rewritten, clauses: clauses)) }
            } else if let index = gone.firstIndex(where: { $0.clauses.map(\.text) == rule.clauses.map(\.text) }) {
                let clause = PolicyDifference.Clause(name: "name", before: gone[index].name, after: rule.name)
                parts.append(.init(kind: "rule", name: rule.name, change: .renamed, clauses: [clause]))
                gone.remove(at: index)
            } else {
                parts.append(.init(kind: "rule", name: rule.name, change: .added, clauses: Self.differing([], rule.clauses)))
            }
        }
        for rule in gone { parts.append(.init(kind: "rule", name: rule.name, change: .removed, clauses: Self.differing(rule.clauses, []))) }
    }

    private static func differing(_ old: Clauses, _ new: Clauses) -> [PolicyDifference.Clause] {
        var names = old.map(\.name)
        for clause in new where !names.contains(clause.name) { names.append(clause.name) }
        return names.compactMap { name in
            let before = old.first { $0.name == name }?.text, after = new.first { $0.name == name }?.text
            return before == after ? nil : .init(name: name, before: before, after: after)
        }
    }

    // MARK: What a part means

    private static func settings(_ policy: CheckedPolicy) -> Clauses {
        var clauses: Clauses = [("for", policy.event.rawValue), ("on_error", outcome(policy.onError, policy.onErrorFactors)),
                                ("no_factor", policy.noFactor.rawValue)]
        if let zone = policy.timeZone { clauses.append(("timezone", zone)) }
        for input in policy.inputs.map(\.input).sorted(by: { $0.name < $1.name }) {
            clauses.append(("input \(input.name)", "\(input.type)\(input.isFromClient ? " from client" : "")"
                + (input.defaultValue.map { " default \(Canonical.text(of: $0))" } ?? "")))
        }
        return clauses
    }

    private static func rules(_ policy: CheckedPolicy) -> [(name: String, clauses: Clauses)] {
        let printer = Canonical(policy, listsByDigest: true), domains = Domains(policy)
        func text(_ term: Term) -> String { printer.text(of: domains.inlined(term)) }
        return policy.rules.map { rule in
            var clauses: Clauses = [("when", text(rule.when))]
            if rule.isMonitor { clauses.append(("monitor", "monitor")) }
            if let unless = rule.unless { clauses.append(("unless", text(unless))) }
            switch rule.treatment {
            case .skip?: clauses.append(("unknown", "skip"))
            case .fire?: clauses.append(("unknown", "fire"))
            case .score(let value)?: clauses.append(("unknown", "score \(value)"))
            case nil: break
            }
            if let score = rule.score { clauses.append(("score", text(score) + (rule.scoreCap.map { " up to \($0)" } ?? ""))) }
            if rule.stepsUp { clauses.append(("step_up", outcome(.stepUp, rule.factors))) }
            if rule.denies { clauses.append(("deny", "deny")) }
            if !rule.notify.isEmpty { clauses.append(("notify", rule.notify.joined(separator: ", "))) }
            if !rule.tags.isEmpty { clauses.append(("tag", rule.tags.map(Format.quoted).joined(separator: ", "))) }
            return (rule.name, clauses)
        }
    }

    private static func lines(_ policy: CheckedPolicy) -> Clauses {
        let printer = Canonical(policy, listsByDigest: true), domains = Domains(policy)
        return policy.lines.enumerated().map { index, line in
            let condition = line.condition.map { "when \(printer.text(of: domains.inlined($0)))" } ?? "otherwise"
            return ("line \(index + 1)", "\(outcome(line.outcome, line.factors)) \(condition)")
        }
    }

    private static func outcome(_ outcome: Outcome, _ factors: [Factor]?) -> String {
        outcome.rawValue + (factors.map { " " + $0.map(\.rawValue).joined(separator: ", ") } ?? "")
    }
}
