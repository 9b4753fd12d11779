import WaryVocabulary

/// The bytes are not what a writer of this format writes.
struct MalformedBytes: Error {}

/// Reads what `ByteWriter` wrote; never past the end, whatever the bytes.
struct ByteReader {
    private let bytes: [UInt8]
    private(set) var offset: Int

    init(_ bytes: [UInt8], from offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    var isAtEnd: Bool { offset >= bytes.count }

    mutating func byte() throws(MalformedBytes) -> UInt8 {
        guard offset < bytes.count else { throw MalformedBytes() }
        offset += 1
        return bytes[offset - 1]
    }

    mutating func fixed<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type = T.self) throws(MalformedBytes) -> T {
        let width = T.bitWidth / 8
        guard bytes.count - offset >= width else { throw MalformedBytes() }
        let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: T.self) }
        offset += width
        return T(littleEndian: value)
    }

    mutating func variable() throws(MalformedBytes) -> UInt64 {
        var value: UInt64 = 0, shift: UInt64 = 0
        while true {
            let next = try byte()
            guard shift < 63 || (shift == 63 && next < 2) else { throw MalformedBytes() }
            value |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return value }
            shift += 7
        }
    }

    mutating func signed() throws(MalformedBytes) -> Int64 {
        let value = try variable()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    mutating func count() throws(MalformedBytes) -> Int {
        let value = try variable()
        guard value <= UInt64(bytes.count - offset) else { throw MalformedBytes() }
        return Int(value)
    }

    mutating func double() throws(MalformedBytes) -> Double { Double(bitPattern: try fixed()) }

    mutating func text() throws(MalformedBytes) -> String {
        let length = try count()
        offset += length
        return bytes.withUnsafeBufferPointer { String(decoding: $0[(offset - length)..<offset], as: UTF8.self) }
    }

    mutating func blob() throws(MalformedBytes) -> [UInt8] { Array(try slice()) }

    mutating func ip() throws(MalformedBytes) -> IPAddress {
        switch try byte() {
        case 4: IPAddress(v4: try fixed())
        case 6: IPAddress(high: try fixed(), low: try fixed())
        default: throw MalformedBytes()
        }
    }

    mutating func point() throws(MalformedBytes) -> GeoPoint {
        guard let point = GeoPoint(latitude: try double(), longitude: try double()) else { throw MalformedBytes() }
        return point
    }

    mutating func datum() throws(MalformedBytes) -> Datum {
        switch try byte() {
        case 0: .bool(try byte() != 0)
        case 1: .int(try signed())
        case 2: .decimal(try double())
        case 3: .text(try text())
        case 4: .duration(try signed())
        case 5: .distance(try double())
        case 6: .speed(try double())
        case 7: .instant(Instant(milliseconds: try signed()))
        case 8: .timeOfDay(Int(try signed()))
        case 9: .weekday(try orMalformed(Weekday(rawValue: Int(try byte()))))
        case 10: .ip(try ip())
        case 11: .network(try network())
        case 12: .asn(UInt32(truncatingIfNeeded: try variable()))
        case 13: .country(try country())
        case 14: .factor(try orMalformed(Factor(rawValue: try text())))
        case 15: .point(try point())
        case 16: .set(try elements())
        default: throw MalformedBytes()
        }
    }

    mutating func country() throws(MalformedBytes) -> Country { try orMalformed(Country(packed: try fixed())) }

    private mutating func network() throws(MalformedBytes) -> Network {
        let address = try ip(), length = Int(try byte())
        guard length <= (address.isV4 ? 32 : 128) else { throw MalformedBytes() }
        return Network(address, length: length)
    }

    private mutating func elements() throws(MalformedBytes) -> [Datum] {
        var elements: [Datum] = []
        for _ in 0..<(try count()) { elements.append(try datum()) }
        return elements
    }

    private mutating func slice() throws(MalformedBytes) -> ArraySlice<UInt8> {
        let length = try count()
        offset += length
        return bytes[(offset - length)..<offset]
    }

    /// Bytes as words; what is left over is dropped.
    static func words(_ bytes: [UInt8]) -> [UInt64] {
        bytes.withUnsafeBytes { bytes in
            [UInt64](unsafeUninitializedCapacity: bytes.count / 8) { words, count in
                count = bytes.count / 8
                for index in 0..<count {
                    words[index] = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
                }
            }
        }
    }

    private func orMalformed<T>(_ value: T?) throws(MalformedBytes) -> T {
        guard let value else { throw MalformedBytes() }
        return value
    }
}

extension Country {
    /// From its two letters in 16 bits.
    init?(packed code: UInt16) {
        self.init(String(decoding: [UInt8(code >> 8), UInt8(truncatingIfNeeded: code)], as: UTF8.self))
    }
}
