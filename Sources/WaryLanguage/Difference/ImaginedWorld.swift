import WaryVocabulary

/// Something that a policy reads, named so that it is the same in two policies.
enum Atom: Hashable, Comparable {
    case signal(SignalID)
    case input(String)
    /// By its canonical text.
    case aggregate(String)

    var text: String {
        switch self {
        case .signal(let id): id.rawValue
        case .input(let name): "inputs.\(name)"
        case .aggregate(let text): text
        }
    }

    static func < (a: Atom, b: Atom) -> Bool { a.text < b.text }
}

/// A made-up sign-in for two policies at once: an ordinary one, but for what is set.
struct ImaginedWorld: EvaluationSource {
    /// What differs from the ordinary.
    var values: [Atom: Reading]
    private var base = ImaginedSignIn(ImaginedSignIn.established)

    init(_ values: [Atom: Reading] = [:]) { self.values = values }

    mutating func signal(_ id: SignalID) -> Reading { values[.signal(id)] ?? base.signal(id) }

    mutating func input(_ index: Int, _ input: PolicyInput) -> Reading { values[.input(input.name)] ?? .unknown(.notSent) }

    mutating func aggregate(_ index: Int, _ definition: AggregateDefinition) -> Reading {
        values[.aggregate(definition.text)] ?? base.aggregate(index, definition)
    }
}

/// Takes made-up values back to what can be: counts that lie inside others are never the greater ones, an account that is new
/// has no past, a device that is not named is new.
struct WorldRepair {
    private let pairs: [(shorter: Atom, longer: Atom)]
    /// What is read at all: nothing else is set.
    private let read: Set<Atom>

    init(_ definitions: [AggregateDefinition], reading read: Set<Atom>) {
        self.read = read
        pairs = definitions.flatMap { a in
            definitions.filter { b in a != b && NestedWindows.isInside(a, b) }.map { (.aggregate(a.text), .aggregate($0.text)) }
        }
    }

    func repaired(_ values: [Atom: Reading]) -> [Atom: Reading] {
        var values = values
        func has(_ id: SignalID, _ reading: Reading) -> Bool { values[.signal(id)] == reading }
        func set(_ id: SignalID, _ reading: Reading) { if read.contains(.signal(id)) { values[.signal(id)] = reading } }
        let yes = Reading.known(.bool(true))
        if has(.accountNew, yes) || has(.accountSignIns, .known(.int(0))) {
            set(.accountNew, yes)
            set(.accountSignIns, .known(.int(0)))
            for id in [SignalID.accountAge, .accountIdle, .travelDistance, .travelElapsed, .travelSpeed, .deviceAge, .timeUnusual] {
                set(id, .unknown(.noHistory))
            }
            for id in [SignalID.deviceNew, .ipNew, .subnetNew] { set(id, yes) }
        }
        if case .unknown? = values[.signal(.deviceID)] { set(.deviceNew, yes) }
        if [SignalID.networkVPN, .networkProxy, .networkTor].contains(where: { has($0, yes) }) { set(.networkAnonymous, yes) }
        for _ in 0..<2 {
            for pair in pairs {
                guard case .known(.int(let short))? = values[pair.shorter], short > 0 else { continue }
                if case .known(.int(let long))? = values[pair.longer], long >= short { continue }
                values[pair.longer] = .known(.int(short))
            }
        }
        return values
    }
}
