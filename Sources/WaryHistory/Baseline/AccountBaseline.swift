import WaryVocabulary

/// A good sign-in as an account's baseline keeps it. Addresses are kept as keyed hashes: `AccountBaseline.tag(of:_:)`
/// gives another value's for comparison.
public struct GoodSignIn: Hashable, Sendable {
    public var at: Instant
    /// Of the address, or the IPv6 /64.
    public var hostTag: UInt64?
    /// Of the /24, or the IPv6 /48.
    public var subnetTag: UInt64?
    public var asn: UInt32?
    public var country: Country?
    /// To ten-millionths of a degree: about a centimetre.
    public var point: GeoPoint?
    /// Metres.
    public var accuracy: Double?
    /// Nil where no database said.
    public var anonymous: Bool?

    public init(at: Instant, hostTag: UInt64? = nil, subnetTag: UInt64? = nil, asn: UInt32? = nil, country: Country? = nil,
                point: GeoPoint? = nil, accuracy: Double? = nil, anonymous: Bool? = nil) {
        self.at = at
        self.hostTag = hostTag
        self.subnetTag = subnetTag
        self.asn = asn
        self.country = country
        self.point = point
        self.accuracy = accuracy
        self.anonymous = anonymous
    }
}

/// What an account's own good sign-ins teach: those reported as succeeded and not labelled fraud.
public struct AccountBaseline: Sendable, Equatable {
    /// Good sign-ins so far.
    public internal(set) var signIns = 0
    public internal(set) var firstSignIn: Instant?
    public internal(set) var lastSignIn: Instant?
    /// At most five, newest first.
    public internal(set) var recent: [GoodSignIn] = []
    /// At which hours it signs in.
    public internal(set) var hours = HourHabit()
    /// Where from and with what.
    var habits = HabitTree()
    var agents = AgentHabit()
    var known: [KnownValue] = []
    let hasher: KeyHasher

    init(hasher: KeyHasher) { self.hasher = hasher }

    /// The kinds of key it remembers values of.
    public static let kinds: [KeyKind] = [.ip, .subnet, .network, .device, .agent, .country]

    /// Whether the account had a good sign-in with this value. Always false for kinds that are not remembered.
    public func knows(_ kind: KeyKind, _ value: Datum) -> Bool { firstMet(kind, value) != nil }

    /// When the account first had a good sign-in with this value.
    public func firstMet(_ kind: KeyKind, _ value: Datum) -> Instant? {
        guard known.contains(where: { $0.kind == kind }) else { return nil }
        let tag = tag(of: kind, value)
        return known.first { $0.kind == kind && $0.tag == tag }?.first
    }

    /// Whether any value of this kind was ever met: a device id, say.
    public func knowsAny(_ kind: KeyKind) -> Bool { known.contains { $0.kind == kind } }

    /// Whether the event's user agent is one that the account came with before, in the same version or a later one.
    public func continuesAgent(of fields: EventFields) -> Bool { agents.continues(fields, hash: hasher.names) }

    /// The keyed hash, 39 bits, by which a value is remembered.
    public func tag(of kind: KeyKind, _ value: Datum) -> UInt64 { KnownValue.tag(hasher.hash(kind, value)) }

    public static func == (a: AccountBaseline, b: AccountBaseline) -> Bool {
        a.signIns == b.signIns && a.firstSignIn == b.firstSignIn && a.lastSignIn == b.lastSignIn && a.recent == b.recent
            && a.known == b.known && a.hours == b.hours && a.habits == b.habits
            && a.agents == b.agents
    }
}

/// A value that an account's good sign-ins brought.
struct KnownValue: Hashable, Sendable {
    var kind: KeyKind
    /// 39 bits: among 32 values a new one is taken for a known one once in 10¹⁰.
    var tag: UInt64
    var first: Instant
    var last: Instant

    static func tag(_ hash: KeyedHash) -> UInt64 { hash.high >> 25 }
}
