/// What the app says about the password or passkey it checked.
public enum CredentialState: String, Hashable, Sendable, CaseIterable {
    case valid, invalid, unchecked
}

/// Where an address is, as a position database has it.
public struct Position: Hashable, Sendable {
    public var country: Country?
    public var region: String?
    public var city: String?
    public var point: GeoPoint?
    /// The radius in metres within which the address is said to be.
    public var accuracy: Double?
    /// The IANA name, `Europe/Paris`.
    public var timeZone: String?

    public init(country: Country? = nil, region: String? = nil, city: String? = nil, point: GeoPoint? = nil,
                accuracy: Double? = nil, timeZone: String? = nil) {
        self.country = country
        self.region = region
        self.city = city
        self.point = point
        self.accuracy = accuracy
        self.timeZone = timeZone
    }
}

/// Whose an address is, as network databases have it. A nil flag means that no loaded database says.
public struct NetworkFacts: Hashable, Sendable {
    public var asn: UInt32?
    public var name: String?
    public var anonymous: Bool?
    public var hosting: Bool?
    public var vpn: Bool?
    public var proxy: Bool?
    public var tor: Bool?

    public init(asn: UInt32? = nil, name: String? = nil, anonymous: Bool? = nil, hosting: Bool? = nil,
                vpn: Bool? = nil, proxy: Bool? = nil, tor: Bool? = nil) {
        self.asn = asn
        self.name = name
        self.anonymous = anonymous
        self.hosting = hosting
        self.vpn = vpn
        self.proxy = proxy
        self.tor = tor
    }
}

/// Why parts of a position or a network's facts were not known when an event was decided; nil: they were, or the
/// databases do not have them.
public struct PlaceReasons: Hashable, Sendable {
    public var country: UnknownReason?
    /// Of region, city, point, accuracy.
    public var position: UnknownReason?
    /// Of the autonomous system and its name.
    public var network: UnknownReason?
    /// Of the flags.
    public var anonymity: UnknownReason?

    public init(country: UnknownReason? = nil, position: UnknownReason? = nil, network: UnknownReason? = nil,
                anonymity: UnknownReason? = nil) {
        self.country = country
        self.position = position
        self.network = network
        self.anonymity = anonymity
    }
}

/// What a user agent's text says about the client, as the user-agent expressions read it at the time.
public struct AgentFacts: Hashable, Sendable {
    /// What kind of client it says it is; the values of `agent.kind`.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case mobile, desktop, tablet, bot, unknown
    }

    public var kind: Kind
    /// The browser's family, `Chrome Mobile`; `Other` where no expression fits.
    public var browser: String
    /// Its version, parts joined by dots, `81.0.4044`; empty where none is given.
    public var browserVersion: String
    /// The operating system's family, `Android`; `Other` where no expression fits.
    public var os: String
    public var osVersion: String

    public init(kind: Kind, browser: String, browserVersion: String = "", os: String, osVersion: String = "") {
        self.kind = kind
        self.browser = browser
        self.browserVersion = browserVersion
        self.os = os
        self.osVersion = osVersion
    }
}

/// An event's own fields: what the app sent and what the address said at the time. This is what the journal keeps,
/// what keys are taken from, and what a `where` may read.
public struct EventFields: Hashable, Sendable {
    public var account: String
    public var ip: IPAddress?
    /// The device id, `device.id`.
    public var device: String?
    /// The user agent's text.
    public var agent: String?
    public var credential: CredentialState
    /// The app's keyed fingerprint of the password tried: the key `credential`.
    public var credentialTag: String?
    public var credentialBreached: Bool?
    public var tenant: String?
    public var app: String?
    public var channel: String?
    public var method: String?
    /// The factors the account has; nil when the app did not say.
    public var factors: FactorSet?
    public var inputs: [String: Datum]
    public var position: Position
    public var network: NetworkFacts
    /// Kept with a decided event, so that it can be decided again as it was; nil where nobody looked.
    public var placeReasons: PlaceReasons?
    /// What the user agent's text says; nil where none was sent, or the signals were not asked.
    public var agentFacts: AgentFacts?
    /// Minutes by which the clock where the address is was ahead of UTC at the event; nil where no time zone is known.
    /// Kept with the event, so that habits by the hour can be learnt again from the journal alone.
    public var utcOffset: Int?
    /// The statistical model's score at the decision, in nats; nil where nothing asked for it. Good sign-ins' scores make
    /// the percentiles of those that follow.
    public var strangeness: Double?

    public init(account: String, ip: IPAddress? = nil, device: String? = nil, agent: String? = nil,
                credential: CredentialState = .unchecked, credentialTag: String? = nil, credentialBreached: Bool? = nil,
                tenant: String? = nil, app: String? = nil, channel: String? = nil, method: String? = nil,
                factors: FactorSet? = nil, inputs: [String: Datum] = [:],
                position: Position = Position(), network: NetworkFacts = NetworkFacts(),
                agentFacts: AgentFacts? = nil, utcOffset: Int? = nil, strangeness: Double? = nil) {
        self.account = account
        self.ip = ip
        self.device = device
        self.agent = agent
        self.credential = credential
        self.credentialTag = credentialTag
        self.credentialBreached = credentialBreached
        self.tenant = tenant
        self.app = app
        self.channel = channel
        self.method = method
        self.factors = factors
        self.inputs = inputs
        self.position = position
        self.network = network
        self.agentFacts = agentFacts
        self.utcOffset = utcOffset
        self.strangeness = strangeness
    }

    /// The value a key or field of this kind has in this event; nil where the event has none.
    public func value(of kind: KeyKind) -> Datum? {
        switch kind {
        case .account: .text(account)
        case .ip: ip.map { .ip($0.host.address) }
        case .subnet: ip.map { .network($0.subnet) }
        case .network: network.asn.map(Datum.asn)
        case .device: device.map(Datum.text)
        case .agent: agent.map(Datum.text)
        case .country: position.country.map(Datum.country)
        case .credential: credentialTag.map(Datum.text)
        case .tenant: tenant.map(Datum.text)
        case .everyone: .bool(true)
        }
    }

    /// The value of an aggregate's field: a key's name, or an input's.
    public func value(ofField name: String) -> Datum? {
        if let kind = KeyKind(rawValue: name) { return value(of: kind) }
        return inputs[name]
    }
}
