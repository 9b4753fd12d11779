/// A value of the policy language as it crosses module boundaries.
public enum Datum: Hashable, Sendable {
    case bool(Bool)
    case int(Int64)
    case decimal(Double)
    case text(String)
    /// Milliseconds.
    case duration(Int64)
    /// Metres.
    case distance(Double)
    /// Metres per second.
    case speed(Double)
    case instant(Instant)
    /// Minutes since midnight, 0…1439.
    case timeOfDay(Int)
    case weekday(Weekday)
    case ip(IPAddress)
    case network(Network)
    case asn(UInt32)
    case country(Country)
    case factor(Factor)
    case point(GeoPoint)
    case set([Datum])

    /// Its type; nil for an empty set, which fits every set type.
    public var type: ValueType? {
        switch self {
        case .bool: .bool
        case .int: .int
        case .decimal: .decimal
        case .text: .text
        case .duration: .duration
        case .distance: .distance
        case .speed: .speed
        case .instant: .instant
        case .timeOfDay: .timeOfDay
        case .weekday: .weekday
        case .ip: .ip
        case .network: .network
        case .asn: .asn
        case .country: .country
        case .factor: .factor
        case .point: .point
        case .set(let elements): elements.first?.type.map { .set(of: $0) }
        }
    }
}

/// A value, or why there is none.
public enum Reading: Hashable, Sendable {
    case known(Datum)
    case unknown(UnknownReason)
    /// History that it needs cannot be read: unknown with the reason `failed`, and the decision is degraded.
    case unavailable

    public var datum: Datum? {
        if case .known(let datum) = self { datum } else { nil }
    }
}
