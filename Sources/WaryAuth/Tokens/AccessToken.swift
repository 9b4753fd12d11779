import Crypto
import Foundation
import JWTKit
import WaryVocabulary

/// How access tokens are signed.
public struct TokenRules: Sendable, Hashable {
    /// The `iss` claim: this installation's address.
    public var issuer = "http://localhost"
    /// The `aud` claim: who the tokens are for.
    public var audience = "wary"
    /// Milliseconds that a key signs for: 30 days.
    public var keyLife: Int64 = 30 * 86_400_000
    /// Milliseconds that a key is published for before it signs, so that verifiers that keep a copy have it: a day.
    public var keyLead: Int64 = 86_400_000
    /// Milliseconds that clocks may differ by.
    public var leeway: Int64 = 30_000
    /// Bytes of a token that is looked at.
    public var tokenBytes = 4096

    public init() {}
}

/// What a signed access token says (RFC 9068). Times are seconds.
public struct AccessToken: Hashable, Sendable, Codable {
    public var iss: String
    public var aud: String
    /// The account.
    public var sub: String
    public var exp: Int64
    public var iat: Int64
    public var jti: String
    /// The session.
    public var sid: String
    public var tenant: String
    public var acr: String
    public var amr: [String]
    public var auth_time: Int64
    /// `low`, `medium`, `high`.
    public var risk: String
}

/// Only ever signed with: jwt-kit verifies too leniently for us (a wrong or missing `alg`, unknown `crit`, `kid` and `typ`,
/// padded signatures and duplicate members all pass), so `AccessTokenReader` verifies.
private struct Claims: JWTPayload {
    let token: AccessToken

    func encode(to encoder: any Encoder) throws { try token.encode(to: encoder) }
    init(token: AccessToken) { self.token = token }
    init(from decoder: any Decoder) throws { token = try AccessToken(from: decoder) }
    func verify(using algorithm: some JWTAlgorithm) throws {}
}

extension AuthService {
    /// A signed access token for a session, and the seconds it is good for.
    public func accessToken(for session: Session) async throws(AuthError) -> (token: String, expiresIn: Int64) {
        let now = now()
        guard let key = try signingKeys().first(where: { $0.activeFrom <= now }), let signer = key.signer else { throw .unavailable("there is no key to sign with") }
        let life = min(settings.sessions.accessToken, session.endsAt - now)
        guard life > 0 else { throw .unauthenticated }
        let seconds = now.milliseconds / 1000, expiresIn = (life + 999) / 1000
        let token = AccessToken(iss: settings.tokens.issuer, aud: settings.tokens.audience, sub: session.account, exp: seconds + expiresIn, iat: seconds,
                                jti: SecureRandom.id(), sid: session.id, tenant: session.tenant, acr: session.assurance.rawValue, amr: session.methods,
                                auth_time: session.provenAt.milliseconds / 1000, risk: session.risk.rawValue)
        do {
            let keys = JWTKeyCollection()
            let kid = JWKIdentifier(string: key.id)
            await keys.add(ecdsa: try ES256PrivateKey(backing: signer), kid: kid)
            return (try await keys.sign(Claims(token: token), kid: kid, header: ["typ": "at+jwt"]), expiresIn)
        } catch {
            throw .unavailable("a token could not be signed")
        }
    }

    /// The live session of a signed access token.
    /// - Throws: `.unauthenticated`.
    public func session(accessToken text: String) throws(AuthError) -> Session {
        let now = now()
        let keys = try signingKeys().reduce(into: [String: P256.Signing.PublicKey]()) { $0[$1.id] = $1.signer?.publicKey }
        let reader = AccessTokenReader(keys: keys, rules: settings.tokens)
        guard let token = try? reader.read(text, at: now) else { throw .unauthenticated }
        return try vault.read { records throws(AuthError) in try liveSession(token.sub, token.sid, at: now, in: records) }
    }
}
