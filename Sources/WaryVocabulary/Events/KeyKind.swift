/// What history is kept by: the `by` of an aggregate. Each is also a field that `distinct`, `last` and the like may read.
public enum KeyKind: String, Hashable, Sendable, CaseIterable, Comparable {
    case account
    /// The IPv4 address, or the IPv6 /64.
    case ip
    /// The /24, or the IPv6 /48.
    case subnet
    /// The autonomous system.
    case network
    case device
    /// The user agent's text.
    case agent
    case country
    /// The keyed fingerprint of the password that was tried.
    case credential
    case tenant
    case everyone

    /// The type a field of this name has.
    public var type: ValueType {
        switch self {
        case .account, .device, .agent, .credential, .tenant: .text
        case .ip: .ip
        case .subnet: .network
        case .network: .asn
        case .country: .country
        case .everyone: .bool
        }
    }

    public static func < (a: KeyKind, b: KeyKind) -> Bool {
        (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
    }
}
