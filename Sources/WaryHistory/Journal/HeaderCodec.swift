import WaryVocabulary

/// The clear part of a record: version, kind, code, score, effects, key slot, instant, pseudonym; then, as distances back
/// from the record's own sequence, `previous`, `previousGood`, `reference`; the novelty; then the event.
extension RecordHeader {
    static let version: UInt8 = 1

    func write(to writer: inout ByteWriter) {
        writer.byte(Self.version)
        writer.byte(kind.rawValue)
        writer.byte(code)
        writer.byte(score)
        writer.fixed(effects.rawValue)
        writer.fixed(keySlot)
        writer.fixed(at.milliseconds)
        writer.fixed(pseudonym.high)
        writer.fixed(pseudonym.low)
        for other in [previous, previousGood, reference] { writer.variable(other == 0 ? 0 : sequence - other) }
        writer.variable(UInt64(novelty.bits))
        guard let event else { return writer.byte(0) }
        if let index = EventKind.wellKnown.firstIndex(of: event) {
            writer.byte(UInt8(index) + 2)
        } else {
            writer.byte(1)
            writer.text(event.rawValue)
        }
    }

    init(_ reader: inout ByteReader, sequence: UInt64) throws(MalformedBytes) {
        guard try reader.byte() == Self.version, let kind = RecordKind(rawValue: try reader.byte()) else { throw MalformedBytes() }
        let code = try reader.byte(), score = try reader.byte()
        let effects = Effects(rawValue: try reader.fixed()), keySlot: UInt32 = try reader.fixed()
        let at = Instant(milliseconds: try reader.fixed())
        let pseudonym = KeyedHash(high: try reader.fixed(), low: try reader.fixed())
        self.init(kind: kind, sequence: sequence, at: at, pseudonym: pseudonym, keySlot: keySlot,
                  previous: try Self.other(&reader, sequence), previousGood: try Self.other(&reader, sequence),
                  reference: try Self.other(&reader, sequence), event: nil, effects: effects, code: code, score: score)
        novelty = Novelty(bits: UInt32(truncatingIfNeeded: try reader.variable()))
        switch try reader.byte() {
        case 0: break
        case 1: event = EventKind(rawValue: try reader.text())
        case let index where Int(index) - 2 < EventKind.wellKnown.count: event = EventKind.wellKnown[Int(index) - 2]
        default: throw MalformedBytes()
        }
    }

    private static func other(_ reader: inout ByteReader, _ sequence: UInt64) throws(MalformedBytes) -> UInt64 {
        let distance = try reader.variable()
        guard distance < sequence || distance == 0 else { throw MalformedBytes() }
        return distance == 0 ? 0 : sequence - distance
    }
}
