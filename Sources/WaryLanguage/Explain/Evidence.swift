import WaryVocabulary

extension TermEvaluator {
    /// The values that made a rule fire: those in the parts of `when` that its truth rests on.
    func because(_ rule: CheckedPolicy.Rule) -> [NamedText] {
        var found: [NamedText] = []
        gather(rule.when, wanted: true) { term in
            for leaf in leaves(of: term) {
                guard let name = name(of: leaf), case .known(let datum)? = value(leaf) else { continue }
                if !found.contains(where: { $0.name == name }) { found.append(NamedText(name: name, text: Format.text(datum))) }
            }
        }
        return found
    }

    /// What was missing for an unknown rule, with its code.
    func missing(_ rule: CheckedPolicy.Rule, _ state: RuleState) -> [NamedText] {
        var found: [NamedText] = []
        let isScore = value(rule.condition)?.datum != nil
        let terms = isScore ? [rule.score].compactMap { $0 } : [rule.condition]
        for term in terms {
            gather(term, wanted: nil) { part in
                let before = found.count
                for leaf in leaves(of: part) {
                    guard let name = name(of: leaf), let reading = value(leaf), reading.datum == nil,
                          !found.contains(where: { $0.name == name }) else { continue }
                    found.append(NamedText(name: name, text: Self.code(reading)))
                }
                // Nothing that it reads is missing: the computation itself failed.
                if found.count == before, let reading = value(part), reading.datum == nil,
                   !leaves(of: part).contains(where: { leaf in value(leaf).map { $0.datum == nil } ?? false }) {
                    let name = leaves(of: part).lazy.compactMap { self.name(of: $0) }.first ?? "computation"
                    if !found.contains(where: { $0.name == name }) { found.append(NamedText(name: name, text: Self.code(reading))) }
                }
            }
        }
        // The score was computed and does not fit an integer.
        if found.isEmpty, let score = rule.score {
            let name = leaves(of: score).lazy.compactMap { self.name(of: $0) }.first ?? "score"
            found.append(NamedText(name: name, text: UnknownReason.failed.rawValue))
        }
        return found
    }

    /// Every comparison that the machine reached, value beside threshold.
    func observations(_ rule: CheckedPolicy.Rule) -> [RuleExplanation.Observation] {
        var result: [RuleExplanation.Observation] = []
        for term in rule.condition.conditions {
            let reading = value(term)
            let (subject, threshold) = Threshold(self).parts(of: term)
            for leaf in leaves(of: subject) {
                guard let name = name(of: leaf), let observed = value(leaf) else { continue }
                var holds: Bool?
                if case .known(.bool(let truth))? = reading { holds = truth }
                let text = observed.datum.map(Format.text) ?? Self.code(observed)
                let observation = RuleExplanation.Observation(name: name, value: text, isKnown: observed.datum != nil,
                                                              threshold: threshold, holds: holds)
                if !result.contains(observation) { result.append(observation) }
            }
        }
        return result
    }

    static func code(_ reading: Reading) -> String {
        if case .unknown(let reason) = reading { reason.rawValue } else { UnknownReason.failed.rawValue }
    }

    /// As the author wrote it; an aggregate without a name as its text.
    func name(of leaf: Term) -> String? {
        switch leaf.kind {
        case .signal(let id): id.rawValue
        case .input(let index): policy.inputs[index].input.name
        case .aggregate(let index): policy.aggregates[index].spelling
        case .binding(let index): policy.bindings[index].name
        case .score: "score"
        case .fired(let rule): policy.rules[rule].name
        default: nil
        }
    }

    private func leaves(of term: Term) -> [Term] {
        name(of: term) != nil ? [term] : term.children.flatMap { leaves(of: $0) }
    }

    /// Visits the conditions that a term's truth (or, for nil, its being unknown) rests on.
    private func gather(_ term: Term, wanted: Bool?, _ visit: (Term) -> Void) {
        switch term.kind {
        case .not(let inner): gather(inner, wanted: wanted.map { !$0 }, visit)
        case .logical(_, let parts):
            for part in parts where matches(part, wanted) { gather(part, wanted: wanted, visit) }
        default: if matches(term, wanted) { visit(term) }
        }
    }

    private func matches(_ term: Term, _ wanted: Bool?) -> Bool {
        guard let reading = value(term) else { return false }
        guard let wanted else { return reading.datum == nil }
        return reading == .known(.bool(wanted))
    }
}

extension Term {
    /// The conditions that logic joins.
    var conditions: [Term] {
        switch kind {
        case .not(let inner): inner.conditions
        case .logical(_, let parts): parts.flatMap(\.conditions)
        default: [self]
        }
    }
}

/// What a condition compares its values with, as text.
struct Threshold {
    private let evaluator: TermEvaluator

    init(_ evaluator: TermEvaluator) { self.evaluator = evaluator }

    func parts(of term: Term) -> (subject: Term, threshold: String?) {
        switch term.kind {
        case .compare(let op, let a, let b):
            if a.constant != nil { return (b, "\(op.mirrored.rawValue) \(text(a))") }
            return (a, "\(op.rawValue) \(text(b))")
        case .member(let a, let set, let isNegated): return (a, "\(isNegated ? "not in" : "in") \(text(set))")
        case .inRange(let a, let low, let high, let isNegated): return (a, "\(isNegated ? "not in" : "in") \(text(low))..\(text(high))")
        case .between(let a, let low, let high): return (a, "between \(text(low)) and \(text(high))")
        case .matches(let a, let regex):
            let regex = evaluator.policy.regexes[regex]
            return (a, "matches /\(regex.pattern)/\(regex.flags)")
        case .isKnown(let a, let isNegated): return (a, isNegated ? "is unknown" : "is known")
        default: return (term, nil)
        }
    }

    private func text(_ term: Term) -> String {
        if case .list(let index) = term.kind { return evaluator.policy.lists[index].name }
        if let datum = term.constant { return Format.text(datum) }
        let value = evaluator.value(term).map { reading in reading.datum.map(Format.text) ?? TermEvaluator.code(reading) }
        let name = evaluator.name(of: term)
        return [name, value].compactMap { $0 }.joined(separator: " = ")
    }
}

extension ComparisonOperator {
    /// `a op b` is `b op.mirrored a`.
    var mirrored: ComparisonOperator {
        switch self {
        case .equal, .notEqual: self
        case .less: .greater
        case .greater: .less
        case .lessOrEqual: .greaterOrEqual
        case .greaterOrEqual: .lessOrEqual
        }
    }
}
