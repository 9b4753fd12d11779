import WaryVocabulary

/// What is known of values before anything is asked: signals' domains, counts that are not negative.
final class Domains: Sendable {
    let policy: CheckedPolicy
    /// The score that `decide` sees; nil outside it.
    let score: Interval

    init(_ policy: CheckedPolicy, score: Interval = Interval(low: 0, high: 100)) {
        self.policy = policy
        self.score = score
    }

    /// The term with lets replaced by what they stand for.
    func inlined(_ term: Term) -> Term {
        guard term.readsBinding else { return term }
        return term.mapping { part in
            guard case .binding(let index) = part.kind else { return nil }
            var inner = inlined(policy.bindings[index].term)
            inner.range = part.range
            return inner
        }
    }

    /// The numbers that a term without lets may come to, given some facts.
    func interval(_ term: Term, _ facts: Facts, _ key: (Term) -> String) -> Interval {
        if !facts.ranges.isEmpty, let known = facts.ranges[key(term)] { return known }
        switch term.kind {
        case .constant(let datum): return datum.number.map { Interval($0) } ?? .all
        case .signal(let id): return SignalCatalogue.entry(id).domain.map { Interval(low: $0.lowerBound, high: $0.upperBound) } ?? natural(term)
        case .aggregate(let index): return interval(policy.aggregates[index].definition)
        case .score: return score
        case .negate(let a): return -interval(a, facts, key)
        case .widen(let a): return interval(a, facts, key)
        case .fallback(let a, let b): return interval(a, facts, key).hull(interval(b, facts, key))
        case .arithmetic(let op, let a, let b): return arithmetic(op, a, b, term.type, facts, key)
        case .call(let function, let parts): return call(function, parts, facts, key)
        default: return natural(term)
        }
    }

    /// What a term's type alone says.
    private func natural(_ term: Term) -> Interval {
        switch term.type {
        case .timeOfDay?: Interval(low: 0, high: 1439)
        case .weekday?: Interval(low: 1, high: 7)
        default: .all
        }
    }

    private func interval(_ definition: AggregateDefinition) -> Interval {
        switch definition.function {
        case .count, .distinct, .elapsed: .nonNegative
        case .regular: Interval(low: 0, high: 1)
        case .sum, .avg, .min, .max, .last, .first, .new: .all
        }
    }

    private func arithmetic(_ op: ArithmeticOperator, _ a: Term, _ b: Term, _ type: ValueType?, _ facts: Facts,
                            _ key: (Term) -> String) -> Interval {
        let x = interval(a, facts, key), y = interval(b, facts, key)
        // Durations beside speeds change their unit: only the sign is followed there.
        let types = [a.type, b.type, type]
        if types.contains(.speed), types.contains(.duration) {
            return x.low >= 0 && y.low >= 0 ? .nonNegative : .all
        }
        switch op {
        case .add: return x + y
        case .subtract: return x - y
        case .multiply: return x * y
        case .divide: return x / y
        }
    }

    private func call(_ function: Term.Function, _ parts: [Term], _ facts: Facts, _ key: (Term) -> String) -> Interval {
        let intervals = parts.map { interval($0, facts, key) }
        switch function {
        case .min:
            return Interval(low: intervals.map(\.low).min() ?? 0, high: intervals.map(\.high).min() ?? 0)
        case .max:
            return Interval(low: intervals.map(\.low).max() ?? 0, high: intervals.map(\.high).max() ?? 0)
        case .abs: return intervals[0].magnitude
        case .length, .distanceBetween: return .nonNegative
        case .lower: return .all
        }
    }

    /// Every value that a term can have, where there are few.
    func values(_ term: Term) -> Set<Datum>? {
        switch term.type {
        case .bool?: return [.bool(true), .bool(false)]
        case .weekday?: return Set(Weekday.allCases.map(Datum.weekday))
        case .factor?: return Set(Factor.allCases.map(Datum.factor))
        default: break
        }
        if case .signal(let id) = term.kind, let names = SignalCatalogue.entry(id).values { return Set(names.map(Datum.text)) }
        if case .call(.lower, let parts) = term.kind, let inner = values(parts[0]) {
            return Set(inner.map { if case .text(let text) = $0 { .text(text.lowercased()) } else { $0 } })
        }
        return nil
    }
}

extension Term {
    /// Whether a let stands in it.
    var readsBinding: Bool {
        if case .binding = kind { return true }
        return children.contains(where: \.readsBinding)
    }
}
