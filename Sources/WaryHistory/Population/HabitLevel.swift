/// The levels by which habits are learnt, coarse to fine, in two chains: where a sign-in comes from, and with what.
public enum HabitLevel: Int, Hashable, Sendable, CaseIterable {
    case country, network, subnet, address
    case deviceKind, system, browser, browserVersion, agent

    /// The two chains.
    public static let net: [HabitLevel] = [.country, .network, .subnet, .address]
    public static let device: [HabitLevel] = [.deviceKind, .system, .browser, .browserVersion, .agent]

    /// Its place in its chain, 0 for the coarsest.
    public var depth: Int { isNet ? rawValue : rawValue - HabitLevel.deviceKind.rawValue }

    public var isNet: Bool { rawValue <= HabitLevel.address.rawValue }

    /// As an explanation names it.
    public var name: String {
        switch self {
        case .country: "country"
        case .network: "network"
        case .subnet: "subnet"
        case .address: "address"
        case .deviceKind: "device kind"
        case .system: "operating system"
        case .browser: "browser"
        case .browserVersion: "browser version"
        case .agent: "user agent"
        }
    }
}
