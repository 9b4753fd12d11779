/// What happened. Kinds Wary knows have names here; an app may send others under names of its own (`transfer`).
public struct EventKind: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// Each attempt, however it ended.
    public static let login = EventKind(rawValue: "login")
    public static let loginSucceeded = EventKind(rawValue: "login.succeeded")
    public static let loginFailed = EventKind(rawValue: "login.failed")
    public static let loginSteppedUp = EventKind(rawValue: "login.stepped_up")
    public static let loginDenied = EventKind(rawValue: "login.denied")
    public static let challengePassed = EventKind(rawValue: "challenge.passed")
    public static let challengeFailed = EventKind(rawValue: "challenge.failed")
    public static let passwordChanged = EventKind(rawValue: "password.changed")
    public static let factorAdded = EventKind(rawValue: "factor.added")
    public static let accountRecovered = EventKind(rawValue: "account.recovered")
    public static let registration = EventKind(rawValue: "registration")

    public static let wellKnown: [EventKind] = [
        .login, .loginSucceeded, .loginFailed, .loginSteppedUp, .loginDenied, .challengePassed, .challengeFailed,
        .passwordChanged, .factorAdded, .accountRecovered, .registration,
    ]

    /// True for kinds that only a decision and its report may record: an app that could send them by the `event`
    /// operation could teach baselines without a decision.
    public var isReserved: Bool {
        self == .login || rawValue.hasPrefix("login.") || rawValue.hasPrefix("challenge.")
    }

    /// Names joined by dots, each `[a-z][a-z0-9_]*`, at most 64 bytes.
    public var isWellFormed: Bool {
        rawValue.utf8.count <= 64 && rawValue.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { name in
            guard let first = name.utf8.first, (97...122).contains(first) else { return false }
            return name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
        }
    }

    public var description: String { rawValue }
}
