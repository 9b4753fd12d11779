import WaryVocabulary

/// One person's account in one tenant.
public struct Account: Hashable, Sendable, Codable {
    public enum State: String, Hashable, Sendable, Codable {
        case active
        /// By an operator, until an operator unlocks it. Guessing never locks an account: that would let anybody lock
        /// anybody out.
        case locked
    }

    /// An identifier, and since when it is proven to be the account's; nil where it cannot be proven (a name).
    public struct OwnIdentifier: Hashable, Sendable, Codable {
        public var identifier: Identifier
        public var verifiedAt: Instant?
    }

    /// 26 characters, random; what the engine knows the account by.
    public let id: String
    public let tenant: String
    public var state: State
    public let createdAt: Instant
    public var identifiers: [OwnIdentifier]
    /// By the app's own namespace.
    public var profile: [String: JSONValue]
    /// What messages are written in: a language Wary has templates for.
    public var language: String
    /// The owner reported a sign-in as not theirs: the next sign-ins ask for a factor whatever the policy says.
    public var mustProveFactor: Bool
    var password: StoredPassword?

    public var hasPassword: Bool { password != nil }

    /// The first proven e-mail address.
    public var email: Identifier? { proven(.email) }
    /// The first proven phone number.
    public var phone: Identifier? { proven(.phone) }

    private func proven(_ kind: Identifier.Kind) -> Identifier? {
        identifiers.first { $0.identifier.kind == kind && $0.verifiedAt != nil }?.identifier
    }
}

extension Account: StoredRecord {
    static var table: Table { .account }
    var key: [String] { [id] }
}

/// Which account an identifier belongs to.
struct IdentifierOwner: StoredRecord {
    let tenant: String
    let identifier: Identifier
    let account: String

    static var table: Table { .identifier }
    var key: [String] { Self.key(tenant, identifier) }

    static func key(_ tenant: String, _ identifier: Identifier) -> [String] {
        [tenant, "\(identifier.kind.rawValue):\(identifier.canonical)"]
    }
}
