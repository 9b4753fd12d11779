/// Where a signal's value comes from. Origin drives the evasion diagnostics.
public enum SignalOrigin: String, Hashable, Sendable {
    /// Computed here.
    case wary
    /// Sent by the calling application.
    case app
    /// Copied from the end user's client, which can leave it out or forge it.
    case client
}

/// What there is to know about one signal.
public struct SignalEntry: Sendable {
    public let id: SignalID
    public let type: ValueType
    public let origin: SignalOrigin
    /// Whether it may be unknown.
    public let maybe: Bool
    /// One line of help.
    public let help: String
    /// The values it can take, where there are few: `valid`, `invalid`, `unchecked`.
    public let values: [String]?
    /// The least and greatest value of a number, where bounded.
    public let domain: ClosedRange<Double>?

    public var name: String { id.rawValue }
}

/// Every signal, declared once: the checker, the machine, explanations, editor help and the reference page read this.
public enum SignalCatalogue {
    public static func entry(_ id: SignalID) -> SignalEntry { byID[id] ?? entries[0] }

    public static func entry(named name: String) -> SignalEntry? { SignalID(rawValue: name).map(entry) }

    private static let byID = Dictionary(uniqueKeysWithValues: entries.map { ($0.id, $0) })

    private static func signal(_ id: SignalID, _ type: ValueType, _ origin: SignalOrigin, maybe: Bool = false,
                               values: [String]? = nil, domain: ClosedRange<Double>? = nil, _ help: String) -> SignalEntry {
        SignalEntry(id: id, type: type, origin: origin, maybe: maybe, help: help, values: values, domain: domain)
    }

    private static let nonNegative = 0...Double.greatestFiniteMagnitude

    public static let entries: [SignalEntry] = [
        signal(.account, .text, .app, "The account that the sign-in claims to be"),
        signal(.tenant, .text, .app, maybe: true, "The tenant the account belongs to"),
        signal(.app, .text, .app, maybe: true, "The application that asks"),
        signal(.channel, .text, .app, maybe: true, "The channel the sign-in came by, in the app's own words"),
        signal(.method, .text, .app, maybe: true, "How the person authenticates: password, passkey, …"),
        signal(.credential, .text, .app, values: CredentialState.allCases.map(\.rawValue),
               "What the app found when it checked the password"),
        signal(.credentialBreached, .bool, .app, maybe: true, "Whether the password is in a known breach"),
        signal(.accountNew, .bool, .wary, "No good sign-in of this account so far"),
        signal(.accountSignIns, .int, .wary, domain: nonNegative, "Good sign-ins of this account so far"),
        signal(.accountAge, .duration, .wary, maybe: true, domain: nonNegative, "Time since the account's first good sign-in"),
        signal(.accountIdle, .duration, .wary, maybe: true, domain: nonNegative, "Time since the account's last good sign-in"),
        signal(.accountFactors, .set(of: .factor), .app, maybe: true, "The factors the account has"),
        signal(.ip, .ip, .app, "The client's address"),
        signal(.ipPrivate, .bool, .wary, "The address is private, loopback, link-local or behind a carrier's NAT"),
        signal(.ipNew, .bool, .wary, "The address (IPv6: its /64) is in no good sign-in of this account"),
        signal(.subnetNew, .bool, .wary, "The /24 (IPv6: /48) is in no good sign-in of this account"),
        signal(.networkASN, .asn, .wary, maybe: true, "The autonomous system that announces the address"),
        signal(.networkName, .text, .wary, maybe: true, "The autonomous system's name"),
        signal(.networkNew, .bool, .wary, maybe: true, "The autonomous system is in no good sign-in of this account"),
        signal(.networkAnonymous, .bool, .wary, maybe: true, "An anonymising service: VPN, proxy, Tor or hosting"),
        signal(.networkHosting, .bool, .wary, maybe: true, "A data centre's address"),
        signal(.networkVPN, .bool, .wary, maybe: true, "A VPN provider's address"),
        signal(.networkProxy, .bool, .wary, maybe: true, "A public or residential proxy"),
        signal(.networkTor, .bool, .wary, maybe: true, "A Tor exit"),
        signal(.geoCountry, .country, .wary, maybe: true, "The country the address is in"),
        signal(.geoRegion, .text, .wary, maybe: true, "The region's ISO 3166-2 code, without the country"),
        signal(.geoCity, .text, .wary, maybe: true, "The city's English name"),
        signal(.geoPoint, .point, .wary, maybe: true, "Where the address is thought to be"),
        signal(.geoAccuracy, .distance, .wary, maybe: true, domain: nonNegative, "The radius within which it is thought to be"),
        signal(.geoCountryNew, .bool, .wary, maybe: true, "The country is in no good sign-in of this account"),
        signal(.travelDistance, .distance, .wary, maybe: true, domain: nonNegative,
               "Distance since the last good sign-in, less both accuracy radii"),
        signal(.travelElapsed, .duration, .wary, maybe: true, domain: nonNegative, "Time since the last good sign-in, at least 1 s"),
        signal(.travelSpeed, .speed, .wary, maybe: true, domain: nonNegative, "Speed needed since the last good sign-in"),
        signal(.deviceID, .text, .client, maybe: true, "The device's id, from a cookie or the app's own store"),
        signal(.deviceNew, .bool, .wary, "The device is in no good sign-in of this account; true too where no id was sent"),
        signal(.deviceAge, .duration, .wary, maybe: true, domain: nonNegative, "Time since the device was first met on this account"),
        signal(.agent, .text, .client, maybe: true, "The user agent's text"),
        signal(.agentBrowser, .text, .client, maybe: true, "The browser's family"),
        signal(.agentOS, .text, .client, maybe: true, "The operating system's family"),
        signal(.agentKind, .text, .client, maybe: true, values: ["mobile", "desktop", "tablet", "bot", "unknown"],
               "What kind of client it says it is"),
        signal(.agentNew, .bool, .client, maybe: true, "The user agent is in no good sign-in of this account"),
        signal(.timeNow, .instant, .wary, "The engine's clock at arrival"),
        signal(.timeOfDay, .timeOfDay, .wary, "The time of day where the address is, else in the policy's time zone, else UTC"),
        signal(.timeWeekday, .weekday, .wary, "The day of the week, in the same time zone"),
        signal(.timeHour, .int, .wary, domain: 0...23, "The hour, 0 to 23, in the same time zone"),
        signal(.timeUnusual, .decimal, .wary, maybe: true, domain: 0...1, "How rare this hour is for the account"),
        signal(.unfamiliarity, .int, .wary, domain: 0...100,
               "How unlike the account's own past this sign-in is, against everyone's"),
    ]
}
