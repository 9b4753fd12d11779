import WaryVocabulary

/// A sign-in as its owner sees it.
public struct SignInEntry: Hashable, Sendable, StoredRecord {
    public let account: String
    public let id: String
    public let at: Instant
    public let session: String
    public let device: String
    public let ip: String?
    public let agent: String?
    public let methods: [String]
    public let risk: RiskBand
    let decision: String?
    /// The owner said that it was somebody else.
    public var isDisowned: Bool
    let ends: Instant?

    static var table: Table { .signIn }
    var key: [String] { [account, id] }
}

/// A device that an account was signed in from.
public struct KnownDevice: Hashable, Sendable, StoredRecord {
    public let account: String
    public let id: String
    public let firstSeenAt: Instant
    public var lastSeenAt: Instant
    public var agent: String?

    static var table: Table { .device }
    var key: [String] { [account, id] }
}

extension AuthService {
    /// Notes a sign-in and its device, for the owner to see.
    func note(_ session: Session, in records: RecordWriter) throws(AuthError) {
        try records.put(SignInEntry(account: session.account, id: SecureRandom.id(), at: session.createdAt, session: session.id, device: session.device,
                                    ip: session.ip, agent: session.agent, methods: session.methods, risk: session.risk, decision: session.decision,
                                    isDisowned: false, ends: session.createdAt + limits.signInsKept))
        var device = try records.find(KnownDevice.self, session.account, session.device)
            ?? KnownDevice(account: session.account, id: session.device, firstSeenAt: session.createdAt, lastSeenAt: session.createdAt, agent: nil)
        device.lastSeenAt = session.createdAt
        device.agent = session.agent
        try records.put(device)
    }
}
