/// The types of the policy language.
public indirect enum ValueType: Hashable, Sendable, CustomStringConvertible {
    case bool, int, decimal, text, duration, distance, speed, instant
    case timeOfDay, weekday, ip, network, asn, country, factor, point
    case set(of: ValueType)

    /// The types a declaration can name, by the name it uses.
    public static let named: [(name: String, type: ValueType)] = [
        ("bool", .bool), ("int", .int), ("decimal", .decimal), ("text", .text), ("duration", .duration),
        ("distance", .distance), ("speed", .speed), ("instant", .instant), ("time_of_day", .timeOfDay),
        ("weekday", .weekday), ("ip", .ip), ("network", .network), ("asn", .asn), ("country", .country),
        ("factor", .factor), ("point", .point),
    ]

    public init?(name: String) {
        guard let match = Self.named.first(where: { $0.name == name }) else { return nil }
        self = match.type
    }

    public var description: String {
        if case .set(let element) = self { return "set of \(element)" }
        return Self.named.first { $0.type == self }?.name ?? ""
    }
}
