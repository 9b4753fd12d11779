import Crypto
import SwiftASN1

/// The attestation statements of WebAuthn Level 3, §8. We ask for none; browsers then send `none`. One that comes anyway
/// has to be right in itself.
struct AttestationStatement {
    let format: String
    let members: CBOR
    let encodedData: [UInt8]
    let data: AuthenticatorData
    let credential: AuthenticatorData.Credential
    let clientDataHash: [UInt8]

    private var signed: [UInt8] { encodedData + clientDataHash }

    /// What it is worth: `none`, `self`, or `basic` where a certificate vouches.
    func verify() throws(WebAuthnRefusal) -> String {
        switch format {
        case "none":
            guard members.entries?.isEmpty == true else { throw .attestationMalformed }
            return "none"
        case "packed": return try packed()
        case "tpm": try tpm()
        case "android-key": try androidKey()
        case "apple": try apple()
        case "fido-u2f": try u2f()
        default: throw .attestationUnknown
        }
        return "basic"
    }

    private func require(_ isRight: Bool) throws(WebAuthnRefusal) { if !isRight { throw .attestationWrong } }

    private func certificate(members count: Int) throws(WebAuthnRefusal) -> AttestationCertificate {
        guard members.entries?.count == count, let leaf = members["x5c"]?.array?.first?.bytes else { throw .attestationMalformed }
        guard let certificate = AttestationCertificate(leaf) else { throw .attestationWrong }
        return certificate
    }

    private func signature() throws(WebAuthnRefusal) -> (algorithm: Int64, bytes: [UInt8]) {
        guard let algorithm = members["alg"]?.int, let bytes = members["sig"]?.bytes else { throw .attestationMalformed }
        return (algorithm, bytes)
    }

    /// §8.2.
    private func packed() throws(WebAuthnRefusal) -> String {
        let (algorithm, signature) = try signature()
        guard members["x5c"] != nil else {
            guard members.entries?.count == 2 else { throw .attestationMalformed }
            try require(algorithm == credential.key.algorithm.rawValue && credential.key.isValid(signature, for: signed))
            return "self"
        }
        let certificate = try certificate(members: 3)
        try require(certificate.signed(signed, signature, algorithm: algorithm) && certificate.isOfPackedAttestation(aaguid: credential.aaguid))
        return "basic"
    }

    /// §8.6: what U2F keys signed before there was WebAuthn.
    private func u2f() throws(WebAuthnRefusal) {
        let certificate = try certificate(members: 2)
        guard members["x5c"]?.array?.count == 1, let signature = members["sig"]?.bytes, let point = credential.key.es256Point else { throw .attestationMalformed }
        let message = [0] + data.relyingPartyHash + clientDataHash + credential.id + point
        try require(certificate.es256Point != nil && certificate.signed(message, signature, algorithm: COSEKey.Algorithm.es256.rawValue))
    }

    /// §8.8: the certificate is for the credential's own key, and names what it was made for.
    private func apple() throws(WebAuthnRefusal) {
        let certificate = try certificate(members: 1)
        let nonce: [UInt8] = [0x30, 0x24, 0xa1, 0x22, 0x04, 0x20] + Array(SHA256.hash(data: signed))
        try require(certificate.content(of: [1, 2, 840, 113635, 100, 8, 2]) == nonce && holdsTheCredentialsKey(certificate))
    }

    /// §8.4.
    private func androidKey() throws(WebAuthnRefusal) {
        let (algorithm, signature) = try signature(), certificate = try certificate(members: 3)
        try require(certificate.signed(signed, signature, algorithm: algorithm) && holdsTheCredentialsKey(certificate))
        guard let content = certificate.content(of: [1, 3, 6, 1, 4, 1, 11129, 2, 1, 17]), let description = AndroidKeyDescription(content) else { throw .attestationMalformed }
        try require(description.challenge == clientDataHash && !description.isForAllApplications)
    }

    private func holdsTheCredentialsKey(_ certificate: AttestationCertificate) -> Bool {
        guard let point = certificate.es256Point else { return false }
        return point == credential.key.es256Point
    }

    /// §8.3: the TPM signed a structure that names the key's public area and the hash of what is attested.
    private func tpm() throws(WebAuthnRefusal) {
        let (algorithm, signature) = try signature(), certificate = try certificate(members: 6)
        guard members["ver"]?.text == "2.0", let area = members["pubArea"]?.bytes, let info = members["certInfo"]?.bytes, let point = credential.key.es256Point
        else { throw .attestationMalformed }
        // SHA-256 goes with ES256 and RS256, and is the only name algorithm that is known here.
        guard algorithm == COSEKey.Algorithm.es256.rawValue || algorithm == COSEKey.Algorithm.rs256.rawValue, let key = TPMPublicArea(area), let attested = TPMCertification(info)
        else { throw .attestationMalformed }
        try require(key.point == point && attested.extraData == Array(SHA256.hash(data: signed)) && attested.name == [0x00, 0x0b] + Array(SHA256.hash(data: area))
            && certificate.signed(info, signature, algorithm: algorithm) && certificate.isOfTPMAttestation)
    }
}
