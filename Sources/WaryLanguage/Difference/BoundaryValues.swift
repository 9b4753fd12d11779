import WaryVocabulary

/// The values at which the conditions of policies turn: for each thing that is read, those beside the constants that it is
/// compared with, members and others of its sets, texts that its expressions match, and that it is unknown.
struct BoundaryValues {
    private(set) var values: [Atom: [Reading]] = [:]
    private(set) var aggregates: [AggregateDefinition] = []
    private var types: [Atom: ValueType] = [:]

    /// What a policy's rule or line reads, lets followed.
    static func atoms(of term: Term, in policy: CheckedPolicy) -> Set<Atom> {
        switch term.kind {
        case .signal(let id): [.signal(id)]
        case .input(let index): [.input(policy.inputs[index].input.name)]
        case .aggregate(let index): [.aggregate(policy.aggregates[index].definition.text)]
        case .binding(let index): atoms(of: policy.bindings[index].term, in: policy)
        default: term.children.reduce(into: []) { $0.formUnion(atoms(of: $1, in: policy)) }
        }
    }

    mutating func take(_ policy: CheckedPolicy) {
        for aggregate in policy.aggregates where !aggregates.contains(aggregate.definition) { aggregates.append(aggregate.definition) }
        let domains = Domains(policy)
        var terms: [Term] = []
        for rule in policy.rules { terms += [rule.when] + [rule.unless, rule.score].compactMap { $0 } }
        terms += policy.lines.compactMap(\.condition)
        for term in terms { take(domains.inlined(term), policy) }
    }

    /// Signals that bear on decisions though no condition reads them.
    mutating func takeFactors() {
        let atom = Atom.signal(.accountFactors)
        for factor in Factor.allCases { add(.known(.set([.factor(factor)])), to: atom) }
        add(.unknown(.notSent), to: atom)
    }

    private mutating func take(_ term: Term, _ policy: CheckedPolicy) {
        switch term.kind {
        case .signal, .input, .aggregate:
            guard let atom = Self.atoms(of: term, in: policy).first else { return }
            types[atom] = term.type
            natural(atom, term.type)
        case .compare(_, let a, let b):
            meet(a, b, policy)
            meet(b, a, policy)
        case .between(let a, let low, let high), .inRange(let a, let low, let high, _):
            meet(a, low, policy)
            meet(a, high, policy)
        case .member(let a, let set, _): members(a, set, policy)
        case .matches(let a, let regex):
            let samples = RegexSamples.texts(of: policy.regexes[regex])
            for atom in Self.atoms(of: a, in: policy) { for text in samples { add(.known(.text(text)), to: atom) } }
        default: break
        }
        for part in term.children { take(part, policy) }
    }

    /// What every value of a type should be tried as.
    private mutating func natural(_ atom: Atom, _ type: ValueType?) {
        if case .signal(let id) = atom {
            let entry = SignalCatalogue.entry(id)
            for value in entry.values ?? [] { add(.known(.text(value)), to: atom) }
            if entry.maybe { add(.unknown(.notInDatabase), to: atom) }
        } else {
            add(.unknown(.noHistory), to: atom)
        }
        switch type {
        case .bool?: add([.bool(true), .bool(false)], to: atom)
        case .int?: add([.int(0), .int(1), .int(3), .int(1000)], to: atom)
        case .decimal?: add([.decimal(0), .decimal(1), .decimal(1000)], to: atom)
        case .duration?: add([.duration(0), .duration(60_000), .duration(86_400_000), .duration(400 * 86_400_000)], to: atom)
        case .distance?: add([.distance(0), .distance(10_000_000)], to: atom)
        case .speed?: add([.speed(0), .speed(10_000)], to: atom)
        case .text?: add([.text("something else"), .text("")], to: atom)
        case .timeOfDay?: add([.timeOfDay(0), .timeOfDay(180), .timeOfDay(720)], to: atom)
        case .weekday?: add(Weekday.allCases.map(Datum.weekday), to: atom)
        case .country?: add(["FR", "US"].compactMap { Country($0).map(Datum.country) }, to: atom)
        case .ip?: add([.ip(IPAddress(v4: 0x5db8_d822))], to: atom)
        case .factor?: add(Factor.allCases.map(Datum.factor), to: atom)
        default: break
        }
    }

    /// A side of a comparison with what stands on the other.
    private mutating func meet(_ side: Term, _ other: Term, _ policy: CheckedPolicy) {
        let constants = Self.constants(in: other), factors = Self.constants(in: side).compactMap(\.number).filter { $0 > 0 && $0 != 1 }
        for atom in Self.atoms(of: side, in: policy) {
            guard let type = Self.type(of: atom, in: side, policy) else { continue }
            for constant in constants {
                if constant.type == type, constant.number == nil { add(.known(constant), to: atom) }
                guard let number = constant.number else { continue }
                for value in [number] + factors.map({ number / $0 }) { around(value, type, atom) }
            }
        }
    }

    private mutating func around(_ value: Double, _ type: ValueType, _ atom: Atom) {
        guard value.isFinite, abs(value) < 9e15 else { return }
        switch type {
        case .int: add([value.rounded(.down) - 1, value.rounded(.down), value.rounded(.up), value.rounded(.up) + 1].map { .int(Int64($0)) }, to: atom)
        case .decimal: add([value, value * 0.999 - 0.001, value * 1.001 + 0.001].map(Datum.decimal), to: atom)
        case .duration: add([value - 1, value, value + 1].map { .duration(Int64($0)) }, to: atom)
        case .distance: add([value, value * 0.999 - 1, value * 1.001 + 1].map(Datum.distance), to: atom)
        case .speed: add([value, value * 0.999 - 0.01, value * 1.001 + 0.01].map(Datum.speed), to: atom)
        case .timeOfDay: add([-1, 0, 1].map { .timeOfDay((Int(value) + $0 + 1440) % 1440) }, to: atom)
        case .instant: add([value - 1, value, value + 1].map { .instant(Instant(milliseconds: Int64($0))) }, to: atom)
        case .text: add([.text(String(repeating: "a", count: min(4096, max(0, Int(value)))))], to: atom)
        default: break
        }
    }

    private mutating func members(_ side: Term, _ set: Term, _ policy: CheckedPolicy) {
        var entries = Self.constants(in: set)
        if case .list(let index) = set.kind { entries += policy.lists[index].entries }
        for atom in Self.atoms(of: side, in: policy) {
            // A long list is tried at its ends; what one policy has and the other has not is added by the search.
            for entry in entries.prefix(4) + entries.suffix(4) { addMember(entry, to: atom) }
        }
    }

    /// An entry of a set as a value of what is looked up in it.
    mutating func addMember(_ entry: Datum, to atom: Atom) {
        switch (entry, types[atom]) {
        case (.network(let network), .ip?), (.network(let network), nil): add([.ip(network.address), .ip(network.last)], to: atom)
        default: add(.known(entry), to: atom)
        }
    }

    // MARK: Adding

    private mutating func add(_ data: [Datum], to atom: Atom) { for datum in data { add(.known(datum), to: atom) } }

    private mutating func add(_ reading: Reading, to atom: Atom) {
        guard Self.isPossible(reading, atom), values[atom]?.contains(reading) != true else { return }
        values[atom, default: []].append(reading)
    }

    private static func isPossible(_ reading: Reading, _ atom: Atom) -> Bool {
        guard case .known(let datum) = reading else { return true }
        if let number = datum.number {
            if case .signal(let id) = atom, let domain = SignalCatalogue.entry(id).domain, !domain.contains(number) { return false }
            if case .aggregate(let text) = atom, number < 0, text.hasPrefix("count(") || text.hasPrefix("distinct(") || text.hasPrefix("elapsed(") { return false }
        }
        if case .signal(let id) = atom, case .text(let text) = datum, let values = SignalCatalogue.entry(id).values { return values.contains(text) }
        return true
    }

    private static func constants(in term: Term) -> [Datum] {
        switch term.kind {
        case .constant(.set(let elements)): elements
        case .constant(let datum): [datum]
        default: term.children.flatMap(constants)
        }
    }

    private static func type(of atom: Atom, in term: Term, _ policy: CheckedPolicy) -> ValueType? {
        if term.children.isEmpty, atoms(of: term, in: policy).contains(atom) { return term.type }
        for part in term.children { if let type = type(of: atom, in: part, policy) { return type } }
        return nil
    }
}
