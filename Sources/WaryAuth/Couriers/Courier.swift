/// A message on its way to a person.
public struct OutgoingMessage: Hashable, Sendable {
    public enum Channel: String, Hashable, Sendable, Codable { case email, sms, push }

    public let channel: Channel
    /// An e-mail address, a phone number, or the device's own handle for pushes.
    public let address: String
    /// What it is about; names the template: `sign_in_code`.
    public let kind: MessageKind
    /// E-mail only.
    public let subject: String?
    public let text: String
    /// Pushes only: the push's id, which the device names in its answer.
    public let reference: String?

    public init(channel: Channel, address: String, kind: MessageKind, subject: String?, text: String, reference: String? = nil) {
        self.channel = channel
        self.address = address
        self.kind = kind
        self.subject = subject
        self.text = text
        self.reference = reference
    }
}

/// What a message is about.
public enum MessageKind: String, Hashable, Sendable, CaseIterable, Codable {
    case signInCode = "sign_in_code"
    case registrationCode = "registration_code"
    /// Somebody tried to register with an address that has an account.
    case registrationKnown = "registration_known"
    case recoveryCode = "recovery_code"
    /// Somebody tried to recover an account at an address that has none.
    case recoveryUnknown = "recovery_unknown"
    case addressCode = "address_code"
    case newSignIn = "new_sign_in"
    case passwordChanged = "password_changed"
    case factorAdded = "factor_added"
    case factorRemoved = "factor_removed"
    case accountRecovered = "account_recovered"
    case pushSignIn = "push_sign_in"
}

/// Takes messages to people: SMTP, a signed webhook, a file.
public protocol Courier: Sendable {
    /// Returns once the message is in other hands.
    func deliver(_ message: OutgoingMessage) async throws(CourierFailure)
}

/// Why a message was not taken. The text names no person.
public struct CourierFailure: Error, Hashable, Sendable {
    public let problem: String
    /// Whether trying again may help.
    public let isPassing: Bool

    public init(_ problem: String, isPassing: Bool) {
        self.problem = problem
        self.isPassing = isPassing
    }
}
