import Crypto
import Foundation
import WaryVocabulary

/// A key that access tokens are signed with. The next one is made, and published, before the present one retires, and an
/// old one stays published until the last token signed with it is over.
struct SigningKey: StoredRecord {
    /// RFC 7638's thumbprint of the public key.
    let id: String
    let privateKey: [UInt8]
    /// Signs from then on.
    let activeFrom: Instant

    static var table: Table { .signingKey }
    var key: [String] { [id] }

    init(activeFrom: Instant) {
        let key = P256.Signing.PrivateKey()
        privateKey = Array(key.rawRepresentation)
        self.activeFrom = activeFrom
        id = Self.thumbprint(key.publicKey)
    }

    var signer: P256.Signing.PrivateKey? { try? P256.Signing.PrivateKey(rawRepresentation: privateKey) }

    /// x and y in base64url.
    static func coordinates(_ key: P256.Signing.PublicKey) -> (x: String, y: String) {
        let raw = Array(key.rawRepresentation)
        return (TextForm.base64URL(raw.prefix(32)), TextForm.base64URL(raw.suffix(32)))
    }

    private static func thumbprint(_ key: P256.Signing.PublicKey) -> String {
        let (x, y) = coordinates(key)
        return TextForm.base64URL(SHA256.hash(data: Data(#"{"crv":"P-256","kty":"EC","x":"\#(x)","y":"\#(y)"}"#.utf8)))
    }
}

extension AuthService {
    /// The published keys, the newest first. Makes and retires what is due.
    func signingKeys() throws(AuthError) -> [SigningKey] {
        let now = now(), rules = settings.tokens
        let known = try vault.all(SigningKey.self).sorted { $0.activeFrom > $1.activeFrom }
        let isStale = known.first.map { $0.activeFrom + rules.keyLife - rules.keyLead <= now } ?? true
        let hasRetired = known.contains { isRetired($0, among: known, at: now) }
        guard isStale || hasRetired else { return known }
        return try vault.write { records throws(AuthError) -> [SigningKey] in
            var keys = try records.all(SigningKey.self).sorted { $0.activeFrom > $1.activeFrom }
            for old in keys where isRetired(old, among: keys, at: now) { try records.remove(old) }
            keys.removeAll { isRetired($0, among: known, at: now) }
            if keys.first.map({ $0.activeFrom + rules.keyLife - rules.keyLead <= now }) ?? true {
                let next = SigningKey(activeFrom: keys.first.map { max(now, $0.activeFrom + rules.keyLife) } ?? now)
                try records.put(next)
                keys.insert(next, at: 0)
            }
            return keys
        }
    }

    private func isRetired(_ key: SigningKey, among keys: [SigningKey], at now: Instant) -> Bool {
        guard let successor = keys.last(where: { $0.activeFrom > key.activeFrom }) else { return false }
        return successor.activeFrom + settings.sessions.accessToken + settings.tokens.leeway < now
    }

    /// The public keys as a JWK set (RFC 7517), for `/.well-known/jwks.json`.
    public func publicKeys() throws(AuthError) -> JSONValue {
        let keys = try signingKeys().compactMap { key in
            key.signer.map { signer -> JSONValue in
                let (x, y) = SigningKey.coordinates(signer.publicKey)
                return .object(["kty": .text("EC"), "crv": .text("P-256"), "x": .text(x), "y": .text(y), "use": .text("sig"), "alg": .text("ES256"), "kid": .text(key.id)])
            }
        }
        return .object(["keys": .array(keys)])
    }
}
