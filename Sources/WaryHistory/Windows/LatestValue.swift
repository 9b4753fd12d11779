import WaryVocabulary

/// A field's value in the last or first event: `last` and `first`.
/// Words: the event's instant, its place in the journal, then the value's bytes, their number first.
enum LatestValue {
    static func add(_ value: Datum, _ instant: Int64, sequence: UInt64, isFirst: Bool, to section: inout Section) {
        if !section.isEmpty {
            let kept = Stamp.milliseconds(section[0])
            guard isFirst ? instant < kept : instant >= kept else { return }
        }
        var writer = ByteWriter()
        writer.datum(value)
        section.replaceAll(with: [Stamp.pack(instant), sequence] + PackedBytes.words(writer.bytes))
    }

    static func value(in section: Section, through: Int64) -> Datum? {
        guard section.count > 2, Stamp.milliseconds(section[0]) <= through else { return nil }
        var reader = ByteReader(PackedBytes.bytes(section.payload.dropFirst(2)))
        return try? reader.datum()
    }
}

/// Bytes in words: their number, then eight to a word.
enum PackedBytes {
    static func words(_ bytes: [UInt8]) -> [UInt64] {
        var words = [UInt64(bytes.count)]
        for start in stride(from: 0, to: bytes.count, by: 8) {
            words.append(bytes[start..<min(start + 8, bytes.count)].reversed().reduce(0) { $0 << 8 | UInt64($1) })
        }
        return words
    }

    static func bytes(_ words: some Collection<UInt64>) -> [UInt8] {
        guard let count = words.first else { return [] }
        let bytes = words.dropFirst().flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
        return Array(bytes.prefix(Int(min(count, UInt64(bytes.count)))))
    }
}
