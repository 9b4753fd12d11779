import Crypto
import CryptoExtras
import Foundation
import SwiftASN1
import X509

/// The certificate of an attestation. Who issued it is not looked at: we ask for no attestation, and one that is given
/// anyway has only to be right in itself.
struct AttestationCertificate {
    private let certificate: Certificate

    /// Nil for anything but a certificate of version 3.
    init?(_ encoded: [UInt8]) {
        guard let certificate = try? Certificate(derEncoded: encoded), certificate.version == .v3 else { return nil }
        self.certificate = certificate
    }

    /// The key's uncompressed point, of P-256 keys alone.
    var es256Point: [UInt8]? { P256.Signing.PublicKey(certificate.publicKey).map { Array($0.x963Representation) } }

    func signed(_ message: [UInt8], _ signature: [UInt8], algorithm: Int64) -> Bool {
        switch COSEKey.Algorithm(rawValue: algorithm) {
        case .es256:
            guard let key = P256.Signing.PublicKey(certificate.publicKey), let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: message)
        case .es384:
            guard let key = P384.Signing.PublicKey(certificate.publicKey), let signature = try? P384.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: message)
        case .es512:
            guard let key = P521.Signing.PublicKey(certificate.publicKey), let signature = try? P521.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: message)
        case .edDSA:
            guard let key = Curve25519.Signing.PublicKey(certificate.publicKey) else { return false }
            return key.isValidSignature(signature, for: message)
        case .rs256:
            guard let key = _RSA.Signing.PublicKey(certificate.publicKey) else { return false }
            return key.isValidSignature(_RSA.Signing.RSASignature(rawRepresentation: Data(signature)), for: Data(message), padding: .insecurePKCS1v1_5)
        case nil: return false
        }
    }

    /// WebAuthn Level 3, §8.2.1.
    func isOfPackedAttestation(aaguid: [UInt8]) -> Bool {
        let unit: ASN1ObjectIdentifier = [2, 5, 4, 11], model: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 45724, 1, 1, 4]
        let units = certificate.subject.flatMap { name in name.filter { $0.type == unit }.map { "\($0.value)" } }
        guard units == ["Authenticator Attestation"], !isAuthority else { return false }
        guard let named = certificate.extensions[oid: model] else { return true }
        // An OCTET STRING in the extension's own.
        return !named.critical && Array(named.value) == [0x04, 0x10] + aaguid
    }

    /// §8.3.1: no subject, the TPM named in the alternative name instead, and a use that is nothing else's.
    var isOfTPMAttestation: Bool {
        let use: ASN1ObjectIdentifier = [2, 23, 133, 8, 3]
        guard certificate.subject.isEmpty, !isAuthority, let uses = try? certificate.extensions.extendedKeyUsage, uses.contains(where: { $0 == .init(oid: use) }),
              let names = try? certificate.extensions.subjectAlternativeNames
        else { return false }
        let parts = names.compactMap { if case .directoryName(let name) = $0 { name } else { nil } }.flatMap { $0.flatMap { $0.map(\.type) } }
        return [[2, 23, 133, 2, 1], [2, 23, 133, 2, 2], [2, 23, 133, 2, 3]].allSatisfy { parts.contains($0) }
    }

    /// An extension's content.
    func content(of oid: ASN1ObjectIdentifier) -> [UInt8]? { certificate.extensions[oid: oid].map { Array($0.value) } }

    private var isAuthority: Bool { if case .isCertificateAuthority = try? certificate.extensions.basicConstraints { true } else { false } }
}
