import Crypto
import WaryVocabulary

/// A factor that somebody wants to add and has not proven yet.
struct PendingBinding: StoredRecord {
    enum Kind: Codable, Sendable {
        case totp(TOTP.Key)
        case address(Identifier, codeHash: String)
        /// The new passkey is to be made for this.
        case passkey(challenge: [UInt8])
        /// The device is to sign this.
        case push(nonce: String)
    }

    let hash: String
    let account: String
    let session: String
    let kind: Kind
    let label: String
    var answersLeft: Int
    let ends: Instant?

    static var table: Table { .binding }
    var key: [String] { [hash] }
}

/// What an authenticator app needs.
public struct TOTPOffer: Sendable {
    public let id: String
    /// Base32, for typing in.
    public let secret: String
    public let uri: String
    public let qr: QRCode?
    public let expiresAt: Instant
}

extension AuthService {
    // MARK: Authenticator apps

    /// Makes a secret for an app; it is bound once the app has shown a code.
    /// - Throws: `.insufficientAuthentication` where the session is not proven freshly, here as in all that binds factors.
    public func beginTOTP(_ session: Session, algorithm: TOTP.Algorithm = .sha1, label: String) throws(AuthError) -> TOTPOffer {
        try requireFresh(session)
        let key = TOTP.Key.random(algorithm), (account, _) = try owner(of: session)
        let id = try begin(.totp(key), label, session)
        let uri = key.uri(service: settings.serviceName, account: account.identifiers.first?.identifier.display ?? account.id)
        return TOTPOffer(id: id, secret: TextForm.base32(key.secret), uri: uri, qr: QRCode(uri), expiresAt: now() + limits.flowLife)
    }

    public func confirmTOTP(_ session: Session, _ id: String, code: String, _ context: ClientContext) async throws(AuthError) -> AuthenticatorSummary {
        let now = now()
        var step: Int64?
        let binding = try answerBinding(session, id) { kind in
            guard case .totp(let key) = kind else { return false }
            step = TOTP.match(code.filter { !$0.isWhitespace }, key, at: now, lastStep: nil)
            return step != nil
        }
        guard case .totp(let key) = binding.kind else { throw .notFound("factor") }
        return try await bind(.totp, .totp(key, lastStep: step), binding, session, context)
    }

    // MARK: Addresses and numbers

    /// Sends a code to an address or number that is to become the account's. Codes by SMS are a restricted factor (NIST
    /// SP 800-63B-4 §3.2.9): whoever holds the number holds the factor.
    public func beginAddress(_ session: Session, identifier text: String) async throws(AuthError) -> String {
        try requireFresh(session)
        let identifier = try Identifier(guessing: text, limits: limits), now = now()
        guard identifier.kind.isReachable else { throw .invalid(field: "identifier", problem: "an e-mail address or a phone number") }
        let channel: OutgoingMessage.Channel = identifier.kind == .email ? .email : .sms
        guard postOffice.serves(channel) else { throw .unavailable("no \(channel.rawValue) messages can be sent here") }
        let (account, _) = try owner(of: session)
        try vault.write { records throws(AuthError) in try records.spend(.codesTo(identifier.canonical), at: now, self) }
        let code = SecureRandom.digits(limits.codeDigits)
        let id = try begin(.address(identifier, codeHash: codeHash(code, "address:\(account.id):\(identifier.canonical)")), Masking.masked(identifier.display), session)
        try await sendCode(code, .addressCode, by: channel, to: identifier.display, language: account.language)
        return id
    }

    public func confirmAddress(_ session: Session, _ id: String, code: String, _ context: ClientContext) async throws(AuthError) {
        let binding = try answerBinding(session, id) { kind in
            guard case .address(let identifier, let hash) = kind else { return false }
            return SecretComparison.equal(hash.utf8, codeHash(code.filter { !$0.isWhitespace }, "address:\(session.account):\(identifier.canonical)").utf8)
        }
        guard case .address(let identifier, _) = binding.kind else { throw .notFound("factor") }
        try await permit(.factorAdded, for: session, method: identifier.kind == .email ? "email" : "sms", context)
        let now = now()
        let account = try vault.write { records throws(AuthError) -> Account in
            guard var account = try records.find(Account.self, session.account) else { throw .unauthenticated }
            try book.add(identifier, verifiedAt: now, to: &account, in: records)
            try bindMessages(to: identifier, of: account, at: now, in: records)
            try records.remove(binding)
            return account
        }
        await tell(account, .factorAdded, ["factor": Masking.masked(identifier.display)])
    }

    // MARK: Recovery codes

    /// Makes ten new recovery codes, shown this once; those from before are void.
    public func makeRecoveryCodes(_ session: Session, _ context: ClientContext) async throws(AuthError) -> [String] {
        try requireFresh(session)
        try await permit(.factorAdded, for: session, method: Factor.recoveryCode.rawValue, context)
        let codes = RecoveryCodes.make(), now = now()
        let hashes = codes.map { RecoveryCodes.hash($0, account: session.account, keys) }
        let account = try vault.write { records throws(AuthError) -> Account? in
            try records.put(Authenticator(account: session.account, id: "recovery", factor: .recoveryCode, label: "", createdAt: now, lastUsedAt: nil,
                                          secret: .recoveryCodes(hashes)))
            return try records.find(Account.self, session.account)
        }
        if let account { await tell(account, .factorAdded, ["factor": Factor.recoveryCode.rawValue]) }
        return codes
    }

    // MARK: What they have in common

    /// The account's authenticators, the oldest first.
    public func authenticators(of session: Session) throws(AuthError) -> [AuthenticatorSummary] {
        try vault.all(Authenticator.self, under: session.account).sorted { $0.createdAt < $1.createdAt }.map { AuthenticatorSummary($0, limits) }
    }

    /// Takes an authenticator away. The last one beside a short password stays: the password alone would be too weak.
    public func removeAuthenticator(_ id: String, by session: Session) async throws(AuthError) {
        try requireFresh(session)
        let (account, gone) = try vault.write { records throws(AuthError) -> (Account, Authenticator) in
            guard let account = try records.find(Account.self, session.account), let gone = try records.find(Authenticator.self, session.account, id)
            else { throw .notFound("authenticator") }
            let rest = try records.all(Authenticator.self, under: session.account).filter { $0.id != id }
            if let password = account.password, password.length < limits.passwordLengthAlone, secondFactors(rest).isEmpty {
                throw .conflict("the password is short and would stand alone; set one of at least \(limits.passwordLengthAlone) characters first")
            }
            if gone.factor == .webauthn, !account.hasPassword, !rest.contains(where: { $0.factor == .webauthn }) {
                throw .conflict("the account has no password; set one, or add another passkey, first")
            }
            try records.discard(gone)
            return (account, gone)
        }
        await tell(account, .factorRemoved, ["factor": gone.label.isEmpty ? gone.factor.rawValue : gone.label])
    }

    func begin(_ kind: PendingBinding.Kind, _ label: String, _ session: Session) throws(AuthError) -> String {
        guard label.unicodeScalars.count <= limits.nameLength else { throw .invalid(field: "label", problem: "at most \(limits.nameLength) characters") }
        guard try vault.all(Authenticator.self, under: session.account).count < limits.authenticators else {
            throw .conflict("an account has at most \(limits.authenticators) authenticators; remove one first")
        }
        let id = SecureRandom.token(), ends = now() + limits.flowLife
        let binding = PendingBinding(hash: tokenHash("binding", id), account: session.account, session: session.id, kind: kind, label: label,
                                     answersLeft: limits.answers, ends: ends)
        try vault.write { records throws(AuthError) in try records.put(binding) }
        return id
    }

    /// Counts an answer and checks it.
    /// - Throws: `.gone` where the binding is over, `.invalid` where the answer is wrong.
    func answerBinding(_ session: Session, _ id: String, check: (PendingBinding.Kind) -> Bool) throws(AuthError) -> PendingBinding {
        try requireFresh(session)
        let now = now(), hash = tokenHash("binding", id)
        let binding = try vault.write { records throws(AuthError) -> PendingBinding? in
            guard var binding = try records.find(PendingBinding.self, hash), let ends = binding.ends, now < ends,
                  binding.account == session.account, binding.session == session.id, binding.answersLeft > 0
            else { throw .gone("this is over; begin anew") }
            binding.answersLeft -= 1
            try records.put(binding)
            return check(binding.kind) ? binding : nil
        }
        guard let binding else { throw .invalid(field: "code", problem: "this is not the code") }
        return binding
    }

    /// Asks the policy, keeps the authenticator and tells the owner. Whoever took the binding away first has bound it.
    func bind(_ factor: Factor, _ secret: Authenticator.Secret, _ binding: PendingBinding, _ session: Session,
              _ context: ClientContext) async throws(AuthError) -> AuthenticatorSummary {
        try await permit(.factorAdded, for: session, method: factor.rawValue, context)
        let now = now()
        let (account, authenticator) = try vault.write { records throws(AuthError) -> (Account, Authenticator) in
            guard let account = try records.find(Account.self, session.account), try records.find(PendingBinding.self, binding.hash) != nil
            else { throw .gone("this is over; begin anew") }
            let authenticator = Authenticator(account: account.id, id: SecureRandom.id(), factor: factor, label: binding.label, createdAt: now, lastUsedAt: now, secret: secret)
            try records.put(authenticator)
            try records.remove(binding)
            return (account, authenticator)
        }
        await tell(account, .factorAdded, ["factor": binding.label.isEmpty ? factor.rawValue : binding.label])
        return AuthenticatorSummary(authenticator, limits)
    }
}
