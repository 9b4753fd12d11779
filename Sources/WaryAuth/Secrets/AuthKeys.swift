import Crypto

/// The keys of the authentication module, all derived (HKDF-SHA-256) from one secret that is kept apart from the data:
/// a stolen data folder alone gives neither names nor a chance to guess passwords.
public struct AuthKeys: Sendable {
    /// What a key is for; each purpose has a key of its own.
    public enum Purpose: String, Sendable, CaseIterable {
        case recordNames = "record names"
        case recordContents = "record contents"
        case passwordPepper = "password pepper"
        case credentialTags = "credential tags"
        case strangers = "unknown accounts"
        case tokens = "token hashes"
        case oneTimeCodes = "one-time codes"
    }

    private let keys: [Purpose: SymmetricKey]

    /// - Parameter secret: at least 32 random bytes; nil with fewer.
    public init?(secret: [UInt8]) {
        guard secret.count >= 32 else { return nil }
        let root = SymmetricKey(data: secret)
        keys = Dictionary(uniqueKeysWithValues: Purpose.allCases.map { purpose in
            let info = Array("wary accounts: \(purpose.rawValue)".utf8)
            return (purpose, HKDF<SHA256>.deriveKey(inputKeyMaterial: root, info: info, outputByteCount: 32))
        })
    }

    /// Keys that live as long as the process: for tests and the demo.
    public static func ephemeral() -> AuthKeys { AuthKeys(purposes: { _ in SymmetricKey(size: .bits256) }) }

    private init(purposes key: (Purpose) -> SymmetricKey) {
        keys = Dictionary(uniqueKeysWithValues: Purpose.allCases.map { ($0, key($0)) })
    }

    func key(for purpose: Purpose) -> SymmetricKey { keys[purpose] ?? SymmetricKey(size: .bits256) }

    /// HMAC-SHA-256 of the parts, each with its length before it so that no two lists of parts read the same.
    func code(_ purpose: Purpose, _ parts: [[UInt8]]) -> [UInt8] {
        var mac = HMAC<SHA256>(key: key(for: purpose))
        for part in parts {
            withUnsafeBytes(of: UInt64(part.count).bigEndian) { mac.update(data: $0) }
            mac.update(data: part)
        }
        return Array(mac.finalize())
    }

    func code(_ purpose: Purpose, _ parts: String...) -> [UInt8] { code(purpose, parts.map { Array($0.utf8) }) }
}
