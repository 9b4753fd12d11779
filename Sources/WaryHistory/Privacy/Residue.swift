import WaryVocabulary

/// What an erased record leaves behind: numbers. The keyed hashes of its address, device and the like, so that what
/// others' aggregates count stays what it was, also after a rebuild; its kinds, flags and numbers; no text.
struct Residue: Equatable {
    var hashes: [KeyKind: KeyedHash] = [:]
    /// By the input's name.
    var inputs: [String: UInt64] = [:]
    /// Country, AS, credential state, numbers among the inputs.
    var numbers: EventFields
    /// Its places in everyone's habits, by their keyed names.
    var path: HabitPath
    /// When it was reported as a good sign-in.
    var good: Instant?
    /// The aggregates with a `where` that admitted the event, as hashes of their texts.
    var admitted: Set<UInt64> = []

    init(_ fields: EventFields, _ hashes: inout EventHashes, path: HabitPath, good: Instant?, admitted: Set<UInt64>) {
        self.path = path
        self.good = good
        for kind in KeyKind.allCases { self.hashes[kind] = hashes.key(kind, fields) }
        numbers = EventFields(account: "", credential: fields.credential, credentialBreached: fields.credentialBreached)
        numbers.position.country = fields.position.country
        numbers.network.asn = fields.network.asn
        numbers.strangeness = fields.strangeness
        for (name, value) in fields.inputs {
            inputs[name] = hashes.field(name, fields)
            switch value {
            case .bool, .int, .decimal, .duration, .distance, .speed, .instant, .timeOfDay, .weekday, .country:
                numbers.inputs[name] = value
            case .text, .ip, .network, .asn, .factor, .point, .set: break
            }
        }
        self.admitted = admitted
    }

    var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.byte(1)
        writer.variable(UInt64(hashes.count))
        for (kind, hash) in hashes.sorted(by: { $0.key < $1.key }) {
            writer.text(kind.rawValue)
            writer.fixed(hash.high)
            writer.fixed(hash.low)
        }
        writer.variable(UInt64(inputs.count))
        for (name, hash) in inputs.sorted(by: { $0.key < $1.key }) {
            writer.text(name)
            writer.fixed(hash)
        }
        writer.fields(numbers)
        writer.variable(UInt64(admitted.count))
        for hash in admitted.sorted() { writer.fixed(hash) }
        for chain in path.chains {
            writer.variable(UInt64(chain.count))
            for step in chain {
                writer.byte(UInt8(step.level.rawValue) << 1 | (step.isKnown ? 1 : 0))
                writer.fixed(step.name)
            }
        }
        writer.byte(good == nil ? 0 : 1)
        if let good { writer.fixed(good.milliseconds) }
        return writer.bytes
    }

    init(_ bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        guard try reader.byte() == 1 else { throw MalformedBytes() }
        var hashes: [KeyKind: KeyedHash] = [:]
        for _ in 0..<(try reader.count()) {
            let kind = KeyKind(rawValue: try reader.text())
            let hash = KeyedHash(high: try reader.fixed(), low: try reader.fixed())
            if let kind { hashes[kind] = hash }
        }
        self.hashes = hashes
        for _ in 0..<(try reader.count()) {
            let name = try reader.text()
            inputs[name] = try reader.fixed()
        }
        numbers = try reader.fields()
        for _ in 0..<(try reader.count()) { admitted.insert(try reader.fixed()) }
        path = HabitPath(net: try Self.steps(&reader), device: try Self.steps(&reader))
        if try reader.byte() == 1 { good = Instant(milliseconds: try reader.fixed()) }
    }

    private static func steps(_ reader: inout ByteReader) throws(MalformedBytes) -> [HabitPath.Step] {
        var steps: [HabitPath.Step] = []
        for _ in 0..<(try reader.count()) {
            let byte = try reader.byte()
            guard let level = HabitLevel(rawValue: Int(byte >> 1)) else { throw MalformedBytes() }
            steps.append(HabitPath.Step(level: level, name: try reader.fixed(), isKnown: byte & 1 == 1))
        }
        return steps
    }
}
