import Crypto
import CryptoExtras
import Foundation
import Testing
@testable import WaryAuth

@Suite struct CeremonyTests {
    let ceremony = WebAuthnCeremony(relyingParty: RelyingParty())
    let challenge = SecureRandom.bytes(32)

    private func bytes(_ hex: String) -> [UInt8] {
        stride(from: 0, to: hex.count, by: 2).compactMap { UInt8(hex.dropFirst($0).prefix(2), radix: 16) }
    }

    @Test func registersAndAssertsWithEveryAlgorithm() throws {
        let keys: [SoftAuthenticator.Key] = [.es256(P256.Signing.PrivateKey()), .edDSA(Curve25519.Signing.PrivateKey()), .rs256(try _RSA.Signing.PrivateKey(keySize: .bits2048))]
        for key in keys {
            for format in ["none", "packed"] {
                var soft = SoftAuthenticator(key: key)
                soft.format = format
                let client = soft.clientData("webauthn.create", challenge)
                let registered = try ceremony.register(clientData: client, attestation: try soft.attestation(client), challenge: challenge)
                #expect(registered.attestation == (format == "none" ? "none" : "self"))
                soft.signCount = 2
                let assertion = try soft.assertion(challenge)
                #expect(try assert(assertion, registered).counterWentBack == false)
            }
        }
    }

    private func assert(_ assertion: PasskeyAssertion, _ registered: WebAuthnCeremony.Registered, signCount: UInt32 = 1) throws(WebAuthnRefusal) -> WebAuthnCeremony.Asserted {
        try ceremony.assert(clientData: assertion.clientData, authenticatorData: assertion.authenticatorData, signature: assertion.signature, challenge: challenge,
                            encodedKey: registered.encodedKey, signCount: signCount, wasEligible: false)
    }

    @Test func whateverIsWrongIsRefused() throws {
        let good = SoftAuthenticator(), client = good.clientData("webauthn.create", challenge)
        let registered = try ceremony.register(clientData: client, attestation: try good.attestation(client), challenge: challenge)
        let cases: [(WebAuthnRefusal, (inout SoftAuthenticator) -> Void)] = [
            (.wrongOrigin, { $0.origin = "https://evil.example" }), (.wrongOrigin, { $0.origin = "http://localhost." }), (.wrongOrigin, { $0.origin = "http://localhost:81" }),
            (.wrongRelyingParty, { $0.relyingParty = "evil.example" }), (.userNotPresent, { $0.flags = 0b100 }), (.userNotVerified, { $0.flags = 0b001 }),
            (.backedUpWithoutBeingEligible, { $0.flags = 0b1_0101 }), (.eligibilityChanged, { $0.flags = 0b0_1101 }), (.clientDataNotJSON, { $0.extra = #","origin":"http://localhost""# }),
            (.crossOrigin, { $0.extra = #","topOrigin":"https://evil.example""# }), (.authenticatorDataMalformed, { $0.flags = 0b1000_0101 }), (.authenticatorDataMalformed, { $0.flags = 0b0100_0101 }),
        ]
        for (refusal, change) in cases {
            var soft = good
            change(&soft)
            let assertion = try soft.assertion(challenge)
            #expect(throws: refusal) { try assert(assertion, registered) }
        }
        let other = SoftAuthenticator(id: good.id), forged = try other.assertion(challenge), replayed = try good.assertion(SecureRandom.bytes(32))
        #expect(throws: WebAuthnRefusal.wrongSignature) { try assert(forged, registered) }
        #expect(throws: WebAuthnRefusal.wrongChallenge) { try assert(replayed, registered) }
        #expect(throws: WebAuthnRefusal.wrongType, "a registration is no assertion") {
            try ceremony.register(clientData: good.clientData("webauthn.get", challenge), attestation: good.attestation(client), challenge: challenge)
        }
        #expect(try assert(try good.assertion(challenge), registered, signCount: 1).counterWentBack)
        #expect(try assert(try good.assertion(challenge), registered, signCount: 5).counterWentBack)
    }

    @Test func attestationsAreChecked() throws {
        var soft = SoftAuthenticator()
        soft.format = "packed"
        let client = soft.clientData("webauthn.create", challenge), attestation = try soft.attestation(client)
        #expect(throws: WebAuthnRefusal.attestationWrong) { try ceremony.register(clientData: soft.clientData("webauthn.create", challenge) + [0x20], attestation: attestation, challenge: challenge) }
        soft.format = "android-safetynet"
        #expect(throws: WebAuthnRefusal.attestationUnknown) { try ceremony.register(clientData: client, attestation: soft.attestation(client), challenge: challenge) }
        #expect(throws: WebAuthnRefusal.attestationMalformed) { try ceremony.register(clientData: client, attestation: attestation + [0], challenge: challenge) }
        #expect(throws: WebAuthnRefusal.attestationMalformed) { try ceremony.register(clientData: client, attestation: Array(attestation.dropLast()), challenge: challenge) }
        #expect(throws: WebAuthnRefusal.attestationMalformed) { try ceremony.register(clientData: client, attestation: [], challenge: challenge) }
    }

    /// Bytes changed at random neither trap nor pass: whatever is signed or looked at is whole or refused.
    @Test func changedBytesAreRefused() throws {
        var generator = Seeded(seed: 42)
        var soft = SoftAuthenticator()
        soft.format = "packed"
        let client = soft.clientData("webauthn.create", challenge), attestation = try soft.attestation(client)
        for _ in 0..<3_000 {
            var changed = attestation
            for _ in 0...Int.random(in: 0...2, using: &generator) { changed[Int.random(in: 0..<changed.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator) }
            guard changed != attestation else { continue }
            #expect(throws: WebAuthnRefusal.self) { try ceremony.register(clientData: client, attestation: changed, challenge: challenge) }
        }
    }

    @Test(arguments: ["", "ff", "1800", "1817", "190001", "1a00000001", "1b0000000000000001", "5f", "9f", "bf", "c000", "f90000", "fb0000000000000000", "f7", "f8ff", "a2010001", "a201000100", "a20200010000", "a16161", "61ff", "5affffffff", "9bffffffffffffffff", "bbffffffffffffffff", "8181818181818181818100", "0000"])
    func cborThatIsNotCanonicalIsRefused(_ hex: String) {
        #expect(throws: CBOR.Problem.self) { try CBOR.read(bytes(hex)) }
    }

    @Test func cborIsRead() throws {
        let value = try CBOR.read(bytes("a501020326200121436162632243646566"))
        #expect(value[Int64(1)]?.int == 2 && value[Int64(3)]?.int == -7 && value[Int64(-2)]?.bytes == Array("abc".utf8))
        #expect(try CBOR.read(bytes("83f4f5f6")) == .array([.bool(false), .bool(true), .null]))
        var generator = Seeded(seed: 7)
        for _ in 0..<20_000 {
            let random = (0..<Int.random(in: 0...40, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            _ = try? CBOR.read(random)
        }
    }
}

/// §16.2 of Web Authentication Level 3.
