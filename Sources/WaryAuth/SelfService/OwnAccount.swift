import Logging
import WaryVocabulary

/// What people do with their own accounts.
extension AuthService {
    /// An account as its owner sees it.
    public struct Overview: Sendable {
        public let id: String
        public let tenant: String
        public let createdAt: Instant
        public let identifiers: [Account.OwnIdentifier]
        public let hasPassword: Bool
        public let language: String
        public let profile: [String: JSONValue]
    }

    public func overview(_ session: Session) throws(AuthError) -> Overview {
        let (account, _) = try owner(of: session)
        return Overview(id: account.id, tenant: account.tenant, createdAt: account.createdAt, identifiers: account.identifiers, hasPassword: account.hasPassword,
                        language: account.language, profile: account.profile)
    }

    /// Replaces one namespace of the profile; nil takes it away.
    public func setProfile(_ value: JSONValue?, namespace: String, _ session: Session) throws(AuthError) {
        try change(session) { account, records throws(AuthError) in try book.setProfile(value, namespace: namespace, of: &account, in: records) }
    }

    public func setLanguage(_ language: String, _ session: Session) throws(AuthError) {
        guard postOffice.language(language, else: "") == language else { throw .invalid(field: "language", problem: "there are no messages in this language") }
        try change(session) { account, _ throws(AuthError) in account.language = language }
    }

    /// Takes an identifier away, with the codes that could be sent to it.
    public func removeIdentifier(_ text: String, by session: Session) async throws(AuthError) {
        try requireFresh(session)
        let identifier = try Identifier(guessing: text, limits: limits)
        try change(session) { account, records throws(AuthError) in
            try book.remove(identifier, from: &account, in: records)
            let channel = identifier.kind == .email ? "email" : "sms"
            if let own = try records.find(Authenticator.self, account.id, "\(channel):\(identifier.canonical)") { try records.remove(own) }
        }
    }

    /// Changes the password, for which the present one is proven again; all other sessions end.
    /// - Parameter current: nil where the account has none.
    public func changePassword(_ session: Session, current: String?, to new: String, _ context: ClientContext) async throws(AuthError) {
        let device = try device(of: session, context), (account, usable) = try owner(of: session)
        let authenticators = try vault.all(Authenticator.self, under: account.id)
        try checkPassword(new, for: account.identifiers.map(\.identifier), hasSecondFactor: !secondFactors(authenticators).isEmpty)
        if account.hasPassword {
            guard let current else { throw .invalid(field: "current", problem: "the present password is needed") }
            if !usable.filter({ $0 != .email }).isEmpty { try requireFresh(session) }
            var fields = fields(account: account.id, tenant: account.tenant, context, device: device)
            fields.method = "password"
            fields.factors = FactorSet(usable)
            try await provePassword(current, of: account, .passwordChanged, &fields)
        } else {
            try requireFresh(session)
            try await permit(.passwordChanged, for: session, method: "password", context)
        }
        let stored = try await passwords.store(new, at: now())
        try change(session) { account, records throws(AuthError) in
            account.password = stored
            try endSessions(of: account.id, but: session.id, in: records)
        }
        await tell(account, .passwordChanged)
    }

    /// The account's sign-ins, the newest first.
    public func signIns(of session: Session) throws(AuthError) -> [SignInEntry] {
        try vault.all(SignInEntry.self, under: session.account).sorted { ($0.at, $0.id) > ($1.at, $1.id) }
    }

    public func devices(of session: Session) throws(AuthError) -> [KnownDevice] {
        try vault.all(KnownDevice.self, under: session.account).sorted { $0.lastSeenAt > $1.lastSeenAt }
    }

    /// "This wasn't me": the engine unlearns the sign-in, its session and all others of its device end, and the next
    /// sign-in proves a factor whatever the policy says.
    public func disownSignIn(_ id: String, by session: Session) async throws(AuthError) {
        let decision = try vault.write { records throws(AuthError) -> String? in
            guard var entry = try records.find(SignInEntry.self, session.account, id), var account = try records.find(Account.self, session.account)
            else { throw .notFound("sign-in") }
            guard entry.session != session.id else { throw .conflict("this is the sign-in that you are using") }
            entry.isDisowned = true
            account.mustProveFactor = true
            try records.put(entry)
            try records.put(account)
            for other in try records.all(Session.self, under: account.id) where other.id != session.id && (other.id == entry.session || other.device == entry.device && other.device != session.device) {
                try records.remove(other)
            }
            if entry.device != session.device, let device = try records.find(KnownDevice.self, account.id, entry.device) { try records.remove(device) }
            return entry.decision
        }
        await disown(decision)
    }

    /// Forgets a device and ends its sessions.
    public func forgetDevice(_ id: String, by session: Session) throws(AuthError) {
        try vault.write { records throws(AuthError) in
            guard let device = try records.find(KnownDevice.self, session.account, id) else { throw .notFound("device") }
            try records.remove(device)
            for other in try records.all(Session.self, under: session.account) where other.device == id && other.id != session.id { try records.remove(other) }
        }
    }

    /// Erases the account that the session is of.
    public func eraseOwnAccount(_ session: Session) async throws(AuthError) {
        try requireFresh(session)
        try await erase(account: session.account)
    }

    /// What the engine holds about the account: every event with its decision, outcome and label, and what it has learnt.
    public func history(of session: Session) async throws(AuthError) -> JSONValue {
        do throws(DecisionFailure) {
            guard let text = try await decisions.export(account: session.account) else { return .null }
            return (try? StrictJSON.parse(Array(text.utf8))) ?? .null
        } catch {
            throw AuthError(error)
        }
    }

    /// Tells the engine that a decision let somebody else in.
    func disown(_ decision: String?) async {
        guard let decision else { return }
        do throws(DecisionFailure) {
            try await decisions.label(decision, isFraud: true)
        } catch {
            logger.warning("a decision could not be labelled")
        }
    }

    private func change(_ session: Session, _ body: (inout Account, RecordWriter) throws(AuthError) -> Void) throws(AuthError) {
        let now = now()
        try vault.write { records throws(AuthError) in
            _ = try liveSession(session.account, session.id, at: now, in: records.records)
            guard var account = try records.find(Account.self, session.account) else { throw .unauthenticated }
            try body(&account, records)
            try records.put(account)
        }
    }
}
