import Crypto
import Foundation
import Testing
@testable import WaryAuth
import WaryVocabulary

@Suite struct AccessTokenTests {
    private func parts(_ token: String) -> [String] { token.split(separator: ".").map(String.init) }
    private func text(_ part: String) -> String { String(decoding: TextForm.bytes(base64URL: part) ?? [], as: UTF8.self) }
    private func encoded(_ text: String) -> String { TextForm.base64URL(text.utf8) }

    /// Signs whatever it is given with the service's own key: an attacker could not, but a lenient reader would be found.
    private func signed(_ header: String, _ payload: String, _ key: P256.Signing.PrivateKey) throws -> String {
        let input = "\(encoded(header)).\(encoded(payload))"
        return "\(input).\(TextForm.base64URL(try key.signature(for: Data(input.utf8)).rawRepresentation))"
    }

    @Test func saysHowAndWhenSomebodySignedIn() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna"), session = try bench.service.session(token: person.token)
        let (token, expiresIn) = try await bench.service.accessToken(for: session)
        #expect(expiresIn == 300)
        #expect(try bench.service.session(accessToken: token).id == session.id)
        #expect(text(parts(token)[0]).contains(#""typ":"at+jwt""#))
        let claims = try StrictJSON.parse(text(parts(token)[1]).utf8)
        #expect(claims["acr"]?.text == "urn:wary:acr:1")
        #expect(claims["amr"] == .array([.text("pwd")]))
        #expect(claims["risk"]?.text == "low")
        #expect(claims["sub"]?.text == session.account)
        bench.pass(331_000)
        #expect(throws: AuthError.unauthenticated) { try bench.service.session(accessToken: token) }
    }

    @Test func anEndedSessionsTokenIsWorthNothingHere() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna"), session = try bench.service.session(token: person.token)
        let token = try await bench.service.accessToken(for: session).token
        try bench.service.end(session.id, by: session)
        #expect(throws: AuthError.unauthenticated) { try bench.service.session(accessToken: token) }
    }

    /// RFC 8725 and the like: each of these is signed rightly or looks so, and each is refused.
    @Test func confusionsAreRefused() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna"), session = try bench.service.session(token: person.token)
        let token = try await bench.service.accessToken(for: session).token
        let own = try #require(try bench.service.signingKeys().first), key = try #require(own.signer), kid = own.id
        let reader = AccessTokenReader(keys: [kid: key.publicKey], rules: bench.service.settings.tokens)
        let pieces = parts(token), payload = text(pieces[1]), now = bench.now
        let header = #"{"alg":"ES256","kid":"\#(kid)","typ":"at+jwt"}"#
        #expect(throws: Never.self) { try reader.read(try signed(header, payload, key), at: now) }

        let headers: [(String, AccessTokenReader.Refusal)] = [
            (#"{"alg":"none","kid":"\#(kid)","typ":"at+jwt"}"#, .wrongAlgorithm), (#"{"kid":"\#(kid)","typ":"at+jwt"}"#, .wrongAlgorithm),
            (#"{"alg":"HS256","kid":"\#(kid)","typ":"at+jwt"}"#, .wrongAlgorithm), (#"{"alg":"es256","kid":"\#(kid)","typ":"at+jwt"}"#, .wrongAlgorithm),
            (#"{"alg":"ES256","kid":"\#(kid)","typ":"JWT"}"#, .wrongType), (#"{"alg":"ES256","kid":"\#(kid)"}"#, .wrongType),
            (#"{"alg":"ES256","kid":"other","typ":"at+jwt"}"#, .unknownKey), (#"{"alg":"ES256","typ":"at+jwt"}"#, .unknownKey),
            (#"{"alg":"ES256","kid":"\#(kid)","typ":"at+jwt","crit":["exp"]}"#, .unknownHeader), (#"{"alg":"ES256","kid":"\#(kid)","typ":"at+jwt","b64":false}"#, .unknownHeader),
            (#"{"alg":"ES256","kid":"\#(kid)","typ":"at+jwt","jwk":{}}"#, .unknownHeader), (#"{"alg":"ES256","kid":"\#(kid)","typ":"at+jwt","jku":"https://evil.example"}"#, .unknownHeader),
            (#"{"alg":"none","alg":"ES256","kid":"\#(kid)","typ":"at+jwt"}"#, .notJSON), ("[]", .notJSON), ("", .notJSON),
        ]
        for (header, refusal) in headers { #expect(throws: refusal, "\(header)") { try reader.read(try signed(header, payload, key), at: now) } }

        let payloads: [(String, AccessTokenReader.Refusal)] = [
            (payload.replacingOccurrences(of: #""aud":"wary""#, with: #""aud":"other""#), .wrongAudience), (payload.replacingOccurrences(of: #""aud":"wary""#, with: #""aud":["wary","x"]"#), .wrongClaims),
            (payload.replacingOccurrences(of: "http:\\/\\/localhost", with: "http://evil"), .wrongIssuer), (String(payload.dropLast()) + #","sub":"other"}"#, .notJSON),
            (payload.replacingOccurrences(of: #""exp":"#, with: #""exp":0."#), .wrongClaims), (payload.replacingOccurrences(of: #""exp""#, with: #""exq""#), .wrongClaims), ("{}", .wrongClaims), ("null", .wrongClaims),
        ]
        for (payload, refusal) in payloads { #expect(throws: refusal, "\(payload)") { try reader.read(try signed(header, payload, key), at: now) } }

        let good = try signed(header, payload, key), last = parts(good)[2], input = parts(good).prefix(2).joined(separator: ".")
        let der = TextForm.base64URL(try P256.Signing.ECDSASignature(rawRepresentation: TextForm.bytes(base64URL: last) ?? []).derRepresentation)
        let hmac = TextForm.base64URL(HMAC<SHA256>.authenticationCode(for: Data(input.utf8), using: SymmetricKey(data: key.publicKey.rawRepresentation)))
        let spellings: [(String, AccessTokenReader.Refusal)] = [
            ("\(input).", .wrongSignature), ("\(input).\(der)", .wrongSignature), ("\(input).\(hmac)", .wrongSignature), ("\(input).\(TextForm.base64URL([UInt8](repeating: 0, count: 64)))", .wrongSignature),
            ("\(input).\(last)==", .notBase64URL), ("\(input).\(last)\n", .notBase64URL), (input, .notThreeParts), ("\(good).x", .notThreeParts), ("", .notThreeParts),
            (String(repeating: "a", count: 5000), .tooLong), ("\(input).\(TextForm.base64URL((TextForm.bytes(base64URL: last) ?? []) + [0]))", .wrongSignature),
        ]
        for (token, refusal) in spellings { #expect(throws: refusal) { try reader.read(token, at: now) } }
        let other = P256.Signing.PrivateKey()
        #expect(throws: AccessTokenReader.Refusal.wrongSignature) { try reader.read(try signed(header, payload, other), at: now) }
        #expect(throws: AccessTokenReader.Refusal.notYet) { try reader.read(good, at: now - 60_000) }
    }

    @Test func keysAreChangedAndOldTokensOutliveThem() async throws {
        let bench = try Bench { $0.sessions.low.absolute = 90 * 86_400_000; $0.sessions.low.idle = 90 * 86_400_000 }
        let person = try await bench.person("anna")
        func kids() throws -> [String] { try bench.service.publicKeys()["keys"]?.array?.compactMap { $0["kid"]?.text } ?? [] }
        let first = try kids()
        #expect(first.count == 1)
        bench.pass(29 * 86_400_000 + 1000)
        #expect(try kids().count == 2, "the next key is published before it signs")
        bench.pass(86_400_000 - 2000)
        let session = try bench.service.session(token: person.token)
        let old = try await bench.service.accessToken(for: session).token
        #expect(text(parts(old)[0]).contains(try #require(first.first)))
        bench.pass(3000)
        let new = try await bench.service.accessToken(for: session).token
        #expect(!text(parts(new)[0]).contains(try #require(first.first)))
        #expect(try bench.service.session(accessToken: old).id == session.id)
        bench.pass(400_000)
        #expect(try kids().count == 1)
        #expect(throws: AuthError.unauthenticated) { try bench.service.session(accessToken: old) }
    }
}
