import Crypto
import CryptoExtras
import Foundation
@testable import WaryAuth

/// An authenticator in software, which can also do everything wrong.
struct SoftAuthenticator {
    enum Key {
        case es256(P256.Signing.PrivateKey), edDSA(Curve25519.Signing.PrivateKey), rs256(_RSA.Signing.PrivateKey)
    }

    var key = Key.es256(P256.Signing.PrivateKey())
    var id = SecureRandom.bytes(32)
    var relyingParty = "localhost"
    var origin = "http://localhost"
    var flags: UInt8 = 0b0000_0101
    var signCount: UInt32 = 1
    var extra = ""
    var format = "none"

    func clientData(_ type: String, _ challenge: [UInt8]) -> [UInt8] {
        Array(#"{"type":"\#(type)","challenge":"\#(TextForm.base64URL(challenge))","origin":"\#(origin)","crossOrigin":false\#(extra)}"#.utf8)
    }

    func authenticatorData(withCredential: Bool) -> [UInt8] {
        var data = Array(SHA256.hash(data: Data(relyingParty.utf8))) + [flags | (withCredential ? 0x40 : 0)]
        data += withUnsafeBytes(of: signCount.bigEndian) { Array($0) }
        guard withCredential else { return data }
        return data + [UInt8](repeating: 0, count: 16) + [UInt8(id.count >> 8), UInt8(id.count & 255)] + id + coseKey
    }

    var coseKey: [UInt8] {
        switch key {
        case .es256(let key):
            let raw = Array(key.publicKey.rawRepresentation)
            return [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20] + raw.prefix(32) + [0x22, 0x58, 0x20] + raw.suffix(32)
        case .edDSA(let key): return [0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20] + key.publicKey.rawRepresentation
        case .rs256(let key):
            guard let primitives = try? key.publicKey.getKeyPrimitives() else { return [] }
            let n = Array(primitives.modulus), e = Array(primitives.publicExponent)
            return [0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20, 0x59, UInt8(n.count >> 8), UInt8(n.count & 255)] + n + [0x21, 0x40 + UInt8(e.count)] + e
        }
    }

    func sign(_ message: [UInt8]) throws -> [UInt8] {
        switch key {
        case .es256(let key): Array(try key.signature(for: message).derRepresentation)
        case .edDSA(let key): Array(try key.signature(for: message))
        case .rs256(let key): Array(try key.signature(for: Data(message), padding: .insecurePKCS1v1_5).rawRepresentation)
        }
    }

    func attestation(_ clientData: [UInt8]) throws -> [UInt8] {
        let data = authenticatorData(withCredential: true)
        var statement: [UInt8] = [0xa0]
        if format == "packed" {
            let signature = try sign(data + Array(SHA256.hash(data: Data(clientData))))
            let algorithm: [UInt8] = switch key { case .es256: [0x26]; case .edDSA: [0x27]; case .rs256: [0x39, 0x01, 0x00] }
            statement = [0xa2] + text("alg") + algorithm + text("sig") + [0x59, UInt8(signature.count >> 8), UInt8(signature.count & 255)] + signature
            if signature.count < 256 { statement = [0xa2] + text("alg") + algorithm + text("sig") + [0x58, UInt8(signature.count)] + signature }
        }
        let length: [UInt8] = data.count < 256 ? [0x58, UInt8(data.count)] : [0x59, UInt8(data.count >> 8), UInt8(data.count & 255)]
        return [0xa3] + text("fmt") + text(format) + text("attStmt") + statement + text("authData") + length + data
    }

    func assertion(_ challenge: [UInt8], userHandle: String? = nil) throws -> PasskeyAssertion {
        let client = clientData("webauthn.get", challenge), data = authenticatorData(withCredential: false)
        return PasskeyAssertion(id: id, clientData: client, authenticatorData: data, signature: try sign(data + Array(SHA256.hash(data: Data(client)))),
                                userHandle: userHandle.map { Array($0.utf8) })
    }

    private func text(_ text: String) -> [UInt8] { [0x60 + UInt8(text.utf8.count)] + Array(text.utf8) }
}
