import Logging
import WaryVocabulary

/// What the client needs to answer a challenge.
public enum ChallengePrompt: Sendable, Hashable {
    /// A code from an app or from a list: nothing was sent.
    case code
    /// A code was sent there; the address is masked.
    case sent(to: String, expiresAt: Instant)
    /// `PublicKeyCredentialRequestOptionsJSON`, for `navigator.credentials.get`.
    case passkey(JSONValue, expiresAt: Instant)
    /// This number is to be typed on the device that a push went to.
    case number(String, expiresAt: Instant)
}

/// What an answer came to.
public enum ChallengeAnswer: Sendable {
    case complete(SessionGrant)
    /// A session was proven again.
    case stepped(Session)
    /// A new password may be set with this token.
    case recovered(token: String)
    /// One more proof is needed.
    case stepUp(FlowOffer)
    case wrong(answersLeft: Int)
    /// The device has not answered yet.
    case waiting(answersLeft: Int)
    case denied
}

extension AuthService {
    /// Asks for one of the flow's factors. Asking for another, or again, ends what was asked for before; the answers left
    /// stay as they are.
    /// - Throws: `.gone`, `.invalid` for a factor that is not offered, `.tooMany` when enough codes were sent.
    public func startChallenge(_ id: String, factor: Factor, authenticator wanted: String? = nil, _ context: ClientContext) async throws(AuthError) -> ChallengePrompt {
        let device = Device(presented: context.deviceToken, keys: keys), now = now()
        let begun = try vault.write { records throws(AuthError) -> BegunChallenge in
            var flow = try self.flow(id, on: device, in: records.records)
            guard flow.factors.contains(factor) else { throw .invalid(field: "factor", problem: "not one of those offered") }
            guard let own = try choose(factor, wanted, of: flow, in: records) else { throw .notFound("authenticator") }
            var begun = BegunChallenge(flow: flow, authenticator: own, secret: nil)
            var proof = Flow.Proof.own
            switch own.secret {
            case .message(_, let address):
                try spendCode(&flow, address, at: now, in: records)
                let code = SecureRandom.digits(limits.codeDigits)
                proof = .code(codeHash(code, flow.hash))
                begun.secret = code
            case .push(let device):
                try spendCode(&flow, device.handle, at: now, in: records)
                let push = SecureRandom.token()
                proof = .push(number: SecureRandom.digits(limits.pushDigits), isAnswered: false)
                begun.secret = push
                try records.put(PushChallenge(hash: tokenHash("push", push), flow: flow.hash, account: own.account, authenticator: own.id, ends: flow.expiresAt))
            case .passkey: proof = .passkey(challenge: SecureRandom.bytes(32))
            case .totp, .recoveryCodes: break
            }
            flow.challenge = .init(factor: factor, authenticator: own.id, proof: proof, ends: min(now + limits.codeLife, flow.expiresAt))
            try records.put(flow)
            begun.flow = flow
            return begun
        }
        return try await prompt(begun)
    }

    private struct BegunChallenge {
        var flow: Flow
        let authenticator: Authenticator
        /// The code or the push's id, on its way to the person.
        var secret: String?
    }

    private func prompt(_ begun: BegunChallenge) async throws(AuthError) -> ChallengePrompt {
        guard let challenge = begun.flow.challenge else { return .code }
        if case .passkey(let bytes) = challenge.proof {
            let own = try vault.all(Authenticator.self, under: begun.flow.account ?? "").filter { $0.isUsable(limits) }
            return .passkey(requestOptions(bytes, own, needsUserVerification: false), expiresAt: challenge.ends)
        }
        guard let secret = begun.secret else { return .code }
        switch begun.authenticator.secret {
        case .message(let channel, let address):
            try await sendCode(secret, .signInCode, by: channel, to: address, language: begun.flow.language)
            return .sent(to: Masking.masked(address), expiresAt: challenge.ends)
        case .push(let device):
            try await sendPush(begun.flow, to: device, begun.authenticator, push: secret)
            guard case .push(let number, _) = challenge.proof else { return .code }
            return .number(number, expiresAt: challenge.ends)
        case .totp, .recoveryCodes, .passkey: return .code
        }
    }

    /// The one asked for, else the one used last.
    private func choose(_ factor: Factor, _ wanted: String?, of flow: Flow, in records: RecordWriter) throws(AuthError) -> Authenticator? {
        let own = try records.all(Authenticator.self, under: flow.account ?? "").filter { $0.factor == factor && $0.isUsable(limits) }
        guard let wanted else { return own.max { ($0.lastUsedAt ?? $0.createdAt) < ($1.lastUsedAt ?? $1.createdAt) } }
        return own.first { $0.id == wanted }
    }

    private func spendCode(_ flow: inout Flow, _ address: String, at now: Instant, in records: RecordWriter) throws(AuthError) {
        guard flow.codesSent < limits.codesPerFlow else { throw .tooMany(retryAfterSeconds: (flow.expiresAt - now) / 1000 + 1) }
        try records.spend(.codesTo(address), at: now, self)
        flow.codesSent += 1
    }

    /// Answers what was asked for. The answer is counted before it is looked at, in the transaction that looks at it: no
    /// number of parallel ones makes more than five, and of parallel right ones one wins.
    public func answer(_ id: String, code: String, _ context: ClientContext) async throws(AuthError) -> ChallengeAnswer {
        try await answer(id, context) { flow, authenticator, now in verify(code, flow, &authenticator, at: now) }
    }

    func answer(_ id: String, _ context: ClientContext,
                check: (Flow, inout Authenticator, Instant) -> Bool) async throws(AuthError) -> ChallengeAnswer {
        let device = Device(presented: context.deviceToken, keys: keys), now = now()
        let taken = try vault.write { records throws(AuthError) -> TakenAnswer in
            var flow = try self.flow(id, on: device, in: records.records)
            guard let challenge = flow.challenge, now < challenge.ends else { throw .conflict("nothing was asked for; start a challenge first") }
            let attempt = flow.attempt(limits)
            flow.answersLeft -= 1
            guard let (account, factor) = try prove(flow, challenge, at: now, in: records, check: check) else {
                var reports = try records.owe(.challengeFailed, of: flow.decision, factor: challenge.factor, attempt: attempt, at: now, limits)
                if flow.answersLeft == 0 {
                    try records.remove(flow)
                    reports += try records.owe(.abandoned, of: flow.decision, at: now, limits)
                } else {
                    try records.put(flow)
                }
                return TakenAnswer(answer: .wrong(answersLeft: flow.answersLeft), reports: reports, flow: flow, account: nil)
            }
            try records.remove(flow)
            let reports = try records.owe(.challengePassed, of: flow.decision, factor: factor, at: now, limits)
            return TakenAnswer(answer: try finish(flow, by: factor, in: records), reports: reports, flow: flow, account: account)
        }
        await deliver(taken.reports)
        guard let account = taken.account else { return taken.answer }
        switch (taken.answer, taken.flow.purpose) {
        case (_, .recovery(.address)): return try await goOnRecovering(account, taken.flow, context, device)
        case (.complete(let grant), _) where grant.session.risk == .high: await tell(account, .newSignIn, signInValues(grant.session))
        default: break
        }
        return taken.answer
    }

    private struct TakenAnswer {
        let answer: ChallengeAnswer
        let reports: [PendingReport]
        let flow: Flow
        /// Nil where the answer was wrong.
        let account: Account?
    }

    /// The account and the factor, where the answer proves them. Counts the authenticator's failures.
    private func prove(_ flow: Flow, _ challenge: Flow.Challenge, at now: Instant, in records: RecordWriter,
                       check: (Flow, inout Authenticator, Instant) -> Bool) throws(AuthError) -> (Account, Factor)? {
        guard var account = try records.find(Account.self, flow.account ?? ""), account.state == .active,
              var own = try records.find(Authenticator.self, account.id, challenge.authenticator), own.isUsable(limits)
        else { return nil }
        let isRight = check(flow, &own, now)
        own.failures = isRight ? 0 : own.failures + 1
        if isRight { own.lastUsedAt = now }
        try records.put(own)
        guard isRight else { return nil }
        if account.mustProveFactor, case .signIn = flow.purpose {
            account.mustProveFactor = false
            try records.put(account)
        }
        return (account, own.factor)
    }

    /// What the flow was for.
    private func finish(_ flow: Flow, by factor: Factor, in records: RecordWriter) throws(AuthError) -> ChallengeAnswer {
        let methods = flow.methods + Self.methodNames(factor)
        switch flow.purpose {
        case .signIn(let form):
            let session = newSession(account: flow.account ?? "", tenant: flow.tenant, device: flow.device, assurance: Assurance(second: factor), methods: methods,
                                     risk: flow.risk, decision: flow.decision, ip: flow.ip, agent: flow.agent)
            try note(session, in: records)
            return .complete(try records.open(session, form: form, self))
        case .stepUp(let id):
            guard var session = try records.find(Session.self, flow.account ?? "", id), session.isLive(at: now()) else { throw .unauthenticated }
            session.assurance = max(session.assurance, Assurance(second: factor))
            session.methods = Set(session.methods + methods).sorted()
            session.provenAt = now()
            session.lastUsedAt = now()
            try records.put(session)
            return .stepped(session)
        case .recovery(.address):
            // Whether that is enough is for the policy to say; `goOnRecovering` asks it.
            return .denied
        case .recovery(.factor):
            return .recovered(token: try openRecovery(flow.account ?? "", device: flow.device, decision: nil, in: records))
        }
    }

    /// Whether the code is right. Takes what may be used once.
    private func verify(_ code: String, _ flow: Flow, _ authenticator: inout Authenticator, at now: Instant) -> Bool {
        let code = code.filter { !$0.isWhitespace && $0 != "-" }
        switch (authenticator.secret, flow.challenge?.proof) {
        case (.totp(let key, let lastStep), .own):
            guard let step = TOTP.match(code, key, at: now, lastStep: lastStep) else { return false }
            authenticator.secret = .totp(key, lastStep: step)
            return true
        case (.recoveryCodes(var left), .own):
            let hash = RecoveryCodes.hash(code, account: authenticator.account, keys)
            guard let index = left.firstIndex(where: { SecretComparison.equal($0.utf8, hash.utf8) }) else { return false }
            left.remove(at: index)
            authenticator.secret = .recoveryCodes(left)
            return true
        case (.message, .code(let hash)):
            return SecretComparison.equal(hash.utf8, codeHash(code, flow.hash).utf8)
        default:
            return false
        }
    }

    /// A code is kept as a keyed hash bound to the flow it was made for.
    func codeHash(_ code: String, _ purpose: String) -> String { TextForm.base64URL(keys.code(.oneTimeCodes, purpose, code)) }

    /// RFC 8176's names.
    static func methodNames(_ factor: Factor) -> [String] {
        switch factor {
        case .webauthn: ["pop", "user", "mfa"]
        case .totp, .recoveryCode: ["otp", "mfa"]
        case .push: ["pop", "mfa"]
        case .sms: ["sms", "mfa"]
        case .email: ["email"]
        }
    }
}
