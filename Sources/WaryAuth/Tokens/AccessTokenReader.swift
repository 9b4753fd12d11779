import Crypto
import Foundation
import WaryVocabulary

/// Verifies our own access tokens and nothing else (RFC 8725): one algorithm, one type, keys by their id from our own set
/// alone, no header that we do not write, one spelling of everything.
public struct AccessTokenReader: Sendable {
    /// Why a token is none of ours. For tests and logs; callers are told nothing.
    public enum Refusal: String, Error, Hashable, Sendable {
        case tooLong, notThreeParts, notBase64URL, notJSON, unknownHeader, wrongAlgorithm, wrongType, unknownKey, wrongSignature
        case wrongClaims, wrongIssuer, wrongAudience, expired, notYet
    }

    private let keys: [String: P256.Signing.PublicKey]
    private let rules: TokenRules

    public init(keys: [String: P256.Signing.PublicKey], rules: TokenRules) {
        self.keys = keys
        self.rules = rules
    }

    public func read(_ text: String, at now: Instant) throws(Refusal) -> AccessToken {
        guard text.utf8.count <= rules.tokenBytes else { throw .tooLong }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .notThreeParts }
        guard let header = TextForm.bytes(base64URL: parts[0]), let payload = TextForm.bytes(base64URL: parts[1]),
              let signature = TextForm.bytes(base64URL: parts[2])
        else { throw .notBase64URL }
        let key = try key(of: header)
        // ES256 is r and s, 32 bytes each; DER or anything longer is another spelling.
        guard signature.count == 64, let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature),
              key.isValidSignature(signature, for: Data("\(parts[0]).\(parts[1])".utf8))
        else { throw .wrongSignature }
        return try claims(payload, at: now)
    }

    private func key(of header: [UInt8]) throws(Refusal) -> P256.Signing.PublicKey {
        guard let members = (try? StrictJSON.parse(header, depth: 4))?.object else { throw .notJSON }
        guard Set(members.keys).isSubset(of: ["alg", "typ", "kid"]) else { throw .unknownHeader }
        guard members["alg"] == .text("ES256") else { throw .wrongAlgorithm }
        guard members["typ"] == .text("at+jwt") else { throw .wrongType }
        guard let id = members["kid"]?.text, let key = keys[id] else { throw .unknownKey }
        return key
    }

    private func claims(_ payload: [UInt8], at now: Instant) throws(Refusal) -> AccessToken {
        guard let value = try? StrictJSON.parse(payload, depth: 4) else { throw .notJSON }
        guard let iss = value["iss"]?.text, let aud = value["aud"]?.text, let sub = value["sub"]?.text, let exp = value["exp"]?.int, let iat = value["iat"]?.int,
              let jti = value["jti"]?.text, let sid = value["sid"]?.text, let tenant = value["tenant"]?.text, let acr = value["acr"]?.text,
              let amr = value["amr"]?.array, let provenAt = value["auth_time"]?.int, let risk = value["risk"]?.text
        else { throw .wrongClaims }
        let methods = amr.compactMap(\.text)
        guard methods.count == amr.count else { throw .wrongClaims }
        guard iss == rules.issuer else { throw .wrongIssuer }
        guard aud == rules.audience else { throw .wrongAudience }
        let seconds = now.milliseconds / 1000, leeway = rules.leeway / 1000
        guard exp > seconds - leeway else { throw .expired }
        guard iat <= seconds + leeway, iat < exp else { throw .notYet }
        return AccessToken(iss: iss, aud: aud, sub: sub, exp: exp, iat: iat, jti: jti, sid: sid, tenant: tenant, acr: acr, amr: methods, auth_time: provenAt, risk: risk)
    }
}
