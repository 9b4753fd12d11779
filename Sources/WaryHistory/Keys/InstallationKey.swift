import Crypto
import Foundation

/// The installation's secret: 32 bytes from which all others are derived. It is kept outside the data folder, so that
/// a stolen folder is unreadable.
public struct InstallationKey: Sendable {
    let secret: SymmetricKey

    /// Nil unless there are exactly 32 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        secret = SymmetricKey(data: Array(bytes))
    }

    /// From 64 hexadecimal digits, as the environment carries it; surrounding white space does not matter.
    public init?(hex text: String) {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 1, words[0].utf8.count == 64 else { return nil }
        let digits = words[0].utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue.map(UInt8.init) }
        guard digits.count == 64 else { return nil }
        self.init(bytes: stride(from: 0, to: 64, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }

    private init(secret: SymmetricKey) { self.secret = secret }

    /// A new one from the system's random numbers.
    public static func random() -> InstallationKey { InstallationKey(secret: SymmetricKey(size: .bits256)) }

    /// The key as a file holds it: 64 hexadecimal digits.
    public var hex: String {
        let alphabet = Array("0123456789abcdef".utf8)
        let digits = secret.withUnsafeBytes { bytes in
            bytes.flatMap { [alphabet[Int($0 >> 4)], alphabet[Int($0 & 15)]] }
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Reads the key file, or makes it with mode 0600 where there is none.
    /// - Returns: the key, and whether it was made now.
    public static func loadOrCreate(at path: String) throws(HistoryError) -> (key: InstallationKey, isNew: Bool) {
        if let text = try? String(contentsOfFile: path, encoding: .utf8) {
            guard let key = InstallationKey(hex: text) else {
                throw .damaged(file: path, place: "line 1", help: "it must hold 64 hexadecimal digits and nothing else")
            }
            return (key, false)
        }
        let key = random()
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemFault.current(path) }
        defer { close(descriptor) }
        let text = Array((key.hex + "\n").utf8)
        guard write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0 else { throw SystemFault.current(path) }
        return (key, true)
    }

    /// A key for one purpose alone (HKDF-SHA-256, RFC 5869).
    func derived(_ purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: secret, info: Array("wary \(purpose)".utf8), outputByteCount: 32)
    }
}
