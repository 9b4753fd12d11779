import WaryVocabulary

/// A passkey as it is kept.
struct Passkey: Hashable, Codable, Sendable {
    let id: [UInt8]
    let encodedKey: [UInt8]
    var signCount: UInt32
    /// It may be copied to other devices of its owner's: decided when it is made.
    let isEligibleForBackup: Bool
    var isBackedUp: Bool
    let aaguid: [UInt8]
    let transports: [String]
}

/// Whose a passkey is.
struct PasskeyOwner: StoredRecord {
    let credential: String
    let account: String
    let authenticator: String

    static var table: Table { .passkeyOwner }
    var key: [String] { [credential] }
}

/// A sign-in by passkey that was begun: nobody knows yet by whom.
struct PasskeyChallenge: StoredRecord {
    let hash: String
    let device: String
    let challenge: [UInt8]
    let ends: Instant?

    static var table: Table { .passkeyChallenge }
    var key: [String] { [hash] }
}

/// What `navigator.credentials.get` gives: `AuthenticationResponseJSON`, decoded.
public struct PasskeyAssertion: Sendable {
    public let id: [UInt8]
    public let clientData: [UInt8]
    public let authenticatorData: [UInt8]
    public let signature: [UInt8]
    public let userHandle: [UInt8]?

    public init(id: [UInt8], clientData: [UInt8], authenticatorData: [UInt8], signature: [UInt8], userHandle: [UInt8]?) {
        self.id = id
        self.clientData = clientData
        self.authenticatorData = authenticatorData
        self.signature = signature
        self.userHandle = userHandle
    }
}

extension AuthService {
    // MARK: Registering

    /// What `navigator.credentials.create` is to be given: `PublicKeyCredentialCreationOptionsJSON`.
    public func beginPasskey(_ session: Session, label: String) throws(AuthError) -> (id: String, options: JSONValue) {
        try requireFresh(session)
        let (account, _) = try owner(of: session), challenge = SecureRandom.bytes(32)
        let id = try begin(.passkey(challenge: challenge), label, session)
        let name = account.identifiers.first?.identifier.display ?? account.id
        let own = try vault.all(Authenticator.self, under: account.id)
        return (id, .object([
            "rp": .object(["id": .text(settings.relyingParty.id), "name": .text(settings.serviceName)]),
            "user": .object(["id": .text(TextForm.base64URL(account.id.utf8)), "name": .text(name), "displayName": .text(name)]),
            "challenge": .text(TextForm.base64URL(challenge)),
            "pubKeyCredParams": .array(COSEKey.Algorithm.allCases.map { .object(["type": .text("public-key"), "alg": .int($0.rawValue)]) }),
            "timeout": .int(limits.flowLife), "excludeCredentials": descriptors(own), "attestation": .text("none"),
            "authenticatorSelection": .object(["residentKey": .text("required"), "requireResidentKey": .bool(true), "userVerification": .text("required")]),
        ]))
    }

    /// - Parameters:
    ///   - clientData: `clientDataJSON`, decoded from base64url; `attestation`: `attestationObject` likewise.
    ///   - transports: as the browser names them; kept to be given back as hints.
    public func confirmPasskey(_ session: Session, _ id: String, clientData: [UInt8], attestation: [UInt8], transports: [String],
                               _ context: ClientContext) async throws(AuthError) -> AuthenticatorSummary {
        var registered: WebAuthnCeremony.Registered?
        let ceremony = WebAuthnCeremony(relyingParty: settings.relyingParty)
        let binding = try answerBinding(session, id) { kind in
            guard case .passkey(let challenge) = kind else { return false }
            do throws(WebAuthnRefusal) {
                registered = try ceremony.register(clientData: clientData, attestation: attestation, challenge: challenge)
            } catch {
                logger.info("a passkey was not registered", metadata: ["reason": "\(error.rawValue)"])
            }
            return registered != nil
        }
        guard let registered else { throw .invalid(field: "credential", problem: "this passkey cannot be registered") }
        try await permit(.factorAdded, for: session, method: Factor.webauthn.rawValue, context)
        let now = now(), credential = TextForm.base64URL(registered.id)
        let passkey = Passkey(id: registered.id, encodedKey: registered.encodedKey, signCount: registered.signCount,
                              isEligibleForBackup: registered.flags.contains(.backupEligible), isBackedUp: registered.flags.contains(.backedUp),
                              aaguid: registered.aaguid, transports: transports.prefix(8).map { String($0.prefix(32)) })
        let (account, authenticator) = try vault.write { records throws(AuthError) -> (Account, Authenticator) in
            guard let account = try records.find(Account.self, session.account), try records.find(PendingBinding.self, binding.hash) != nil
            else { throw .gone("this is over; begin anew") }
            // §7.1, step 26: a credential id is one account's only.
            guard try records.find(PasskeyOwner.self, credential) == nil else { throw .conflict("this passkey is registered already") }
            let authenticator = Authenticator(account: account.id, id: SecureRandom.id(), factor: .webauthn, label: binding.label, createdAt: now, lastUsedAt: now,
                                              secret: .passkey(passkey))
            try records.put(authenticator)
            try records.put(PasskeyOwner(credential: credential, account: account.id, authenticator: authenticator.id))
            try records.remove(binding)
            return (account, authenticator)
        }
        await tell(account, .factorAdded, ["factor": binding.label.isEmpty ? "Passkey" : binding.label])
        return AuthenticatorSummary(authenticator, limits)
    }

    // MARK: As a second factor

    /// Answers a challenge by passkey.
    public func answer(_ id: String, passkey assertion: PasskeyAssertion, _ context: ClientContext) async throws(AuthError) -> ChallengeAnswer {
        try await answer(id, context) { flow, authenticator, _ in
            guard case .passkey(let challenge) = flow.challenge?.proof, case .passkey(let present) = authenticator.secret, present.id == assertion.id,
                  let (passkey, wentBack) = verify(assertion, challenge, present, needsUserVerification: false, account: authenticator.account), !wentBack
            else { return false }
            authenticator.secret = .passkey(passkey)
            return true
        }
    }

    // MARK: Signing in without a password

    /// What `navigator.credentials.get` is to be given, before anybody has said who they are.
    public func beginPasskeySignIn(_ context: ClientContext) throws(AuthError) -> (id: String, options: JSONValue, deviceToken: String) {
        let device = Device(presented: context.deviceToken, keys: keys), id = SecureRandom.token(), challenge = SecureRandom.bytes(32)
        let record = PasskeyChallenge(hash: tokenHash("passkey", id), device: device.id, challenge: challenge, ends: now() + limits.flowLife)
        try vault.write { records throws(AuthError) in try records.put(record) }
        return (id, requestOptions(challenge, [], needsUserVerification: true), device.token)
    }

    /// Signs in by passkey. The policy decides as it does about passwords; a step-up that accepts a passkey is met by it.
    public func signIn(passkeyChallenge id: String, _ assertion: PasskeyAssertion, form: SessionGrant.Form = .opaque,
                       _ context: ClientContext) async throws(AuthError) -> SignInAnswer {
        let device = Device(presented: context.deviceToken, keys: keys), now = now(), credential = TextForm.base64URL(assertion.id)
        // Taken away before it is looked at: a challenge is good for one try.
        let (challenge, own) = try vault.write { records throws(AuthError) -> (PasskeyChallenge, Authenticator?) in
            guard let challenge = try records.find(PasskeyChallenge.self, tokenHash("passkey", id)), let ends = challenge.ends, now < ends,
                  SecretComparison.equal(challenge.device.utf8, device.id.utf8)
            else { throw .gone("this was begun elsewhere, is over, or never was; begin anew") }
            try records.remove(challenge)
            guard let owner = try records.find(PasskeyOwner.self, credential) else { return (challenge, nil) }
            return (challenge, try records.find(Authenticator.self, owner.account, owner.authenticator))
        }
        var proven: (passkey: Passkey, wentBack: Bool)?
        if let own, own.isUsable(limits), case .passkey(let passkey) = own.secret {
            proven = verify(assertion, challenge.challenge, passkey, needsUserVerification: true, account: own.account)
        }
        let account = try own.map { own throws(AuthError) in try vault.find(Account.self, own.account) } ?? nil
        let usable = usableFactors(of: try vault.all(Authenticator.self, under: account?.id ?? ""))
        let name = account?.id ?? "stranger:" + TextForm.base64URL(keys.code(.strangers, "passkey", credential).prefix(16))
        var fields = fields(account: name, tenant: account?.tenant ?? settings.tenant, context, device: device)
        fields.method = "passkey"
        fields.factors = account == nil ? nil : FactorSet(usable)
        fields.credential = proven == nil ? .invalid : .valid
        // What the policy wants to know of the key. A counter that goes back is refused where it does not ask.
        let asked = proven == nil ? [] : await decisions.inputs(of: .login)
        if asked.contains("passkey_synced"), let proven { fields.inputs["passkey_synced"] = .bool(proven.passkey.isBackedUp) }
        if asked.contains("passkey_counter_back"), let proven {
            fields.inputs["passkey_counter_back"] = .bool(proven.wentBack)
        } else if proven?.wentBack == true {
            proven = nil
            fields.credential = .invalid
        }
        let verdict = try await decide(.login, fields)
        guard let proven, let account, let own else { return SignInAnswer(result: .denied, deviceToken: device.token) }
        try vault.write { records throws(AuthError) in
            guard var present = try records.find(Authenticator.self, own.account, own.id) else { return }
            present.secret = .passkey(proven.passkey)
            present.lastUsedAt = now
            present.failures = 0
            try records.put(present)
        }
        let result = try await conclude(account, usable, verdict, fields, FirstProof.passkey, form: form, context, device)
        return SignInAnswer(result: result, deviceToken: device.token)
    }

    // MARK: What they have in common

    /// The passkey with what the assertion changes about it; nil where the assertion is not right.
    private func verify(_ assertion: PasskeyAssertion, _ challenge: [UInt8], _ passkey: Passkey, needsUserVerification: Bool, account: String) -> (passkey: Passkey, wentBack: Bool)? {
        // §7.2, step 6: the user handle, where there is one, is the account's.
        if let handle = assertion.userHandle, !SecretComparison.equal(handle, account.utf8) { return nil }
        let ceremony = WebAuthnCeremony(relyingParty: settings.relyingParty, needsUserVerification: needsUserVerification)
        do throws(WebAuthnRefusal) {
            let asserted = try ceremony.assert(clientData: assertion.clientData, authenticatorData: assertion.authenticatorData, signature: assertion.signature,
                                               challenge: challenge, encodedKey: passkey.encodedKey, signCount: passkey.signCount, wasEligible: passkey.isEligibleForBackup)
            var passkey = passkey
            passkey.signCount = max(passkey.signCount, asserted.signCount)
            passkey.isBackedUp = asserted.flags.contains(.backedUp)
            return (passkey, asserted.counterWentBack)
        } catch {
            logger.info("a passkey was not accepted", metadata: ["reason": "\(error.rawValue)"])
            return nil
        }
    }

    func requestOptions(_ challenge: [UInt8], _ own: [Authenticator], needsUserVerification: Bool) -> JSONValue {
        .object([
            "challenge": .text(TextForm.base64URL(challenge)), "rpId": .text(settings.relyingParty.id), "timeout": .int(limits.flowLife),
            "userVerification": .text(needsUserVerification ? "required" : "preferred"), "allowCredentials": descriptors(own),
        ])
    }

    private func descriptors(_ authenticators: [Authenticator]) -> JSONValue {
        .array(authenticators.compactMap { authenticator in
            guard case .passkey(let passkey) = authenticator.secret else { return nil }
            return .object(["type": .text("public-key"), "id": .text(TextForm.base64URL(passkey.id)), "transports": .array(passkey.transports.map(JSONValue.text))])
        })
    }
}
