import WaryVocabulary

/// Says whether a term may be unknown. It tries every way in which what it reads can be known or unknown, so that what is
/// asked in one part (`geo.country is known and …`) holds in the others, whatever their order.
final class KnownFlow: Sendable {
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
        var builder = FlowBuilder(self)
        let node = builder.node(term)
        return combinations(builder.atoms.count).contains { node.values($0).contains(.unknown) }
    }

    /// Whether `term` may be unknown while `condition` is one of `states`.
    func mayBeUnknown(_ term: Term, while condition: Term, is states: Values) -> Bool {
        var builder = FlowBuilder(self)
        let node = builder.node(term), guardNode = builder.node(condition)
        return combinations(builder.atoms.count).contains { unknown in
            node.values(unknown).contains(.unknown) && !guardNode.values(unknown).isDisjoint(with: states)
        }
    }

    /// What a term can be when exactly the atoms that `isUnknown` picks are unknown.
    func values(_ term: Term, where isUnknown: (Atom) -> Bool) -> Values {
        var builder = FlowBuilder(self)
        let node = builder.node(term)
        var mask: UInt64 = 0
        for (index, atom) in builder.atoms.enumerated() where isUnknown(atom) { mask |= 1 << UInt64(min(index, 63)) }
        return node.values(mask)
    }

    /// What may be unknown by itself in a term.
    func atoms(of term: Term) -> Set<Atom> {
        var builder = FlowBuilder(self)
        _ = builder.node(term)
        return Set(builder.atoms)
    }

    /// Masks of unknown atoms. More than 64 atoms share the last bit.
    private func combinations(_ count: Int) -> [UInt64] {
        let count = min(count, 64)
        if count <= Self.exhaustive { return Array(0..<(1 << UInt64(count))) }
        let all: UInt64 = count == 64 ? .max : 1 << UInt64(count) - 1
        var masks: [UInt64] = [0, all]
        for first in 0..<count {
            masks.append(1 << UInt64(first))
            masks.append(all & ~(1 << UInt64(first)))
            for second in (first + 1)..<max(first + 1, count) { masks.append(1 << UInt64(first) | 1 << UInt64(second)) }
        }
        return masks
    }

    func name(ofInput index: Int) -> String { inputs[index].input.name }
    func spelling(ofAggregate index: Int) -> String { aggregates[index].spelling }

    func atom(of term: Term) -> Atom? {
        switch term.kind {
        case .signal(let id): SignalCatalogue.entry(id).maybe ? .signal(id) : nil
        case .input(let index): inputs[index].input.defaultValue == nil ? .input(index) : nil
        case .arithmetic(.divide, _, let divisor): isNeverZero(divisor) ? nil : .computation(printer.text(of: term))
        case .matches(_, let regex): regexes[regex].mayBacktrack ? .computation(printer.text(of: term)) : nil
        default: nil
        }
    }

    func binding(_ index: Int) -> Term? { bindings[index] }

    private func isNeverZero(_ divisor: Term) -> Bool {
        let divisor = divisor.unwidened
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

    func atoms(ofAggregate index: Int) -> Set<Atom> {
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
}
