/// Bytes as texts: hexadecimal, base64url without padding (RFC 4648 §5), base32 (§6). Readers are strict: one text for
/// one sequence of bytes, so no token has a second spelling.
public enum TextForm {
    private static let hexDigits = Array("0123456789abcdef".utf8)
    private static let base64Digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let base32Digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    public static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.flatMap { [hexDigits[Int($0 >> 4)], hexDigits[Int($0 & 15)]] }, as: UTF8.self)
    }

    public static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
        encode(bytes, bits: 6, digits: base64Digits)
    }

    public static func base32(_ bytes: some Sequence<UInt8>) -> String {
        encode(bytes, bits: 5, digits: base32Digits)
    }

    /// Nil where the text has padding, other characters, an impossible length, or bits set that no byte uses.
    public static func bytes(base64URL text: some StringProtocol) -> [UInt8]? {
        decode(text.utf8, bits: 6) { byte -> UInt32? in
            switch byte {
            case 65...90: UInt32(byte - 65)
            case 97...122: UInt32(byte - 71)
            case 48...57: UInt32(byte + 4)
            case UInt8(ascii: "-"): 62
            case UInt8(ascii: "_"): 63
            default: nil
            }
        }
    }

    /// Nil where the text is not base32 in capitals without padding, or has bits set that no byte uses.
    public static func bytes(base32 text: some StringProtocol) -> [UInt8]? {
        decode(text.utf8, bits: 5) { byte -> UInt32? in
            switch byte {
            case 65...90: UInt32(byte - 65)
            case 50...55: UInt32(byte - 24)
            default: nil
            }
        }
    }

    private static func encode(_ bytes: some Sequence<UInt8>, bits: UInt32, digits: [UInt8]) -> String {
        var output: [UInt8] = [], buffer: UInt32 = 0, held: UInt32 = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            held += 8
            while held >= bits {
                held -= bits
                output.append(digits[Int(buffer >> held & (1 << bits - 1))])
            }
            buffer &= 1 << held - 1
        }
        if held > 0 { output.append(digits[Int(buffer << (bits - held) & (1 << bits - 1))]) }
        return String(decoding: output, as: UTF8.self)
    }

    private static func decode(_ text: some Sequence<UInt8>, bits: UInt32, digit: (UInt8) -> UInt32?) -> [UInt8]? {
        var output: [UInt8] = [], buffer: UInt32 = 0, held: UInt32 = 0
        for byte in text {
            guard let value = digit(byte) else { return nil }
            buffer = buffer << bits | value
            held += bits
            if held >= 8 {
                held -= 8
                output.append(UInt8(truncatingIfNeeded: buffer >> held))
            }
            buffer &= 1 << held - 1
        }
        // What is held now was padding: less than one digit's worth, and zero.
        return held < bits && buffer == 0 ? output : nil
    }
}
