import WaryVocabulary

/// How surely a sign-in was its account's owner; what `acr` says. In order.
public enum Assurance: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// One factor.
    case single = "urn:wary:acr:1"
    /// A second proof that is weaker than a factor: a code sent by e-mail.
    case emailProof = "urn:wary:acr:1e"
    /// Two factors, one of them a code by SMS, which NIST SP 800-63B-4 restricts.
    case restricted = "urn:wary:acr:2r"
    /// Two factors.
    case two = "urn:wary:acr:2"
    /// Two factors, and no false site can come in between: a passkey.
    case phishingResistant = "urn:wary:acr:3"

    public static func < (a: Assurance, b: Assurance) -> Bool { a.rank < b.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// What a factor that was passed after a first one is worth.
    init(second factor: Factor) {
        self = switch factor {
        case .webauthn: .phishingResistant
        case .totp, .push, .recoveryCode: .two
        case .sms: .restricted
        case .email: .emailProof
        }
    }
}

/// How risky the engine found the sign-in; riskier ones hold shorter sessions.
public enum RiskBand: String, Hashable, Sendable, Codable, CaseIterable {
    case low, medium, high

    /// Low: allowed, and hardly a point; high: a factor was asked for and much spoke against it, or the engine decided
    /// half blind.
    init(_ verdict: DecisionVerdict) {
        if verdict.isDegraded || verdict.score >= 60 {
            self = .high
        } else if verdict.outcome != .allow || verdict.score >= 20 {
            self = .medium
        } else {
            self = .low
        }
    }
}

/// How long sessions live, by risk.
public struct SessionRules: Sendable, Hashable {
    public struct Lifetime: Sendable, Hashable {
        /// Milliseconds without use after which a session ends.
        public var idle: Int64
        /// Milliseconds after which it ends however much it is used.
        public var absolute: Int64

        public init(idle: Int64, absolute: Int64) {
            self.idle = idle
            self.absolute = absolute
        }
    }

    /// 30 days, or 7 unused.
    public var low = Lifetime(idle: 7 * 86_400_000, absolute: 30 * 86_400_000)
    /// 24 hours, or one unused: what NIST SP 800-63B-4 asks of AAL2.
    public var medium = Lifetime(idle: 3_600_000, absolute: 86_400_000)
    /// 12 hours, or a quarter unused: as for AAL3.
    public var high = Lifetime(idle: 900_000, absolute: 12 * 3_600_000)
    /// Milliseconds that an access token lives beside a refresh token. It cannot be called back sooner.
    public var accessToken: Int64 = 300_000
    /// Milliseconds for which a fresh proof is good enough for what is sensitive.
    public var freshness: Int64 = 600_000

    public init() {}

    public func lifetime(_ risk: RiskBand) -> Lifetime {
        switch risk {
        case .low: low
        case .medium: medium
        case .high: high
        }
    }
}
