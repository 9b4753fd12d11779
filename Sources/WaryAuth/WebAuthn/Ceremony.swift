import Crypto
import Foundation

/// Who we are to authenticators.
public struct RelyingParty: Sendable, Hashable {
    /// The domain that passkeys are bound to.
    public var id: String
    /// The origins that may use them, exactly: `https://app.example.org`.
    public var origins: Set<String>
    /// Pages of other origins that may frame ours; nobody, unless said otherwise.
    public var framers: Set<String> = []

    public init(id: String = "localhost", origins: Set<String> = ["http://localhost"]) {
        self.id = id
        self.origins = origins
    }
}

/// Why a registration or an assertion is not accepted. For tests and logs; callers are told no more than that it is not.
public enum WebAuthnRefusal: String, Error, Hashable, Sendable {
    case clientDataNotJSON, wrongType, wrongChallenge, wrongOrigin, crossOrigin
    case authenticatorDataMalformed, wrongRelyingParty, userNotPresent, userNotVerified, backedUpWithoutBeingEligible, eligibilityChanged
    case noCredential, algorithmNotOffered, attestationMalformed, attestationUnknown, attestationWrong
    case wrongSignature, counterWentBack
}

/// The checks of WebAuthn Level 3, §7.1 and §7.2, on bytes. Whose credential it is, is the caller's business.
struct WebAuthnCeremony: Sendable {
    let relyingParty: RelyingParty
    var needsUserVerification = true

    /// What a registration leaves to be kept.
    struct Registered: Sendable {
        let id: [UInt8]
        let encodedKey: [UInt8]
        let signCount: UInt32
        let flags: AuthenticatorData.Flags
        let aaguid: [UInt8]
        /// `none`, `self`, or `basic` where a certificate vouches: whose it is, is not looked at.
        let attestation: String
    }

    struct Asserted: Sendable {
        let signCount: UInt32
        let flags: AuthenticatorData.Flags
        /// The counter did not grow: a copy of the key may be about.
        let counterWentBack: Bool
    }

    /// §7.1.
    func register(clientData: [UInt8], attestation: [UInt8], challenge: [UInt8]) throws(WebAuthnRefusal) -> Registered {
        try check(clientData, type: "webauthn.create", challenge)
        let hash = Array(SHA256.hash(data: clientData))
        guard let object = try? CBOR.read(attestation), object.entries?.count == 3, let format = object["fmt"]?.text, let statement = object["attStmt"],
              statement.entries != nil, let encoded = object["authData"]?.bytes
        else { throw .attestationMalformed }
        let data = try check(encoded)
        guard let credential = data.credential else { throw .noCredential }
        let kind = try AttestationStatement(format: format, members: statement, encodedData: encoded, data: data, credential: credential, clientDataHash: hash).verify()
        return Registered(id: credential.id, encodedKey: credential.encodedKey, signCount: data.signCount, flags: data.flags, aaguid: credential.aaguid, attestation: kind)
    }

    /// §7.2.
    /// - Parameter encodedKey: as `register` gave it.
    func assert(clientData: [UInt8], authenticatorData: [UInt8], signature: [UInt8], challenge: [UInt8], encodedKey: [UInt8], signCount: UInt32,
                wasEligible: Bool) throws(WebAuthnRefusal) -> Asserted {
        try check(clientData, type: "webauthn.get", challenge)
        let data = try check(authenticatorData)
        // Whether a key may be backed up is decided when it is made (step 20).
        guard data.flags.contains(.backupEligible) == wasEligible else { throw .eligibilityChanged }
        guard let key = (try? CBOR.read(encodedKey)).flatMap(COSEKey.init), key.isValid(signature, for: authenticatorData + Array(SHA256.hash(data: clientData)))
        else { throw .wrongSignature }
        let wentBack = (data.signCount != 0 || signCount != 0) && data.signCount <= signCount
        return Asserted(signCount: data.signCount, flags: data.flags, counterWentBack: wentBack)
    }

    /// What the browser says was asked of it.
    private func check(_ clientData: [UInt8], type: String, _ challenge: [UInt8]) throws(WebAuthnRefusal) {
        guard clientData.count <= 8192, let value = try? StrictJSON.parse(clientData), value.object != nil else { throw .clientDataNotJSON }
        guard value["type"]?.text == type else { throw .wrongType }
        guard let sent = value["challenge"]?.text.flatMap({ TextForm.bytes(base64URL: $0) }), SecretComparison.equal(sent, challenge) else { throw .wrongChallenge }
        guard let origin = value["origin"]?.text, relyingParty.origins.contains(origin) else { throw .wrongOrigin }
        guard value["crossOrigin"]?.bool != true || !relyingParty.framers.isEmpty else { throw .crossOrigin }
        guard let top = value["topOrigin"] else { return }
        guard let top = top.text, relyingParty.framers.contains(top) else { throw .crossOrigin }
    }

    private func check(_ encoded: [UInt8]) throws(WebAuthnRefusal) -> AuthenticatorData {
        guard let data = AuthenticatorData(encoded) else { throw .authenticatorDataMalformed }
        guard data.relyingPartyHash == Array(SHA256.hash(data: Array(relyingParty.id.utf8))) else { throw .wrongRelyingParty }
        guard data.flags.contains(.userPresent) else { throw .userNotPresent }
        guard data.flags.contains(.userVerified) || !needsUserVerification else { throw .userNotVerified }
        guard data.flags.contains(.backupEligible) || !data.flags.contains(.backedUp) else { throw .backedUpWithoutBeingEligible }
        return data
    }
}
