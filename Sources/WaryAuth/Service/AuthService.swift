import Logging
import WaryVocabulary

/// Accounts, sign-in, factors and sessions: the thin authentication API without its HTTP. Its parts are extensions, each
/// in the folder of what it is about.
public struct AuthService: Sendable {
    let settings: AuthSettings
    let keys: AuthKeys
    let vault: Vault
    let book: AccountBook
    let passwords: PasswordKeeper
    let passwordRules: PasswordRules
    let decisions: any DecisionPoint
    let postOffice: PostOffice
    let logger: Logger
    /// The time. Given in, so that tests can move it.
    let now: @Sendable () -> Instant

    var limits: AuthLimits { settings.limits }

    /// - Throws: `.unavailable` where there is no memory to hash a password in, `.damaged` where the keys are not those that
    ///   the store was written with.
    public init(settings: AuthSettings, keys: AuthKeys, store: any AccountStore, decisions: any DecisionPoint,
                postOffice: PostOffice, logger: Logger, now: @escaping @Sendable () -> Instant) throws(AuthError) {
        self.settings = settings
        self.keys = keys
        self.decisions = decisions
        self.postOffice = postOffice
        self.logger = logger
        self.now = now
        vault = Vault(store: store, keys: keys, limits: settings.limits)
        book = AccountBook(limits: settings.limits)
        passwords = try PasswordKeeper(keys: keys, limits: settings.limits)
        passwordRules = PasswordRules(limits: settings.limits, blocklist: settings.blocklist, breached: settings.breachedPasswords)
        try vault.checkKeys()
        try Decoy.place(in: vault, hash: passwords.decoy, at: now())
    }

    /// Asks the engine.
    func decide(_ event: EventKind, _ fields: EventFields, isWhatIf: Bool = false) async throws(AuthError) -> DecisionVerdict {
        do throws(DecisionFailure) {
            return try await decisions.decide(DecisionQuestion(event: event, fields: fields, isWhatIf: isWhatIf))
        } catch {
            throw AuthError(error)
        }
    }

    /// The event's fields for this client.
    func fields(account: String, tenant: String, _ context: ClientContext, device: Device) -> EventFields {
        EventFields(account: account, ip: context.ip, device: device.id, agent: context.agent, tenant: tenant,
                    app: context.app, channel: context.channel, inputs: context.inputs)
    }

    /// What a token is found by: the token itself is kept nowhere.
    func tokenHash(_ kind: String, _ token: String) -> String { TextForm.base64URL(keys.code(.tokens, kind, token)) }

    func tenant(_ name: String?) throws(AuthError) -> String {
        guard let name else { return settings.tenant }
        guard AccountBook.isName(name, limits) else {
            throw .invalid(field: "tenant", problem: "a tenant is 1 to \(limits.nameBytes) letters, digits, '.', '_' and '-'")
        }
        return name
    }
}
