import WaryVocabulary

/// What an attempt to register came to. `device` is to be kept by the client.
public struct RegistrationAnswer: Sendable {
    public enum Result: Sendable {
        /// The account is there and signed in.
        case complete(SessionGrant)
        /// A code was sent, to be given back under this id.
        case verify(id: String, expiresAt: Instant)
        case wrong(answersLeft: Int)
        case denied
    }

    public let result: Result
    public let deviceToken: String
}

/// An account whose address is not proven yet.
struct PendingRegistration: StoredRecord {
    let hash: String
    let device: String
    let account: Account
    /// The address has an account: this one leads nowhere, whatever code is given.
    let isTaken: Bool
    let codeHash: String
    let decision: String?
    let risk: RiskBand
    let form: SessionGrant.Form
    var answersLeft: Int
    let ends: Instant?

    static var table: Table { .registration }
    var key: [String] { [hash] }
}

extension AuthService {
    /// Registers an account. An e-mail address or phone number is proven by a code first; whether it has an account
    /// already is told to its owner alone, by a message there. A name is taken or free for all to see.
    /// - Parameter password: may be left out where the identifier can be proven: a passkey is then added in the session.
    public func register(identifier text: String, password: String?, tenant name: String? = nil, language: String? = nil,
                         form: SessionGrant.Form = .opaque, _ context: ClientContext) async throws(AuthError) -> RegistrationAnswer {
        let tenant = try tenant(name), identifier = try Identifier(guessing: text, limits: limits), now = now()
        guard password != nil || identifier.kind.isReachable else { throw .invalid(field: "password", problem: "a name alone needs a password") }
        if let password { try checkPassword(password, for: [identifier], hasSecondFactor: false) }
        let device = Device(presented: context.deviceToken, keys: keys), id = SecureRandom.id()
        var fields = fields(account: id, tenant: tenant, context, device: device)
        fields.method = password == nil ? identifier.kind.rawValue : "password"
        if let password { fields.credentialTag = passwords.fingerprint(password) }
        let verdict = try await decide(.registration, fields)
        // A code sent to the address is all the factor that somebody new can have.
        let proof: Factor? = switch identifier.kind { case .email: .email; case .phone: .sms; case .name: nil }
        let isPermitted = verdict.outcome == .allow || verdict.outcome == .stepUp && proof.map(verdict.factors.contains) ?? false
        guard isPermitted else {
            if verdict.outcome == .stepUp { try await settle(verdict, .abandoned) }
            return RegistrationAnswer(result: .denied, deviceToken: device.token)
        }
        var stored: StoredPassword?
        if let password { stored = try await passwords.store(password, at: now) }
        let account = Account(id: id, tenant: tenant, state: .active, createdAt: now, identifiers: [.init(identifier: identifier)], profile: [:],
                              language: postOffice.language(language ?? context.language, else: settings.language), mustProveFactor: false, password: stored)
        let result = identifier.kind.isReachable
            ? try await prove(account, identifier, verdict, form, device)
            : .complete(try await open(account, methods: ["pwd"], assurance: .single, verdict.id, .succeeded, RiskBand(verdict), form, context, device))
        return RegistrationAnswer(result: result, deviceToken: device.token)
    }

    /// Gives back the code that was sent.
    public func verifyRegistration(_ id: String, code: String, _ context: ClientContext) async throws(AuthError) -> RegistrationAnswer {
        let device = Device(presented: context.deviceToken, keys: keys), now = now()
        let (pending, isRight) = try vault.write { records throws(AuthError) -> (PendingRegistration, Bool) in
            guard var pending = try records.find(PendingRegistration.self, tokenHash("registration", id)), let ends = pending.ends, now < ends,
                  SecretComparison.equal(pending.device.utf8, device.id.utf8)
            else { throw .gone("this registration is over; begin anew") }
            pending.answersLeft -= 1
            let isRight = SecretComparison.equal(codeHash(code.filter { !$0.isWhitespace }, pending.hash).utf8, pending.codeHash.utf8) && !pending.isTaken
            if isRight || pending.answersLeft == 0 { try records.remove(pending) } else { try records.put(pending) }
            return (pending, isRight)
        }
        guard isRight else { return RegistrationAnswer(result: .wrong(answersLeft: pending.answersLeft), deviceToken: device.token) }
        var account = pending.account
        for index in account.identifiers.indices { account.identifiers[index].verifiedAt = now }
        let isEmail = account.identifiers.first?.identifier.kind == .email
        let methods = (account.hasPassword ? ["pwd"] : []) + [isEmail ? "email" : "sms"]
        let grant = try await open(account, methods: methods, assurance: .single, pending.decision, .challengePassed, pending.risk, pending.form, context, device)
        return RegistrationAnswer(result: .complete(grant), deviceToken: device.token)
    }

    private func prove(_ account: Account, _ identifier: Identifier, _ verdict: DecisionVerdict, _ form: SessionGrant.Form,
                       _ device: Device) async throws(AuthError) -> RegistrationAnswer.Result {
        let id = SecureRandom.token(), code = SecureRandom.digits(limits.codeDigits), now = now()
        let channel: OutgoingMessage.Channel = identifier.kind == .email ? .email : .sms
        guard postOffice.serves(channel) else { throw .unavailable("no \(channel.rawValue) messages can be sent here") }
        let hash = tokenHash("registration", id)
        let pending = try vault.write { records throws(AuthError) in
            try records.spend(.codesTo(identifier.canonical), at: now, self)
            let isTaken = try book.account(named: identifier, tenant: account.tenant, in: records.records) != nil
            let pending = PendingRegistration(hash: hash, device: device.id, account: account, isTaken: isTaken, codeHash: codeHash(code, hash), decision: verdict.id,
                                              risk: RiskBand(verdict), form: form, answersLeft: limits.answers, ends: now + limits.codeLife)
            try records.put(pending)
            return pending
        }
        // Behind the answer: how long a message takes must not tell which one it is.
        Task { try? await sendCode(code, pending.isTaken ? .registrationKnown : .registrationCode, by: channel, to: identifier.display, language: account.language) }
        return .verify(id: id, expiresAt: pending.ends ?? now)
    }

    /// Keeps the account and signs it in.
    private func open(_ account: Account, methods: [String], assurance: Assurance, _ decision: String?, _ end: DecisionReport.End, _ risk: RiskBand,
                      _ form: SessionGrant.Form, _ context: ClientContext, _ device: Device) async throws(AuthError) -> SessionGrant {
        let session = newSession(account: account.id, tenant: account.tenant, device: device.id, assurance: assurance, methods: methods, risk: risk,
                                 decision: decision, ip: context.ip?.description, agent: context.agent)
        let now = now()
        let (grant, reports) = try vault.write { records throws(AuthError) -> (SessionGrant, [PendingReport]) in
            try book.open(account, in: records)
            for own in account.identifiers where own.verifiedAt != nil { try bindMessages(to: own.identifier, of: account, at: now, in: records) }
            try note(session, in: records)
            let factor: Factor? = end == .challengePassed ? (methods.contains("email") ? .email : .sms) : nil
            return (try records.open(session, form: form, self), try records.owe(end, of: decision, factor: factor, at: now, limits))
        }
        await deliver(reports)
        return grant
    }

    /// A proven address can be sent codes to.
    func bindMessages(to identifier: Identifier, of account: Account, at now: Instant, in records: RecordWriter) throws(AuthError) {
        let (channel, factor): (OutgoingMessage.Channel, Factor) = identifier.kind == .email ? (.email, .email) : (.sms, .sms)
        guard identifier.kind.isReachable else { return }
        try records.put(Authenticator(account: account.id, id: "\(channel.rawValue):\(identifier.canonical)", factor: factor, label: Masking.masked(identifier.display),
                                      createdAt: now, lastUsedAt: nil, secret: .message(channel, address: identifier.display)))
    }

    /// - Throws: `.passwordRefused`.
    func checkPassword(_ password: String, for identifiers: [Identifier], hasSecondFactor: Bool) throws(AuthError) {
        let words = identifiers.flatMap { [$0.canonical, $0.display] } + [settings.serviceName]
        if let problem = passwordRules.problem(with: password, hasSecondFactor: hasSecondFactor, ownWords: words) { throw .passwordRefused(problem) }
    }

    /// Factors that stand beside a password; an e-mail address does not.
    func secondFactors(_ authenticators: [Authenticator]) -> [Factor] {
        FactorSet(authenticators.filter { $0.factor != .email && $0.factor != .recoveryCode }.map(\.factor)).factors
    }
}
