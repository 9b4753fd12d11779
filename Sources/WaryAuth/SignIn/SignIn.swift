import WaryVocabulary

/// What an attempt to sign in came to. `device` is to be kept by the client.
public struct SignInAnswer: Sendable {
    public enum Result: Sendable {
        case complete(SessionGrant)
        case stepUp(FlowOffer)
        /// For whatever reason: the same for a wrong password, an unknown account, a locked one, and the policy's no.
        case denied
    }

    public let result: Result
    public let deviceToken: String
}

/// What a sign-in proves at once.
struct FirstProof {
    let methods: [String]
    let assurance: Assurance
    /// The factor that it is as good as, where it is: a passkey that verified its user.
    let factor: Factor?

    static let password = FirstProof(methods: ["pwd"], assurance: .single, factor: nil)
    static let passkey = FirstProof(methods: ["pop", "user", "mfa"], assurance: .phishingResistant, factor: .webauthn)
}

extension AuthService {
    /// Signs in by identifier and password.
    ///
    /// An unknown account costs the same work and gets the same answer as a wrong password: the engine is asked under a
    /// keyed name for it, its password is compared with a hash that nobody knows the password of.
    public func signIn(identifier text: String, password: String, tenant name: String? = nil, form: SessionGrant.Form = .opaque,
                       _ context: ClientContext) async throws(AuthError) -> SignInAnswer {
        let tenant = try tenant(name)
        let identifier = try Identifier(guessing: text, limits: limits)
        guard password.unicodeScalars.count <= limits.passwordLengthAtMost else {
            throw .invalid(field: "password", problem: "a password has at most \(limits.passwordLengthAtMost) characters")
        }
        let device = Device(presented: context.deviceToken, keys: keys)
        let (account, authenticators) = try look(for: identifier, tenant)
        let found = usableFactors(of: authenticators), usable = account == nil ? [] : found
        let stranger = stranger(identifier, tenant)
        var fields = fields(account: account?.id ?? stranger, tenant: tenant, context, device: device)
        fields.method = "password"
        fields.factors = FactorSet(usable)
        fields.credentialTag = passwords.fingerprint(password)

        // The cheap rules first: what is refused however right the password is gets no hash computed for it.
        if try await decide(.login, fields, isWhatIf: true).outcome == .deny {
            await passwords.gate.pretend()
            _ = try await decide(.login, fields)
            return SignInAnswer(result: .denied, deviceToken: device.token)
        }
        let isRight = try await passwords.verify(password, against: account?.password)
        fields.credential = isRight ? .valid : .invalid
        if isRight, let breached = settings.breachedPasswords { fields.credentialBreached = breached.contains(PasswordRules.normalized(password)) }
        let verdict = try await decide(.login, fields)
        guard isRight, let account else { return SignInAnswer(result: .denied, deviceToken: device.token) }
        await rehashIfOutdated(password, of: account)
        let result = try await conclude(account, usable, verdict, fields, FirstProof.password, form: form, context, device)
        return SignInAnswer(result: result, deviceToken: device.token)
    }

    /// The account and its authenticators. Where there is none, as much is read and opened of the decoy, whose
    /// authenticators these then are: either way two owners are looked for and one is found.
    private func look(for identifier: Identifier, _ tenant: String) throws(AuthError) -> (Account?, [Authenticator]) {
        try vault.read { records throws(AuthError) in
            let owner = try records.find(IdentifierOwner.self, IdentifierOwner.key(tenant, identifier))
            let other = try records.find(IdentifierOwner.self, owner == nil ? Decoy.owner.key : Decoy.nobody.key)
            let id = (owner ?? other)?.account ?? Decoy.id
            let account = try records.find(Account.self, id)
            let authenticators = try records.all(Authenticator.self, [id])
            return (owner == nil ? nil : account, authenticators)
        }
    }

    /// What follows from the verdict, once the first factor is proven.
    func conclude(_ account: Account, _ usable: [Factor], _ verdict: DecisionVerdict, _ fields: EventFields, _ proof: FirstProof,
                  form: SessionGrant.Form, _ context: ClientContext, _ device: Device) async throws(AuthError) -> SignInAnswer.Result {
        guard account.state == .active, verdict.outcome != .deny else {
            if verdict.outcome != .deny { try await settle(verdict, .abandoned) }
            return .denied
        }
        let isForced = verdict.outcome == .allow && account.mustProveFactor && !usable.isEmpty
        let isEnough = proof.factor.map { isForced || verdict.factors.contains($0) } ?? false
        guard !isEnough, verdict.outcome == .stepUp || isForced else {
            return .complete(try await complete(account, verdict, proof, form: form, context, device))
        }
        let strong = usable.filter { $0 != .email }
        let factors = isForced ? (strong.isEmpty ? usable : strong) : try await offered(verdict.factors.filter(usable.contains), fields)
        guard !factors.isEmpty else {
            // Nothing to prove itself by, and enrolling something now would be enrolling a thief's.
            try await settle(verdict, .abandoned)
            return .denied
        }
        let (flow, offer) = newFlow(.signIn(form), account: account, tenant: account.tenant, verdict, factors: factors, methods: proof.methods, context, device: device)
        try vault.write { records throws(AuthError) in try records.put(flow) }
        return .stepUp(offer)
    }

    /// Takes e-mail out unless the policy names it: a code in a mailbox is a proof of address, not a second factor, so
    /// "any factor" does not mean it. Asked without saying what the account has, the engine tells what it would permit;
    /// all of them means that the policy named none.
    private func offered(_ factors: [Factor], _ fields: EventFields) async throws(AuthError) -> [Factor] {
        guard factors.contains(.email) else { return factors }
        var anyFactors = fields
        anyFactors.factors = nil
        let verdict = try await decide(.login, anyFactors, isWhatIf: true)
        let isNamed = verdict.outcome == .stepUp && verdict.factors.contains(.email) && Set(verdict.factors) != Set(Factor.allCases)
        return isNamed ? factors : factors.filter { $0 != .email }
    }

    /// A session for a sign-in that needs nothing more.
    private func complete(_ account: Account, _ verdict: DecisionVerdict, _ proof: FirstProof, form: SessionGrant.Form,
                          _ context: ClientContext, _ device: Device) async throws(AuthError) -> SessionGrant {
        let now = now()
        let end: DecisionReport.End = proof.factor == nil ? .succeeded : .challengePassed
        let session = newSession(account: account.id, tenant: account.tenant, device: device.id, assurance: proof.assurance, methods: proof.methods,
                                 risk: RiskBand(verdict), decision: verdict.id, ip: context.ip?.description, agent: context.agent)
        let (grant, reports) = try vault.write { records throws(AuthError) in
            try note(session, in: records)
            if proof.factor != nil, var owner = try records.find(Account.self, account.id), owner.mustProveFactor {
                owner.mustProveFactor = false
                try records.put(owner)
            }
            return (try records.open(session, form: form, self), try records.owe(end, of: verdict.id, factor: proof.factor, at: now, limits))
        }
        await deliver(reports)
        if verdict.notify.contains("user") { await tell(account, .newSignIn, signInValues(session)) }
        return grant
    }

    /// Tells the engine how an attempt ended that leaves no flow behind.
    func settle(_ verdict: DecisionVerdict, _ end: DecisionReport.End) async throws(AuthError) {
        let now = now()
        await deliver(try vault.write { records throws(AuthError) in try records.owe(end, of: verdict.id, at: now, limits) })
    }

    func newSession(account: String, tenant: String, device: String, assurance: Assurance, methods: [String], risk: RiskBand,
                    decision: String?, ip: String?, agent: String?) -> Session {
        let now = now(), lifetime = settings.sessions.lifetime(risk)
        return Session(id: SecureRandom.id(), account: account, tenant: tenant, device: device, createdAt: now, provenAt: now, lastUsedAt: now,
                       assurance: assurance, methods: methods, risk: risk, decision: decision, ip: ip, agent: agent,
                       idle: lifetime.idle, absoluteEnd: now + lifetime.absolute)
    }

    /// What the engine knows an identifier without an account by: keyed, so that what is typed by mistake (a password, now
    /// and then) stands nowhere.
    func stranger(_ identifier: Identifier, _ tenant: String) -> String {
        "stranger:" + TextForm.base64URL(keys.code(.strangers, tenant, identifier.kind.rawValue, identifier.canonical).prefix(16))
    }

    func usableFactors(of authenticators: [Authenticator]) -> [Factor] {
        let usable = FactorSet(authenticators.filter { $0.isUsable(limits) && isReachable($0) }.map(\.factor))
        return usable.factors
    }

    /// A factor whose messages nobody takes is none.
    private func isReachable(_ authenticator: Authenticator) -> Bool {
        switch authenticator.secret {
        case .message(let channel, _): postOffice.serves(channel)
        default: true
        }
    }

    /// After a right password whose hash is of another cost. Nobody waits for it to be right: a failure leaves the old one.
    private func rehashIfOutdated(_ password: String, of account: Account) async {
        guard let stored = account.password, passwords.isOutdated(stored) else { return }
        do throws(AuthError) {
            let renewed = try await passwords.store(password, at: stored.setAt)
            try vault.write { records throws(AuthError) in
                guard var present = try records.find(Account.self, account.id), present.password == stored else { return }
                present.password = renewed
                try records.put(present)
            }
        } catch {
            logger.warning("a password's hash was not renewed; the next sign-in tries again")
        }
    }
}
