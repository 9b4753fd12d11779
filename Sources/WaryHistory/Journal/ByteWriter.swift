import WaryVocabulary

/// Writes the compact form of records: little-endian fixed numbers, LEB128 variable ones, length-prefixed texts.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    init() {}

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    /// Gives the bytes away and keeps none, so that they are not copied.
    mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    /// Begins anew in the same memory.
    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func fixed<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func variable(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Small numbers of either sign stay small.
    mutating func signed(_ value: Int64) { variable(UInt64(bitPattern: value << 1 ^ value >> 63)) }

    mutating func double(_ value: Double) { fixed(value.bitPattern) }

    mutating func text(_ value: String) {
        var value = value
        value.withUTF8 { utf8 in
            variable(UInt64(utf8.count))
            bytes.append(contentsOf: utf8)
        }
    }

    mutating func blob(_ value: [UInt8]) {
        variable(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func words(_ values: [UInt64]) {
        for value in values { fixed(value) }
    }

    mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }

    mutating func ip(_ value: IPAddress) {
        if let bits = value.v4Bits {
            byte(4)
            fixed(bits)
        } else {
            byte(6)
            fixed(value.high)
            fixed(value.low)
        }
    }

    mutating func point(_ value: GeoPoint) {
        double(value.latitude)
        double(value.longitude)
    }

    mutating func datum(_ value: Datum) {
        switch value {
        case .bool(let value): byte(0); byte(value ? 1 : 0)
        case .int(let value): byte(1); signed(value)
        case .decimal(let value): byte(2); double(value)
        case .text(let value): byte(3); text(value)
        case .duration(let value): byte(4); signed(value)
        case .distance(let value): byte(5); double(value)
        case .speed(let value): byte(6); double(value)
        case .instant(let value): byte(7); signed(value.milliseconds)
        case .timeOfDay(let value): byte(8); signed(Int64(value))
        case .weekday(let value): byte(9); byte(UInt8(value.rawValue))
        case .ip(let value): byte(10); ip(value)
        case .network(let value): byte(11); ip(value.address); byte(UInt8(value.length))
        case .asn(let value): byte(12); variable(UInt64(value))
        case .country(let value): byte(13); fixed(value.code)
        case .factor(let value): byte(14); text(value.rawValue)
        case .point(let value): byte(15); point(value)
        case .set(let values):
            byte(16)
            variable(UInt64(values.count))
            for value in values { datum(value) }
        }
    }
}
