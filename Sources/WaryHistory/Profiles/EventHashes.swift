import WaryVocabulary

/// One event's keyed hashes and its places in the chains of habits, each computed once, when first asked for.
struct EventHashes {
    private let hasher: EventHasher
    private var kinds: InlineArray<10, KeyedHash> = .init(repeating: KeyedHash(high: 0, low: 0))
    /// A bit for each kind that is known.
    private var known: UInt16 = 0
    private var places: HabitPath?

    /// What an erased event left: hashes without their values.
    private var inputs: [String: UInt64] = [:]

    init(_ hasher: EventHasher) { self.hasher = hasher }

    init(_ hasher: EventHasher, _ residue: Residue) {
        self.hasher = hasher
        for (kind, hash) in residue.hashes { set(kind, hash) }
        inputs = residue.inputs
        places = residue.path
    }

    /// Of a record, whose account has its hash in the header.
    init(_ hasher: EventHasher, account: KeyedHash) {
        self.hasher = hasher
        set(.account, account)
    }

    /// Nil where the event has no value of this kind.
    mutating func key(_ kind: KeyKind, _ fields: EventFields) -> KeyedHash? {
        let index = Self.index(kind)
        if known >> UInt16(index) & 1 == 1 { return kinds[index] }
        guard let value = fields.value(of: kind) else { return nil }
        let hash = hasher.hash(kind, value)
        set(kind, hash)
        return hash
    }

    private mutating func set(_ kind: KeyKind, _ hash: KeyedHash) {
        kinds[Self.index(kind)] = hash
        known |= 1 << UInt16(Self.index(kind))
    }

    /// Those of the event without all that its address says.
    var withoutPlace: EventHashes {
        var others = EventHashes(hasher)
        others.inputs = inputs
        return others
    }

    mutating func path(_ fields: EventFields) -> HabitPath {
        if let places { return places }
        let path = HabitPath(fields, hash: hasher.plain.names)
        places = path
        return path
    }

    /// The profile an aggregate by these keys is kept in; nil where one of them has no value.
    mutating func profile(_ keys: [KeyKind], _ kinds: KeyKinds, _ fields: EventFields) -> ProfileKey? {
        guard let first = keys.first, let hash = key(first, fields) else { return nil }
        guard keys.count > 1 else { return ProfileKey(kinds: kinds, hash: hash) }
        guard let second = key(keys[1], fields) else { return nil }
        return ProfileKey(kinds: kinds, hash: hasher.plain.combine(hash, second))
    }

    /// The hash of a field's value: a key's, or an input's.
    mutating func field(_ name: String?, _ fields: EventFields) -> UInt64? {
        guard let name else { return nil }
        if let kind = KeyKind(rawValue: name) { return key(kind, fields)?.low }
        if let hash = inputs[name] { return hash }
        return fields.inputs[name].map { hasher.plain.hash("input \(name)", $0).low }
    }

    private static func index(_ kind: KeyKind) -> Int {
        switch kind {
        case .account: 0
        case .ip: 1
        case .subnet: 2
        case .network: 3
        case .device: 4
        case .agent: 5
        case .country: 6
        case .credential: 7
        case .tenant: 8
        case .everyone: 9
        }
    }
}

/// Hashes values one after the other in the same memory. One thread uses it.
final class EventHasher {
    let plain: KeyHasher
    private var writer = ByteWriter(capacity: 256)

    init(_ plain: KeyHasher) { self.plain = plain }

    func hash(_ kind: KeyKind, _ value: Datum) -> KeyedHash { plain.hash(kind.rawValue, value, &writer) }
}
