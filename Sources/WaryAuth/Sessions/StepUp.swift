import WaryVocabulary

extension AuthService {
    /// Begins to prove a session again: which factors will do. The engine is asked as for a sign-in; a factor is asked for
    /// even where it would allow.
    /// - Throws: `.denied`, also where the account has no factor: its password proves it again then, `prove(_:password:)`.
    public func beginStepUp(_ session: Session, _ context: ClientContext) async throws(AuthError) -> FlowOffer {
        let device = try device(of: session, context)
        let (account, usable) = try owner(of: session)
        var fields = fields(account: account.id, tenant: account.tenant, context, device: device)
        fields.method = "step_up"
        fields.factors = FactorSet(usable)
        let verdict = try await decide(.login, fields)
        guard verdict.outcome != .deny else { throw .denied }
        // An e-mail code is better than nothing, but only than nothing.
        let strong = usable.filter { $0 != .email }
        let permitted = verdict.outcome == .stepUp ? verdict.factors : Factor.allCases
        let factors = permitted.filter((strong.isEmpty ? usable : strong).contains)
        guard !factors.isEmpty else {
            try await settle(verdict, .abandoned)
            throw .denied
        }
        let (flow, offer) = newFlow(.stepUp(session: session.id), account: account, tenant: account.tenant, verdict, factors: factors, methods: [], context, device: device)
        try vault.write { records throws(AuthError) in try records.put(flow) }
        return offer
    }

    /// Proves a session again by its account's password. That makes it fresh, not stronger.
    public func prove(_ session: Session, password: String, _ context: ClientContext) async throws(AuthError) -> Session {
        let device = try device(of: session, context)
        let (account, usable) = try owner(of: session)
        var fields = fields(account: account.id, tenant: account.tenant, context, device: device)
        fields.method = "password"
        fields.factors = FactorSet(usable)
        try await provePassword(password, of: account, .login, &fields)
        let now = now()
        return try vault.write { records throws(AuthError) in
            var present = try liveSession(session.account, session.id, at: now, in: records.records)
            present.provenAt = now
            present.lastUsedAt = now
            present.methods = Set(present.methods + ["pwd"]).sorted()
            try records.put(present)
            return present
        }
    }

    /// Checks the password and asks the policy; reports how it ended.
    /// - Throws: `.denied`, or `.insufficientAuthentication` where the policy wants a factor.
    func provePassword(_ password: String, of account: Account, _ event: EventKind, _ fields: inout EventFields) async throws(AuthError) {
        fields.credentialTag = passwords.fingerprint(password)
        let isRight = try await passwords.verify(password, against: account.password)
        fields.credential = isRight ? .valid : .invalid
        let verdict = try await decide(event, fields)
        guard isRight, verdict.outcome != .deny else { throw .denied }
        guard verdict.outcome == .allow else {
            try await settle(verdict, .abandoned)
            throw .insufficientAuthentication(acr: Assurance.allCases.filter { $0 >= .restricted }.map(\.rawValue), maxAgeSeconds: settings.sessions.freshness / 1000)
        }
        try await settle(verdict, .succeeded)
    }

    /// Asks the policy about something that a session wants to do. A step-up is met by a session that was stepped up
    /// just now.
    /// - Throws: `.denied`, `.insufficientAuthentication`.
    func permit(_ event: EventKind, for session: Session, method: String?, _ context: ClientContext) async throws(AuthError) {
        let device = try device(of: session, context)
        let (account, usable) = try owner(of: session)
        var fields = fields(account: account.id, tenant: account.tenant, context, device: device)
        fields.method = method
        fields.factors = FactorSet(usable)
        let verdict = try await decide(event, fields)
        switch verdict.outcome {
        case .deny: throw .denied
        case .allow: break
        case .stepUp:
            do throws(AuthError) {
                let needed: Assurance = usable.contains { $0 != .email } ? .restricted : .emailProof
                try require(session, atLeast: needed, maxAgeSeconds: settings.sessions.freshness / 1000)
            } catch {
                try await settle(verdict, .abandoned)
                throw error
            }
        }
        try await settle(verdict, .succeeded)
    }

    func owner(of session: Session) throws(AuthError) -> (Account, [Factor]) {
        let now = now()
        return try vault.read { records throws(AuthError) in
            _ = try liveSession(session.account, session.id, at: now, in: records)
            guard let account = try records.find(Account.self, session.account) else { throw AuthError.unauthenticated }
            return (account, usableFactors(of: try records.all(Authenticator.self, [account.id])))
        }
    }

    /// A session goes on where it began: its token on another device is a stolen one.
    func device(of session: Session, _ context: ClientContext) throws(AuthError) -> Device {
        let device = Device(presented: context.deviceToken, keys: keys)
        guard SecretComparison.equal(device.id.utf8, session.device.utf8) else { throw .unauthenticated }
        return device
    }
}
