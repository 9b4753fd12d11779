/// Reads JSON (RFC 8259) from untrusted bytes. Unlike the lenient readers that libraries bring, it refuses whatever two
/// readers could understand differently: duplicate members (also where escapes spell the same name), invalid UTF-8,
/// lone surrogates, numbers beyond a double, anything after the value, and nesting beyond a bound.
public struct StrictJSON {
    /// What is wrong, and at which byte.
    public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        public let text: String
        public let offset: Int
        public var description: String { "\(text) at byte \(offset)" }

        public init(text: String, offset: Int) {
            self.text = text
            self.offset = offset
        }
    }

    private let bytes: [UInt8]
    private let maximumDepth: Int
    private var index = 0

    public static func parse(_ bytes: some Sequence<UInt8>, depth: Int = AuthLimits.standard.jsonDepth) throws(Problem) -> JSONValue {
        var reader = StrictJSON(bytes: Array(bytes), maximumDepth: depth)
        reader.skipSpace()
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.index == reader.bytes.count else { throw reader.problem("something follows the value") }
        return value
    }

    private init(bytes: [UInt8], maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    private func problem(_ text: String) -> Problem { Problem(text: text, offset: index) }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { index += 1 }
    }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: scalar) else { return false }
        index += 1
        return true
    }

    private mutating func skip(word: StaticString) -> Bool {
        let word = word.withUTF8Buffer { Array($0) }
        guard bytes[index...].starts(with: word) else { return false }
        index += word.count
        return true
    }

    private mutating func value(depth: Int) throws(Problem) -> JSONValue {
        guard depth <= maximumDepth else { throw problem("nested too deep") }
        switch current {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t") where skip(word: "true"): return .bool(true)
        case UInt8(ascii: "f") where skip(word: "false"): return .bool(false)
        case UInt8(ascii: "n") where skip(word: "null"): return .null
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(Problem) -> [String: JSONValue] {
        index += 1
        var members: [String: JSONValue] = [:]
        skipSpace()
        if skip("}") { return members }
        repeat {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw problem("a member's name is missing") }
            let start = index
            let name = try text()
            skipSpace()
            guard skip(":") else { throw problem("':' is missing") }
            skipSpace()
            guard members.updateValue(try value(depth: depth + 1), forKey: name) == nil else {
                throw Problem(text: "a member occurs twice", offset: start)
            }
            skipSpace()
        } while skip(",")
        guard skip("}") else { throw problem("'}' is missing") }
        return members
    }

    private mutating func array(depth: Int) throws(Problem) -> [JSONValue] {
        index += 1
        var elements: [JSONValue] = []
        skipSpace()
        if skip("]") { return elements }
        repeat {
            skipSpace()
            elements.append(try value(depth: depth + 1))
            skipSpace()
        } while skip(",")
        guard skip("]") else { throw problem("']' is missing") }
        return elements
    }

    private mutating func number() throws(Problem) -> JSONValue {
        let start = index
        var isWhole = true
        _ = skip("-")
        if !skip("0") { try digits() }
        if skip(".") {
            isWhole = false
            try digits()
        }
        if skip("e") || skip("E") {
            isWhole = false
            if !skip("+") { _ = skip("-") }
            try digits()
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isWhole, let value = Int64(text) { return .int(value) }
        guard let value = Double(text), value.isFinite else { throw problem("a number is too large") }
        return .number(value)
    }

    private mutating func digits() throws(Problem) {
        guard let byte = current, (48...57).contains(byte) else { throw problem("not a JSON value") }
        while let byte = current, (48...57).contains(byte) { index += 1 }
    }

    private mutating func text() throws(Problem) -> String {
        index += 1
        var units: [UInt8] = []
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: units, as: UTF8.self) else { throw problem("invalid UTF-8") }
                index += 1
                return text
            case UInt8(ascii: "\\"):
                index += 1
                units.append(contentsOf: Array(String(try escape()).utf8))
            case 0..<0x20: throw problem("a control character in a text")
            default:
                units.append(byte)
                index += 1
            }
        }
        throw problem("a text does not end")
    }

    private mutating func escape() throws(Problem) -> Unicode.Scalar {
        guard let byte = current else { throw problem("a text does not end") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try escapedScalar()
        default: throw problem("no such escape")
        }
    }

    private mutating func escapedScalar() throws(Problem) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xd800..<0xdc00).contains(first), skip("\\"), skip("u") else { throw problem("a lone surrogate") }
        let second = try hexadecimal()
        guard (0xdc00..<0xe000).contains(second),
              let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
        else { throw problem("a lone surrogate") }
        return scalar
    }

    private mutating func hexadecimal() throws(Problem) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw problem("not four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }
}
