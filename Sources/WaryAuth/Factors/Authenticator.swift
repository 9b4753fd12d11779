import WaryVocabulary

/// Something an account can prove itself by, beside its password.
struct Authenticator: StoredRecord, Hashable {
    let account: String
    let id: String
    let factor: Factor
    /// The owner's name for it.
    var label: String
    let createdAt: Instant
    var lastUsedAt: Instant?
    /// Wrong answers in a row, however long ago: only a right one, or binding it anew, starts the count again.
    var failures = 0
    var secret: Secret

    enum Secret: Hashable, Codable, Sendable {
        case totp(TOTP.Key, lastStep: Int64?)
        /// Codes sent to a proven address or number.
        case message(OutgoingMessage.Channel, address: String)
        case push(PushDevice)
        case passkey(Passkey)
        /// Keyed hashes of those not used yet.
        case recoveryCodes([String])
    }

    static var table: Table { .authenticator }
    var key: [String] { [account, id] }

    func isUsable(_ limits: AuthLimits) -> Bool {
        if case .recoveryCodes(let left) = secret, left.isEmpty { return false }
        return failures < limits.authenticatorFailures
    }
}

/// An authenticator as its owner sees it.
public struct AuthenticatorSummary: Hashable, Sendable {
    public let id: String
    public let factor: Factor
    public let label: String
    public let createdAt: Instant
    public let lastUsedAt: Instant?
    /// Too many wrong answers: it must be bound anew.
    public let isDisabled: Bool
    /// Recovery codes: how many are left.
    public let left: Int?

    init(_ authenticator: Authenticator, _ limits: AuthLimits) {
        id = authenticator.id
        factor = authenticator.factor
        label = authenticator.label
        createdAt = authenticator.createdAt
        lastUsedAt = authenticator.lastUsedAt
        isDisabled = authenticator.failures >= limits.authenticatorFailures
        left = if case .recoveryCodes(let codes) = authenticator.secret { codes.count } else { nil }
    }
}

extension RecordWriter {
    /// Takes an authenticator away with what points to it.
    func discard(_ authenticator: Authenticator) throws(AuthError) {
        if case .passkey(let passkey) = authenticator.secret, let owner = try find(PasskeyOwner.self, TextForm.base64URL(passkey.id)) { try remove(owner) }
        try remove(authenticator)
    }
}
