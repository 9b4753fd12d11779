/// The part of CBOR (RFC 8949) that authenticators write, in CTAP2's canonical form and in no other: definite lengths,
/// the shortest integers, keys in order and once each, no tags, no floats. What another reader could understand
/// differently is refused.
enum CBOR: Hashable, Sendable {
    case unsigned(UInt64)
    /// −1 − the value.
    case negative(UInt64)
    case bytes([UInt8])
    case text(String)
    case array([CBOR])
    /// In the order of its keys.
    case map([Entry])
    case bool(Bool)
    case null

    struct Entry: Hashable, Sendable {
        let key: CBOR
        let value: CBOR
    }

    struct Problem: Error, Hashable { let text: String }

    subscript(name: String) -> CBOR? { self[.text(name)] }
    subscript(number: Int64) -> CBOR? { self[number >= 0 ? .unsigned(UInt64(number)) : .negative(UInt64(-1 - number))] }

    subscript(key: CBOR) -> CBOR? {
        guard case .map(let entries) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }

    var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var array: [CBOR]? { if case .array(let elements) = self { elements } else { nil } }
    var entries: [Entry]? { if case .map(let entries) = self { entries } else { nil } }

    var int: Int64? {
        switch self {
        case .unsigned(let value): Int64(exactly: value)
        case .negative(let value): Int64(exactly: value).map { -1 - $0 }
        default: nil
        }
    }

    /// One value that is all of the bytes.
    static func read(_ bytes: some Collection<UInt8>) throws(Problem) -> CBOR {
        let (value, rest) = try readFirst(bytes)
        guard rest.isEmpty else { throw Problem(text: "something follows") }
        return value
    }

    /// One value, and what follows it.
    static func readFirst(_ bytes: some Collection<UInt8>) throws(Problem) -> (CBOR, [UInt8]) {
        var reader = Reader(bytes: Array(bytes))
        let value = try reader.value(depth: 0)
        return (value, Array(reader.bytes[reader.index...]))
    }

    private struct Reader {
        let bytes: [UInt8]
        var index = 0

        private mutating func take(_ count: UInt64) throws(Problem) -> ArraySlice<UInt8> {
            guard count <= UInt64(bytes.count - index) else { throw Problem(text: "cut short") }
            defer { index += Int(count) }
            return bytes[index..<index + Int(count)]
        }

        private mutating func byte() throws(Problem) -> UInt8 {
            guard let byte = try take(1).first else { throw Problem(text: "cut short") }
            return byte
        }

        private mutating func argument(_ info: UInt8) throws(Problem) -> UInt64 {
            guard info >= 24 else { return UInt64(info) }
            guard info <= 27 else { throw Problem(text: "an indefinite or reserved length") }
            let value = try take(1 << UInt64(info - 24)).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let least: UInt64 = switch info { case 24: 24; case 25: 1 << 8; case 26: 1 << 16; default: 1 << 32 }
            guard value >= least else { throw Problem(text: "an integer that is not the shortest") }
            return value
        }

        mutating func value(depth: Int) throws(Problem) -> CBOR {
            // CTAP2 nests four deep at most; attestation statements of others a little deeper.
            guard depth < 8 else { throw Problem(text: "nested too deep") }
            let first = try byte(), info = first & 31
            switch first >> 5 {
            case 0: return .unsigned(try argument(info))
            case 1: return .negative(try argument(info))
            case 2: return .bytes(Array(try take(try argument(info))))
            case 3:
                guard let text = String(validating: try take(try argument(info)), as: UTF8.self) else { throw Problem(text: "invalid UTF-8") }
                return .text(text)
            case 4: return .array(try array(try argument(info), depth))
            case 5: return .map(try map(try argument(info), depth))
            case 7 where info == 20 || info == 21: return .bool(info == 21)
            case 7 where info == 22: return .null
            default: throw Problem(text: "a tag, a float or a reserved value")
            }
        }

        private mutating func array(_ count: UInt64, _ depth: Int) throws(Problem) -> [CBOR] {
            guard count <= UInt64(bytes.count - index) else { throw Problem(text: "cut short") }
            var elements: [CBOR] = []
            for _ in 0..<count { elements.append(try value(depth: depth + 1)) }
            return elements
        }

        private mutating func map(_ count: UInt64, _ depth: Int) throws(Problem) -> [Entry] {
            guard count <= UInt64(bytes.count - index) else { throw Problem(text: "cut short") }
            var entries: [Entry] = []
            var before: ArraySlice<UInt8>?
            for _ in 0..<count {
                let start = index
                let key = try value(depth: depth + 1)
                let encoded = bytes[start..<index]
                if let before, !Self.isBefore(before, encoded) { throw Problem(text: "keys out of order, or twice") }
                before = encoded
                entries.append(Entry(key: key, value: try value(depth: depth + 1)))
            }
            return entries
        }

        /// CTAP2's order: by major type, then length, then bytes.
        private static func isBefore(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Bool {
            guard let first = a.first, let second = b.first, first >> 5 == second >> 5 else { return a.first ?? 0 < b.first ?? 0 }
            return a.count != b.count ? a.count < b.count : a.lexicographicallyPrecedes(b)
        }
    }
}
