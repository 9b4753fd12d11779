/// A second factor that a step-up may ask for.
public enum Factor: String, Hashable, Sendable, CaseIterable {
    case webauthn, totp, push, sms, email
    case recoveryCode = "recovery_code"
}

/// A set of factors; iterates in the order of declaration.
public struct FactorSet: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public init(_ factors: some Sequence<Factor>) {
        self.init(rawValue: factors.reduce(0) { $0 | Self.bit($1) })
    }

    public static let webauthn = FactorSet([Factor.webauthn])
    public static let totp = FactorSet([Factor.totp])
    public static let push = FactorSet([Factor.push])
    public static let sms = FactorSet([Factor.sms])
    public static let email = FactorSet([Factor.email])
    public static let recoveryCode = FactorSet([Factor.recoveryCode])
    public static let all = FactorSet(Factor.allCases)

    public func contains(_ factor: Factor) -> Bool { rawValue & Self.bit(factor) != 0 }

    public var factors: [Factor] { Factor.allCases.filter(contains) }

    private static func bit(_ factor: Factor) -> UInt8 {
        switch factor {
        case .webauthn: 1
        case .totp: 2
        case .push: 4
        case .sms: 8
        case .email: 16
        case .recoveryCode: 32
        }
    }
}
