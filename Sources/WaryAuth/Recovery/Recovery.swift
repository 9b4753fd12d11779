import WaryVocabulary

/// The right to set a new password, once.
struct RecoveryGrant: StoredRecord {
    let hash: String
    let account: String
    let device: String
    /// To be reported when it is used; nil where it was already.
    let decision: String?
    let ends: Instant?

    static var table: Table { .recovery }
    var key: [String] { [hash] }
}

extension AuthService {
    /// Begins to recover the account at an address: a code is sent there. What comes back is the same whether there is
    /// such an account or not, and so is the time it takes: messages go out behind the answer.
    /// - Throws: `.tooMany` when enough was sent there, account or not.
    public func beginRecovery(identifier text: String, tenant name: String? = nil, _ context: ClientContext) async throws(AuthError) -> (offer: FlowOffer, deviceToken: String) {
        let tenant = try tenant(name), identifier = try Identifier(guessing: text, limits: limits), now = now()
        guard identifier.kind.isReachable else { throw .invalid(field: "identifier", problem: "an account is recovered by its e-mail address or phone number") }
        let channel: OutgoingMessage.Channel = identifier.kind == .email ? .email : .sms
        let factor: Factor = identifier.kind == .email ? .email : .sms
        let device = Device(presented: context.deviceToken, keys: keys)
        let code = SecureRandom.digits(limits.codeDigits)
        let (offer, account) = try vault.write { records throws(AuthError) -> (FlowOffer, Account?) in
            try records.spend(.codesTo(identifier.canonical), at: now, self)
            var account = try book.account(named: identifier, tenant: tenant, in: records.records)
            let own = try records.all(Authenticator.self, under: account?.id ?? "").first {
                $0.id == "\(channel.rawValue):\(identifier.canonical)" && $0.isUsable(limits)
            }
            if own == nil || account?.state != .active { account = nil }
            let verdict = DecisionVerdict(id: nil, outcome: .stepUp)
            var (flow, offer) = newFlow(.recovery(.address), account: account, tenant: tenant, verdict, factors: [factor], methods: [], context, device: device)
            flow.challenge = .init(factor: factor, authenticator: own?.id ?? "", proof: .code(codeHash(code, flow.hash)), ends: flow.expiresAt)
            flow.codesSent = limits.codesPerFlow
            try records.put(flow)
            return (offer, account)
        }
        let kind: MessageKind = account == nil ? .recoveryUnknown : .recoveryCode
        if postOffice.serves(channel) {
            Task { try? await sendCode(code, kind, by: channel, to: identifier.display, language: account?.language ?? context.language) }
        }
        return (offer, device.token)
    }

    /// The address is proven: the policy for `account.recovered` says whether that will do. Where the account has a
    /// factor that is no message, one is asked for in any case: whoever reads the mail alone must not get past it.
    func goOnRecovering(_ account: Account, _ flow: Flow, _ context: ClientContext, _ device: Device) async throws(AuthError) -> ChallengeAnswer {
        let proven = flow.challenge?.factor
        let usable = usableFactors(of: try vault.all(Authenticator.self, under: account.id)).filter { $0 != proven }
        var fields = fields(account: account.id, tenant: account.tenant, context, device: device)
        fields.method = proven?.rawValue
        fields.factors = FactorSet(usable)
        let verdict = try await decide(.accountRecovered, fields)
        let strong = usable.filter { $0 != .email && $0 != .sms }
        guard verdict.outcome != .deny else { return .denied }
        if verdict.outcome == .allow, strong.isEmpty {
            return .recovered(token: try vault.write { records throws(AuthError) in
                try openRecovery(account.id, device: device.id, decision: verdict.id, in: records)
            })
        }
        let factors = verdict.outcome == .stepUp ? verdict.factors.filter(usable.contains) : strong
        guard !factors.isEmpty else {
            try await settle(verdict, .abandoned)
            return .denied
        }
        let (next, offer) = newFlow(.recovery(.factor), account: account, tenant: account.tenant, verdict, factors: factors,
                                    methods: flow.challenge.map { Self.methodNames($0.factor) } ?? [], context, device: device)
        try vault.write { records throws(AuthError) in try records.put(next) }
        return .stepUp(offer)
    }

    func openRecovery(_ account: String, device: String, decision: String?, in records: RecordWriter) throws(AuthError) -> String {
        let token = SecureRandom.token()
        try records.put(RecoveryGrant(hash: tokenHash("recovery", token), account: account, device: device, decision: decision, ends: now() + limits.flowLife))
        return token
    }

    /// Sets the new password. All sessions end; the owner is told at every proven address.
    public func finishRecovery(token: String, password: String, _ context: ClientContext) async throws(AuthError) {
        let device = Device(presented: context.deviceToken, keys: keys), now = now()
        let hash = tokenHash("recovery", token)
        func grant(_ records: RecordReader) throws(AuthError) -> (RecoveryGrant, Account) {
            guard let grant = try records.find(RecoveryGrant.self, hash), let ends = grant.ends, now < ends,
                  SecretComparison.equal(grant.device.utf8, device.id.utf8),
                  let account = try records.find(Account.self, grant.account), account.state == .active
            else { throw .gone("this recovery is over; begin anew") }
            return (grant, account)
        }
        let (account, authenticators) = try vault.read { records throws(AuthError) in
            let account = try grant(records).1
            return (account, try records.all(Authenticator.self, [account.id]))
        }
        try checkPassword(password, for: account.identifiers.map(\.identifier), hasSecondFactor: !secondFactors(authenticators).isEmpty)
        let stored = try await passwords.store(password, at: now)
        let (changed, reports) = try vault.write { records throws(AuthError) -> (Account, [PendingReport]) in
            var (grant, account) = try grant(records.records)
            account.password = stored
            try records.put(account)
            try records.remove(grant)
            try endSessions(of: account.id, but: nil, in: records)
            return (account, try records.owe(.succeeded, of: grant.decision, at: now, limits))
        }
        await deliver(reports)
        await tell(changed, .accountRecovered)
    }
}
