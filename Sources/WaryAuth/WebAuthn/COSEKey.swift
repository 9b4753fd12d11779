import Crypto
import CryptoExtras
import Foundation

/// A credential's public key (RFC 9052, RFC 9053, RFC 8812), and checking what it signed.
struct COSEKey: Sendable {
    enum Algorithm: Int64, CaseIterable, Sendable {
        case es256 = -7
        case edDSA = -8
        case es384 = -35
        case es512 = -36
        case rs256 = -257
    }

    private enum Key: Sendable {
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case p521(P521.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
        case rsa(_RSA.Signing.PublicKey)
    }

    let algorithm: Algorithm
    private let key: Key

    /// Nil for another algorithm, a curve that does not belong to it, a point that is not on it, an RSA key under 2048
    /// bits, or members that do not belong there.
    init?(_ value: CBOR) {
        guard let number = value[Int64(3)]?.int, let algorithm = Algorithm(rawValue: number), let members = value.entries else { return nil }
        self.algorithm = algorithm
        let kind = value[Int64(1)]?.int, curve = value[Int64(-1)]?.int
        switch algorithm {
        case .es256:
            guard let point = Self.point(value, curve: 1, bytes: 32), let key = try? P256.Signing.PublicKey(x963Representation: point) else { return nil }
            self.key = .p256(key)
        case .es384:
            guard let point = Self.point(value, curve: 2, bytes: 48), let key = try? P384.Signing.PublicKey(x963Representation: point) else { return nil }
            self.key = .p384(key)
        case .es512:
            guard let point = Self.point(value, curve: 3, bytes: 66), let key = try? P521.Signing.PublicKey(x963Representation: point) else { return nil }
            self.key = .p521(key)
        case .edDSA:
            guard kind == 1, curve == 6, members.count == 4, let x = value[Int64(-2)]?.bytes, x.count == 32,
                  let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x)
            else { return nil }
            self.key = .ed25519(key)
        case .rs256:
            guard kind == 3, members.count == 4, let n = value[Int64(-1)]?.bytes, let e = value[Int64(-2)]?.bytes, n.first != 0, (256...1024).contains(n.count),
                  (1...4).contains(e.count), e.first != 0, let key = try? _RSA.Signing.PublicKey(n: n, e: e)
            else { return nil }
            self.key = .rsa(key)
        }
    }

    /// The uncompressed point of a key on a curve of NIST's: 4, x, y.
    private static func point(_ value: CBOR, curve: Int64, bytes: Int) -> [UInt8]? {
        guard value[Int64(1)]?.int == 2, value[Int64(-1)]?.int == curve, value.entries?.count == 5, let x = value[Int64(-2)]?.bytes, let y = value[Int64(-3)]?.bytes,
              x.count == bytes, y.count == bytes
        else { return nil }
        return [4] + x + y
    }

    /// The uncompressed point, of ES256 keys alone.
    var es256Point: [UInt8]? { if case .p256(let key) = key { Array(key.x963Representation) } else { nil } }

    func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        switch key {
        case .p384(let key):
            guard let signature = try? P384.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: message)
        case .p521(let key):
            guard let signature = try? P521.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: message)
        case .p256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: message)
        case .ed25519(let key): return key.isValidSignature(signature, for: message)
        case .rsa(let key):
            return key.isValidSignature(_RSA.Signing.RSASignature(rawRepresentation: Data(signature)), for: Data(message), padding: .insecurePKCS1v1_5)
        }
    }
}
