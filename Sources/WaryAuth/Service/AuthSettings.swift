/// How this installation authenticates.
public struct AuthSettings: Sendable {
    /// The service's name as people read it, in messages and in authenticator apps.
    public var serviceName = "Wary"
    /// The tenant of accounts that name none.
    public var tenant = "main"
    /// The language of messages where the person asked for none there are templates for.
    public var language = "en"
    public var blocklist = PasswordBlocklist()
    public var breachedPasswords: BreachedPasswords?
    public var limits = AuthLimits.standard
    public var sessions = SessionRules()
    public var tokens = TokenRules()
    public var relyingParty = RelyingParty()

    public init() {}
}
