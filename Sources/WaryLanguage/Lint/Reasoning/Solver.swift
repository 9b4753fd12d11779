import WaryVocabulary

/// Says whether conditions can hold together. It may say yes where the answer is no, never the other way round: what it
/// cannot follow it takes as free.
final class Solver: Sendable {
    struct Goal {
        let term: Term
        let wanted: Bool
        init(_ term: Term, _ wanted: Bool) {
            self.term = term
            self.wanted = wanted
        }
    }

    /// Branches tried before it says yes.
    private static let patience = 400

    let domains: Domains
    let windows: NestedWindows
    private let printer: Canonical

    init(_ policy: CheckedPolicy) {
        domains = Domains(policy)
        windows = NestedWindows(policy)
        printer = Canonical(policy)
    }

    private init(_ solver: Solver, score: Interval) {
        domains = Domains(solver.domains.policy, score: score)
        windows = solver.windows
        printer = solver.printer
    }

    /// The same with other bounds for `score` in `decide`.
    func with(score: Interval) -> Solver { Solver(self, score: score) }

    func key(_ term: Term) -> String { printer.text(of: term) }

    /// Whether all goals can hold at once.
    func canHold(_ goals: [Goal]) -> Bool { solution(goals) != nil }

    func canBe(_ term: Term, _ wanted: Bool) -> Bool { canHold([Goal(term, wanted)]) }

    /// Facts under which all goals hold; nil when there are none.
    func solution(_ goals: [Goal]) -> Facts? {
        var patience = Self.patience
        return search(goals.map { Goal(domains.inlined($0.term), $0.wanted) }, Facts(), &patience)
    }

    private func search(_ goals: [Goal], _ facts: Facts, _ patience: inout Int) -> Facts? {
        patience -= 1
        if patience <= 0 { return facts }
        var facts = facts
        var branches: [(op: LogicalOperator, parts: [Term], wanted: Bool)] = []
        var open = goals
        while let goal = open.popLast() {
            switch goal.term.kind {
            case .not(let inner): open.append(Goal(inner, !goal.wanted))
            case .logical(let op, let parts):
                if (op == .and) == goal.wanted {
                    open += parts.map { Goal($0, goal.wanted) }
                } else {
                    branches.append((op, parts, goal.wanted))
                }
            default:
                assume(goal.term, goal.wanted, &facts)
                if facts.isContradictory { return nil }
            }
        }
        if !windows.agree(with: facts) { return nil }
        guard let branch = branches.first else { return isConsistent(goals, facts) ? facts : nil }
        let rest = branches.dropFirst().map { Goal(Term(.logical($0.op, $0.parts), .bool, goals[0].term.range), $0.wanted) }
        for part in branch.parts {
            if let found = search(rest + [Goal(part, branch.wanted)], facts, &patience), isConsistent(goals, found) { return found }
        }
        return nil
    }

    /// Comparisons of computed values are looked at again when all is known that can be.
    private func isConsistent(_ goals: [Goal], _ facts: Facts) -> Bool {
        goals.allSatisfy { goal in
            switch goal.term.kind {
            case .compare(let op, let a, let b): truth(op, a, b, facts).map { $0 == goal.wanted } ?? true
            case .not(let inner): isConsistent([Goal(inner, !goal.wanted)], facts)
            case .logical(let op, let parts) where (op == .and) == goal.wanted: isConsistent(parts.map { Goal($0, goal.wanted) }, facts)
            default: true
            }
        }
    }

    /// The truth of a comparison of numbers where the facts decide it.
    func truth(_ op: ComparisonOperator, _ a: Term, _ b: Term, _ facts: Facts) -> Bool? {
        guard a.representation == .int || a.representation == .double, a.type?.isOrdered == true else { return nil }
        let x = domains.interval(a, facts, key), y = domains.interval(b, facts, key)
        // Two constants are settled by their intervals, and a constant is no other value's text.
        if a.constant == nil, b.constant == nil, key(a) == key(b) { return op.flag & 2 != 0 }
        if case .aggregate(let i) = a.unwidened.kind, case .aggregate(let j) = b.unwidened.kind,
           let truth = windows.truth(op, i, j) { return truth }
        switch op {
        case .less: return x.high < y.low ? true : x.low >= y.high ? false : nil
        case .lessOrEqual: return x.high <= y.low ? true : x.low > y.high ? false : nil
        case .greater: return x.low > y.high ? true : x.high <= y.low ? false : nil
        case .greaterOrEqual: return x.low >= y.high ? true : x.high < y.low ? false : nil
        case .equal, .notEqual:
            let isEqual: Bool? = x.low == x.high && x == y ? true : x.high < y.low || x.low > y.high ? false : nil
            return isEqual.map { $0 == (op == .equal) }
        }
    }

    private func assume(_ term: Term, _ wanted: Bool, _ facts: inout Facts) {
        switch term.kind {
        case .constant(.bool(let value)): if value != wanted { facts.contradict() }
        case .compare(let op, let a, let b): compare(wanted ? op : op.negated, a, b, &facts)
        case .between(let item, let low, let high):
            bounded(term, item, low, high, wanted, &facts)
        case .inRange(let item, let low, let high, let isNegated):
            range(term, item, low, high, wanted != isNegated, &facts)
        case .member(let item, let set, let isNegated): member(item, set, wanted != isNegated, &facts)
        case .isKnown(let inner, let isNegated): facts.assume("known \(key(inner))", wanted != isNegated)
        default: facts.assume(key(term), wanted)
        }
    }

    private func range(_ term: Term, _ item: Term, _ low: Term, _ high: Term, _ wanted: Bool, _ facts: inout Facts) {
        guard let from = low.constant?.number, let to = high.constant?.number else { return facts.assume(key(term), wanted) }
        if item.type == .timeOfDay {
            if wanted, from == to { return facts.contradict() }
            guard wanted, from < to else { return facts.assume("\(key(item)) in \(from)..\(to)", wanted) }
            return narrow(item, Interval(low: from, high: to - 1), &facts)
        }
        if wanted { return narrow(item, Interval(low: from, high: to), &facts) }
        let possible = domains.interval(item, facts, key)
        if possible.low >= from, possible.high <= to { return facts.contradict() }
        facts.assume("\(key(item)) in \(from)..\(to)", false)
    }

    /// `between`, both ends included.
    private func bounded(_ term: Term, _ item: Term, _ low: Term, _ high: Term, _ wanted: Bool, _ facts: inout Facts) {
        guard let from = low.constant?.number, let to = high.constant?.number else { return facts.assume(key(term), wanted) }
        if wanted { return narrow(item, Interval(low: from, high: to), &facts) }
        let possible = domains.interval(item, facts, key)
        if possible.low >= from, possible.high <= to { return facts.contradict() }
        facts.assume(key(term), wanted)
    }

    private func narrow(_ item: Term, _ interval: Interval, _ facts: inout Facts) {
        let isWhole = item.representation == .int
        facts.narrow(key(item), to: interval, from: domains.interval(item, Facts(), key), isWhole: isWhole)
    }

    private func compare(_ op: ComparisonOperator, _ left: Term, _ right: Term, _ facts: inout Facts) {
        if left.constant != nil, right.constant == nil { return compare(op.mirrored, right, left, &facts) }
        if let truth = truth(op, left, right, facts) {
            if !truth { facts.contradict() }
            return
        }
        guard let value = right.constant else { return facts.assume(key(Term(.compare(op, left, right), .bool, left.range)), true) }
        if let number = value.number {
            let item = left.unwidened
            let isWhole = item.representation == .int
            switch op {
            case .less: narrow(item, Interval(low: -.infinity, high: isWhole ? number.rounded(.up) - 1 : number.nextDown), &facts)
            case .lessOrEqual: narrow(item, Interval(low: -.infinity, high: number), &facts)
            case .greater: narrow(item, Interval(low: isWhole ? number.rounded(.down) + 1 : number.nextUp, high: .infinity), &facts)
            case .greaterOrEqual: narrow(item, Interval(low: number, high: .infinity), &facts)
            case .equal: narrow(item, Interval(number), &facts)
            case .notEqual: facts.exclude(key(item), [value])
            }
            return
        }
        equality(op, left, value, &facts)
    }

    private func equality(_ op: ComparisonOperator, _ item: Term, _ value: Datum, _ facts: inout Facts) {
        let name = key(item)
        if let all = domains.values(item), facts.allowed[name] == nil { facts.allow(name, all) }
        switch op {
        case .equal: facts.allow(name, [value])
        case .notEqual: facts.exclude(name, [value])
        default: facts.assume("\(name) \(op.rawValue) \(Canonical.text(of: value))", true)
        }
    }

    private func member(_ item: Term, _ set: Term, _ wanted: Bool, _ facts: inout Facts) {
        let entries: [Datum]? = switch set.kind {
        case .constant(.set(let entries)): entries
        case .list(let index): domains.policy.lists[index].entries
        default: nil
        }
        guard let entries, item.type != .ip, item.type != .network else {
            return facts.assume("\(key(item)) in \(key(set))", wanted)
        }
        let name = key(item)
        if let all = domains.values(item), facts.allowed[name] == nil { facts.allow(name, all) }
        if wanted { facts.allow(name, Set(entries)) } else { facts.exclude(name, Set(entries)) }
    }
}

extension ComparisonOperator {
    var negated: ComparisonOperator {
        switch self {
        case .equal: .notEqual
        case .notEqual: .equal
        case .less: .greaterOrEqual
        case .lessOrEqual: .greater
        case .greater: .lessOrEqual
        case .greaterOrEqual: .less
        }
    }
}

extension Term {
    /// Without the widening to decimal: the value itself.
    var unwidened: Term {
        if case .widen(let inner) = kind { inner } else { self }
    }
}
