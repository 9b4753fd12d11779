/// A value of the text that a `JSONParser` read last: a place on its tape. Valid only within the call that handed it out.
public struct JSONValue {
    public enum Kind { case object, array, text, integer, large, decimal, bool, null }

    let tape: UnsafePointer<UInt64>
    let strings: UnsafePointer<UInt8>
    let index: Int

    private var word: UInt64 { tape[index] }
    private var payload: Int { Int(word & 0x00ff_ffff_ffff_ffff) }

    public var kind: Kind {
        switch UInt8(truncatingIfNeeded: word >> 56) {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .text
        case UInt8(ascii: "l"): .integer
        case UInt8(ascii: "u"): .large
        case UInt8(ascii: "d"): .decimal
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        default: .null
        }
    }

    public var isNull: Bool { kind == .null }

    public var text: JSONText? { kind == .text ? JSONText(strings, offset: payload) : nil }

    public var bool: Bool? { kind == .bool ? word >> 56 == UInt64(UInt8(ascii: "t")) : nil }

    /// A number written without fraction or exponent that fits 64 bits.
    public var integer: Int64? { kind == .integer ? Int64(bitPattern: tape[index + 1]) : nil }

    /// Any number.
    public var decimal: Double? {
        switch kind {
        case .integer: Double(Int64(bitPattern: tape[index + 1]))
        case .large: Double(tape[index + 1])
        case .decimal: Double(bitPattern: tape[index + 1])
        default: nil
        }
    }

    /// An object's members in their order; none where this is no object.
    public var members: Members { Members(self) }

    /// An array's elements; none where this is no array.
    public var elements: Elements { Elements(self) }

    /// The place behind this value.
    fileprivate var next: Int {
        switch kind {
        case .object, .array: Int(UInt32(truncatingIfNeeded: word))
        case .integer, .large, .decimal: index + 2
        default: index + 1
        }
    }

    fileprivate func at(_ place: Int) -> JSONValue { JSONValue(tape: tape, strings: strings, index: place) }

    public struct Members: Sequence, IteratorProtocol {
        private let object: JSONValue
        private var place: Int
        private let end: Int

        fileprivate init(_ object: JSONValue) {
            self.object = object
            place = object.index + 1
            end = object.kind == .object ? object.next - 1 : place
        }

        public mutating func next() -> (key: JSONText, value: JSONValue)? {
            guard place < end else { return nil }
            let key = JSONText(object.strings, offset: object.at(place).payload)
            let value = object.at(place + 1)
            place = value.next
            return (key, value)
        }
    }

    public struct Elements: Sequence, IteratorProtocol {
        private let array: JSONValue
        private var place: Int
        private let end: Int

        fileprivate init(_ array: JSONValue) {
            self.array = array
            place = array.index + 1
            end = array.kind == .array ? array.next - 1 : place
        }

        public mutating func next() -> JSONValue? {
            guard place < end else { return nil }
            let value = array.at(place)
            place = value.next
            return value
        }
    }
}

/// A text of the JSON that was read last, escapes resolved: always valid UTF-8. Valid as long as its `JSONValue`.
public struct JSONText {
    public let bytes: UnsafeBufferPointer<UInt8>

    init(_ strings: UnsafePointer<UInt8>, offset: Int) {
        let length = UnsafeRawPointer(strings).loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        bytes = UnsafeBufferPointer(start: strings + offset + 4, count: Int(length))
    }

    public var count: Int { bytes.count }

    public var string: String { String(decoding: bytes, as: UTF8.self) }

    public var hasNUL: Bool { bytes.contains(0) }

    public static func == (text: JSONText, name: StaticString) -> Bool {
        text.count == name.utf8CodeUnitCount
            && name.withUTF8Buffer { name in text.bytes.elementsEqual(name) }
    }
}
