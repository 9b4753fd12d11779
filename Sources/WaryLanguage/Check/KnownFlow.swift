import WaryVocabulary

/// Says whether a term may be unknown. It tries every way in which what it reads can be known or unknown, so that what is
/// asked in one part (`geo.country is known and …`) holds in the others, whatever their order.
struct KnownFlow {
    /// Something that may be unknown by itself.
    enum Atom: Hashable {
        case signal(SignalID), input(Int), aggregate(Int)
        /// The key that no signal shows: the fingerprint of the password.
        case credentialTag
        /// A division that may be by zero, a regular expression that may meet its limit; by its text.
        case computation(String)
    }

    /// What a term can be: known and true, known and false (any other known value is both), unknown.
    struct Values: OptionSet {
        let rawValue: UInt8
        static let isTrue = Values(rawValue: 1), isFalse = Values(rawValue: 2), unknown = Values(rawValue: 4)
        static let known: Values = [.isTrue, .isFalse]
        var mayBeKnown: Bool { !isDisjoint(with: .known) }
    }

    /// Up to here every combination is tried; above, all known, all unknown, and each one or two of them unknown.
    private static let exhaustive = 10

    private let inputs: [CheckedPolicy.Input]
    private let aggregates: [CheckedPolicy.Aggregate]
    private let regexes: [Regex]
    private let bindings: [Term?]
    private let printer: Canonical

    init(_ checker: ExpressionChecker) {
        inputs = checker.inputs
        aggregates = checker.aggregates
        regexes = checker.regexes
        bindings = checker.bindings.map { $0?.term }
        printer = Canonical(checker)
    }

    init(_ policy: CheckedPolicy) {
        inputs = policy.inputs
        aggregates = policy.aggregates
        regexes = policy.regexes
        bindings = policy.bindings.map(\.term)
        printer = Canonical(policy)
    }

    func mayBeUnknown(_ term: Term) -> Bool {
        combinations(of: [term]).contains { values(term, unknown: $0).contains(.unknown) }
    }

    /// Whether `term` may be unknown while `condition` is one of `states`.
    func mayBeUnknown(_ term: Term, while condition: Term, is states: Values) -> Bool {
        combinations(of: [term, condition]).contains { unknown in
            values(term, unknown: unknown).contains(.unknown) && !values(condition, unknown: unknown).isDisjoint(with: states)
        }
    }

    func name(ofInput index: Int) -> String { inputs[index].input.name }
    func spelling(ofAggregate index: Int) -> String { aggregates[index].spelling }

    /// What may be unknown by itself in a term.
    func atoms(of term: Term) -> Set<Atom> {
        var found: Set<Atom> = []
        collect(term, into: &found)
        return found
    }

    private func combinations(of terms: [Term]) -> [Set<Atom>] {
        let atoms = Array(terms.reduce(into: Set<Atom>()) { collect($1, into: &$0) })
        if atoms.count <= Self.exhaustive {
            return (0..<(1 << atoms.count)).map { bits in Set(atoms.indices.filter { bits >> $0 & 1 == 1 }.map { atoms[$0] }) }
        }
        var sets: [Set<Atom>] = [[], Set(atoms)]
        for (i, first) in atoms.enumerated() {
            sets.append([first])
            sets.append(Set(atoms).subtracting([first]))
            for second in atoms.dropFirst(i + 1).prefix(24) { sets.append([first, second]) }
        }
        return sets
    }

    private func collect(_ term: Term, into found: inout Set<Atom>) {
        switch term.kind {
        case .binding(let index): if let inner = bindings[index] { collect(inner, into: &found) }
        case .aggregate(let index): found.formUnion(atoms(ofAggregate: index))
        default:
            if let own = atom(of: term) { found.insert(own) }
            for child in term.children { collect(child, into: &found) }
        }
    }

    private func atom(of term: Term) -> Atom? {
        switch term.kind {
        case .signal(let id): SignalCatalogue.entry(id).maybe ? .signal(id) : nil
        case .input(let index): inputs[index].input.defaultValue == nil ? .input(index) : nil
        case .arithmetic(.divide, _, let divisor): isNeverZero(divisor) ? nil : .computation(printer.text(of: term))
        case .matches(_, let regex): regexes[regex].mayBacktrack ? .computation(printer.text(of: term)) : nil
        default: nil
        }
    }

    private func isNeverZero(_ divisor: Term) -> Bool {
        switch divisor.constant {
        case .int(let value)?, .duration(let value)?: return value != 0
        case .decimal(let value)?, .distance(let value)?, .speed(let value)?: return value != 0
        default: break
        }
        if case .call(.max, let parts) = divisor.kind {
            return parts.contains { part in
                switch part.constant {
                case .int(let value)?, .duration(let value)?: value > 0
                case .decimal(let value)?, .distance(let value)?, .speed(let value)?: value > 0
                default: false
                }
            }
        }
        return false
    }

    private func atoms(ofAggregate index: Int) -> Set<Atom> {
        let definition = aggregates[index].definition
        var found = Set(definition.keys.compactMap(Self.atom(ofKey:)))
        if definition.function == .new, let field = definition.field {
            if let kind = KeyKind(rawValue: field) {
                if let atom = Self.atom(ofKey: kind) { found.insert(atom) }
            } else if let input = inputs.firstIndex(where: { $0.input.name == field }), inputs[input].input.defaultValue == nil {
                found.insert(.input(input))
            }
        }
        if AggregateShape(definition.function).maybeWithoutEvents { found.insert(.aggregate(index)) }
        return found
    }

    static func atom(ofKey kind: KeyKind) -> Atom? {
        switch kind {
        case .account, .ip, .subnet, .everyone: nil
        case .network: .signal(.networkASN)
        case .device: .signal(.deviceID)
        case .agent: .signal(.agent)
        case .country: .signal(.geoCountry)
        case .tenant: .signal(.tenant)
        case .credential: .credentialTag
        }
    }

    func values(_ term: Term, unknown: Set<Atom>) -> Values {
        switch term.kind {
        case .constant(.bool(let value)): return value ? .isTrue : .isFalse
        case .binding(let index): return bindings[index].map { values($0, unknown: unknown) } ?? .known
        case .aggregate(let index): return atoms(ofAggregate: index).isDisjoint(with: unknown) ? .known : .unknown
        case .not(let inner):
            let v = values(inner, unknown: unknown)
            return Values(rawValue: v.rawValue & 4 | (v.rawValue & 1) << 1 | (v.rawValue & 2) >> 1)
        case .logical(let op, let parts):
            return parts.dropFirst().reduce(values(parts[0], unknown: unknown)) { Self.kleene(op, $0, values($1, unknown: unknown)) }
        case .isKnown(let inner, let isNegated):
            let v = values(inner, unknown: unknown)
            var result: Values = []
            if v.mayBeKnown { result.insert(isNegated ? .isFalse : .isTrue) }
            if v.contains(.unknown) { result.insert(isNegated ? .isTrue : .isFalse) }
            return result
        case .fallback(let first, let second):
            let v = values(first, unknown: unknown)
            return v.contains(.unknown) ? v.intersection(.known).union(values(second, unknown: unknown)) : v
        default:
            if let own = atom(of: term), unknown.contains(own) { return .unknown }
            var result = Values.known
            for child in term.children {
                let v = values(child, unknown: unknown)
                if v.contains(.unknown) { result.insert(.unknown) }
                if !v.mayBeKnown { return .unknown }
            }
            return result
        }
    }

    private static func kleene(_ op: LogicalOperator, _ a: Values, _ b: Values) -> Values {
        let strong: Values = op == .and ? .isFalse : .isTrue
        let weak: Values = op == .and ? .isTrue : .isFalse
        var result: Values = []
        for x in [Values.isTrue, .isFalse, .unknown] where a.contains(x) {
            for y in [Values.isTrue, .isFalse, .unknown] where b.contains(y) {
                result.insert(x == strong || y == strong ? strong : x == weak && y == weak ? weak : .unknown)
            }
        }
        return result
    }
}
