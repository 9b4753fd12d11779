import WaryVocabulary

/// A decision's public name: a ULID, 26 characters of Crockford's base 32. Its first 48 bits are the decision's
/// milliseconds; the other 80 hold, masked, the place in the journal and a keyed check, so that an id finds its record
/// without an index and cannot be guessed.
public struct DecisionID: Hashable, Sendable, CustomStringConvertible {
    /// The upper and lower 64 bits.
    public let high: UInt64
    public let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Nil for anything that is not 26 characters of base 32 within 128 bits; case does not matter.
    public init?(_ text: String) {
        guard text.utf8.count == 26 else { return nil }
        var high: UInt64 = 0, low: UInt64 = 0
        for (index, byte) in text.utf8.enumerated() {
            guard let digit = Self.digit(byte), index > 0 || digit < 8 else { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | digit
        }
        self.init(high: high, low: low)
    }

    public var description: String {
        var bytes = [UInt8](repeating: 0, count: 26)
        var high = high, low = low
        for index in stride(from: 25, through: 0, by: -1) {
            bytes[index] = Self.alphabet[Int(low & 31)]
            low = low >> 5 | high << 59
            high >>= 5
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The decision's instant, which anyone may read.
    public var instant: Instant { Instant(milliseconds: Int64(high >> 16)) }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    private static func digit(_ byte: UInt8) -> UInt64? {
        let upper = (97...122).contains(byte) ? byte - 32 : byte
        return alphabet.firstIndex(of: upper).map(UInt64.init)
    }
}
