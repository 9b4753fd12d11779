import WaryVocabulary

/// One event's keyed hashes, each computed once.
struct EventHashes {
    private let hasher: RememberingHasher
    private var kinds: [KeyedHash?] = Array(repeating: nil, count: KeyKind.allCases.count)

    /// What an erased event left: hashes without their values.
    private var inputs: [String: UInt64] = [:]

    init(_ hasher: RememberingHasher) { self.hasher = hasher }

    init(_ hasher: RememberingHasher, _ residue: Residue) {
        self.hasher = hasher
        for (kind, hash) in residue.hashes { kinds[Self.index(kind)] = hash }
        inputs = residue.inputs
    }

    /// Nil where the event has no value of this kind.
    mutating func key(_ kind: KeyKind, _ fields: EventFields) -> KeyedHash? {
        let index = Self.index(kind)
        if let hash = kinds[index] { return hash }
        guard let value = fields.value(of: kind) else { return nil }
        let hash = hasher.hash(kind, value)
        kinds[index] = hash
        return hash
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

/// Remembers the hashes of values met lately: an event's keys are hashed when it is decided, recorded and reported on.
final class RememberingHasher {
    let plain: KeyHasher
    private var table: [(kind: KeyKind, value: Datum, hash: KeyedHash)?]

    init(_ plain: KeyHasher) {
        self.plain = plain
        table = Array(repeating: nil, count: Limits.rememberedHashes)
    }

    func hash(_ kind: KeyKind, _ value: Datum) -> KeyedHash {
        var identity = Hasher()
        identity.combine(kind)
        identity.combine(value)
        let place = identity.finalize() & (Limits.rememberedHashes - 1)
        if let found = table[place], found.kind == kind, found.value == value { return found.hash }
        let hash = plain.hash(kind, value)
        table[place] = (kind, value, hash)
        return hash
    }
}
