/// A value of a MaxMind DB's data section, as the writer encodes it (MaxMind DB File Format 2.0, "Data Types").
public indirect enum DatabaseValue: Sendable {
    case text(String)
    case double(Double)
    case bool(Bool)
    case uint16(UInt16)
    case uint32(UInt32)
    case uint64(UInt64)
    case array([DatabaseValue])
    case map([(key: String, value: DatabaseValue)])

    /// The longest text or collection whose size fits the format's longest size field, with room to spare.
    private static let longest = 65_820

    private var typeNumber: UInt8 {
        switch self {
        case .text: 2
        case .double: 3
        case .uint16: 5
        case .uint32: 6
        case .map: 7
        case .uint64: 9
        case .array: 11
        case .bool: 14
        }
    }

    /// Appends the encoded value. Texts beyond 65,820 bytes are cut at a character, which no record here comes near.
    func encode(into bytes: inout [UInt8]) {
        switch self {
        case .text(let text):
            var kept = text
            while kept.utf8.count > Self.longest { kept.removeLast() }
            header(size: kept.utf8.count, into: &bytes)
            bytes.append(contentsOf: kept.utf8)
        case .double(let number):
            header(size: 8, into: &bytes)
            bigEndian(number.bitPattern, count: 8, into: &bytes)
        case .bool(let flag):
            header(size: flag ? 1 : 0, into: &bytes)
        case .uint16(let number): integer(UInt64(number), into: &bytes)
        case .uint32(let number): integer(UInt64(number), into: &bytes)
        case .uint64(let number): integer(number, into: &bytes)
        case .array(let elements):
            header(size: elements.count, into: &bytes)
            for element in elements { element.encode(into: &bytes) }
        case .map(let entries):
            header(size: entries.count, into: &bytes)
            for entry in entries {
                DatabaseValue.text(entry.key).encode(into: &bytes)
                entry.value.encode(into: &bytes)
            }
        }
    }

    private func integer(_ number: UInt64, into bytes: inout [UInt8]) {
        let count = (64 - number.leadingZeroBitCount + 7) / 8
        header(size: count, into: &bytes)
        bigEndian(number, count: count, into: &bytes)
    }

    private func bigEndian(_ number: UInt64, count: Int, into bytes: inout [UInt8]) {
        for shift in stride(from: (count - 1) * 8, through: 0, by: -8) where count > 0 {
            bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
        }
    }

    /// The control byte, the extended type where the number is over 7, and the size's further bytes.
    private func header(size: Int, into bytes: inout [UInt8]) {
        let (inline, further): (UInt8, [UInt8]) = switch size {
        case ..<29: (UInt8(size), [])
        case ..<285: (29, [UInt8(size - 29)])
        default: (30, [UInt8((size - 285) >> 8 & 0xff), UInt8((size - 285) & 0xff)])
        }
        if typeNumber <= 7 {
            bytes.append(typeNumber << 5 | inline)
        } else {
            bytes.append(inline)
            bytes.append(typeNumber - 7)
        }
        bytes.append(contentsOf: further)
    }
}
