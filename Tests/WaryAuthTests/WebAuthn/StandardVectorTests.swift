import Foundation
import Testing
@testable import WaryAuth

/// The fifteen test vectors of Web Authentication Level 3, §16, from `Vectors/level3.json` (hexadecimal there, base64url
/// here).
@Suite struct StandardVectorTests {
    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        struct Registration: Decodable, Sendable { let challenge, clientDataJSON, attestationObject: String }
        struct Authentication: Decodable, Sendable { let challenge, authenticatorData, clientDataJSON, signature: String }
        let name: String
        let registration: Registration
        let authentication: Authentication
        var testDescription: String { name }
    }

    static let all: [Vector] = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Vectors/level3.json")
        return (try? JSONDecoder().decode([Vector].self, from: Data(contentsOf: path))) ?? []
    }()

    private func bytes(_ text: String) throws -> [UInt8] { try #require(TextForm.bytes(base64URL: text)) }

    private func party(_ framers: Set<String>) -> WebAuthnCeremony {
        var party = RelyingParty(id: "example.org", origins: ["https://example.org"])
        party.framers = framers
        return WebAuthnCeremony(relyingParty: party, needsUserVerification: false)
    }

    private func register(_ vector: Vector, framers: Set<String> = ["https://example.com"], attestation: [UInt8]? = nil) throws -> WebAuthnCeremony.Registered {
        let given = vector.registration
        return try party(framers).register(clientData: bytes(given.clientDataJSON), attestation: attestation ?? bytes(given.attestationObject), challenge: bytes(given.challenge))
    }

    @Test func thereAreFifteen() { #expect(Self.all.count == 15) }

    @Test(arguments: all) func passes(_ vector: Vector) throws {
        // There is no Ed448 in swift-crypto: not offered, and refused.
        guard vector.name != "packed.Ed448" else {
            #expect(throws: WebAuthnRefusal.authenticatorDataMalformed) { try register(vector) }
            return
        }
        let registered = try register(vector)
        let expected = vector.name.hasPrefix("none") ? "none" : vector.name.hasPrefix("packed-self") ? "self" : "basic"
        #expect(registered.attestation == expected)
        let given = vector.authentication
        func assert(_ signature: [UInt8]) throws -> WebAuthnCeremony.Asserted {
            try party(["https://example.com"]).assert(clientData: bytes(given.clientDataJSON), authenticatorData: bytes(given.authenticatorData), signature: signature,
                                                      challenge: bytes(given.challenge), encodedKey: registered.encodedKey, signCount: 0,
                                                      wasEligible: registered.flags.contains(.backupEligible))
        }
        let signature = try bytes(given.signature)
        #expect(try assert(signature).counterWentBack == false)
        for place in [0, signature.count / 2, signature.count - 1] {
            var changed = signature
            changed[place] ^= 1
            #expect(throws: WebAuthnRefusal.wrongSignature) { try assert(changed) }
        }
    }

    /// Every byte counts: of the statement, of what is attested, and of the certificate.
    @Test(arguments: all) func oneBitMakesAnAttestationWrong(_ vector: Vector) throws {
        guard !vector.name.hasPrefix("none"), vector.name != "packed.Ed448" else { return }
        let given = try bytes(vector.registration.attestationObject)
        var accepted: [Int] = []
        for place in stride(from: 0, to: given.count, by: 7) {
            var changed = given
            changed[place] ^= 0x10
            if (try? register(vector, attestation: changed)) != nil { accepted.append(place) }
        }
        // Who issued a certificate is not looked at, nor how long it is good: what its own signature covers and we do not read may change.
        let certificate = given.firstRange(of: Array("cx5c".utf8))
        #expect(accepted.allSatisfy { place in certificate.map { place > $0.upperBound } ?? false }, "\(accepted)")
    }

    @Test(arguments: ["none.ES256.crossOrigin", "none.ES256.topOrigin"]) func nobodyFramesUsUnlessAllowed(_ name: String) throws {
        let vector = try #require(Self.all.first { $0.name == name })
        #expect(throws: WebAuthnRefusal.crossOrigin) { try register(vector, framers: []) }
        if name.hasSuffix("topOrigin") { #expect(throws: WebAuthnRefusal.crossOrigin) { try register(vector, framers: ["https://example.net"]) } }
    }
}
