/// Random values from the system's generator (`getrandom`), for everything that must not be guessed.
public enum SecureRandom {
    public static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// An id that names a thing: 128 bits, 26 characters of lower-case base32.
    public static func id() -> String { TextForm.base32(bytes(16)).lowercased() }

    /// A token that whoever holds it is trusted for: 256 bits, 43 characters of base64url.
    public static func token() -> String { TextForm.base64URL(bytes(32)) }

    /// Decimal digits, each equally likely.
    public static func digits(_ count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return String((0..<count).map { _ in Character(Unicode.Scalar(UInt8.random(in: 48...57, using: &generator))) })
    }
}
