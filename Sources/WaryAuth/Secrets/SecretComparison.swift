import Crypto

/// Comparing what an attacker sends with what is secret.
public enum SecretComparison {
    /// Whether they are equal, in a time that tells nothing of where they differ. Both sides are hashed under a key that
    /// nobody knows first, so not even a length shows.
    public static func equal(_ a: some Sequence<UInt8>, _ b: some Sequence<UInt8>) -> Bool {
        let code = HMAC<SHA256>.authenticationCode(for: Array(a), using: key)
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Array(b), using: key)
    }

    private static let key = SymmetricKey(size: .bits256)
}
