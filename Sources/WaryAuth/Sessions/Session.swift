import WaryVocabulary

/// Somebody is signed in.
public struct Session: Hashable, Sendable, StoredRecord {
    public let id: String
    public let account: String
    public let tenant: String
    /// The device's id as the engine knows it.
    public let device: String
    public let createdAt: Instant
    /// When it was last proven who is there.
    public var provenAt: Instant
    public var lastUsedAt: Instant
    public var assurance: Assurance
    /// RFC 8176's names of what was proven: `pwd`, `otp`, …
    public var methods: [String]
    public let risk: RiskBand
    /// The decision it rests on.
    public let decision: String?
    public let ip: String?
    public let agent: String?
    /// Milliseconds without use after which it ends.
    let idle: Int64
    /// When it ends however much it is used.
    let absoluteEnd: Instant

    static var table: Table { .session }
    var key: [String] { [account, id] }
    var ends: Instant? { absoluteEnd }

    /// When it ends if it is not used again.
    public var endsAt: Instant { min(lastUsedAt + idle, absoluteEnd) }

    func isLive(at now: Instant) -> Bool { now < endsAt }
}

/// A token of a session, found by its hash.
struct SessionToken: StoredRecord {
    enum Kind: String, Codable {
        /// Opaque, as a cookie or bearer, for as long as the session.
        case session
        /// Changed for new tokens once.
        case refresh
    }

    let hash: String
    let kind: Kind
    let account: String
    let session: String
    /// A refresh token that was changed already: whoever shows it again has stolen it, or was stolen from.
    var isUsed: Bool
    let ends: Instant?

    static var table: Table { .sessionToken }
    var key: [String] { [hash] }
}

/// What the client gets for a session.
public struct SessionGrant: Sendable {
    public enum Form: String, Sendable, Codable {
        /// One opaque token that lives as long as the session.
        case opaque
        /// A short-lived signed access token and a refresh token.
        case signed
    }

    public let session: Session
    /// The opaque token; nil where a signed one is to be made.
    public let token: String?
    public let refreshToken: String?
}

extension RecordWriter {
    /// Opens a session and its tokens. Above the limit the session used longest ago ends.
    func open(_ session: Session, form: SessionGrant.Form, _ service: AuthService) throws(AuthError) -> SessionGrant {
        let others = try all(Session.self, under: session.account).sorted { $0.lastUsedAt < $1.lastUsedAt }
        for old in others.prefix(max(0, others.count + 1 - service.limits.sessions)) { try remove(old) }
        try put(session)
        let token = SecureRandom.token()
        try put(SessionToken(hash: service.tokenHash("session", token), kind: form == .opaque ? .session : .refresh, account: session.account,
                             session: session.id, isUsed: false, ends: session.absoluteEnd))
        return SessionGrant(session: session, token: form == .opaque ? token : nil, refreshToken: form == .signed ? token : nil)
    }
}
