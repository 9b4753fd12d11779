import Crypto
import CryptoExtras
import Foundation
import SwiftASN1
import X509

/// The certificate of a packed attestation (WebAuthn Level 3, §8.2 and §8.2.1). Who issued it is not looked at: we ask for
/// no attestation, and one that is given anyway has only to be right in itself.
enum AttestationCertificate {
    static func isValid(_ encoded: [UInt8], algorithm: Int64, _ signature: [UInt8], for message: [UInt8], aaguid: [UInt8]) -> Bool {
        guard let certificate = try? Certificate(derEncoded: encoded), certificate.version == .v3,
              isSigned(message, signature, algorithm, by: certificate.publicKey), meetsRequirements(certificate, aaguid)
        else { return false }
        return true
    }

    private static func isSigned(_ message: [UInt8], _ signature: [UInt8], _ algorithm: Int64, by key: Certificate.PublicKey) -> Bool {
        switch COSEKey.Algorithm(rawValue: algorithm) {
        case .es256:
            guard let key = P256.Signing.PublicKey(key), let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: message)
        case .edDSA:
            guard let key = Curve25519.Signing.PublicKey(key) else { return false }
            return key.isValidSignature(signature, for: message)
        case .rs256:
            guard let key = _RSA.Signing.PublicKey(key) else { return false }
            return key.isValidSignature(_RSA.Signing.RSASignature(rawRepresentation: Data(signature)), for: Data(message), padding: .insecurePKCS1v1_5)
        case nil: return false
        }
    }

    private static func meetsRequirements(_ certificate: Certificate, _ aaguid: [UInt8]) -> Bool {
        let unit: ASN1ObjectIdentifier = [2, 5, 4, 11], model: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 45724, 1, 1, 4]
        let units = certificate.subject.flatMap { name in name.filter { $0.type == unit }.map { "\($0.value)" } }
        guard units == ["Authenticator Attestation"] else { return false }
        if case .isCertificateAuthority = try? certificate.extensions.basicConstraints { return false }
        guard let named = certificate.extensions[oid: model] else { return true }
        // An OCTET STRING in the extension's own.
        return !named.critical && Array(named.value) == [0x04, 0x10] + aaguid
    }
}
