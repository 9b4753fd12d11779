import WaryVocabulary

/// Turns what an app sent as JSON into the type that a policy declares for it. The texts are the policy language's own
/// literals: `"10m"`, `"5 km"`, `"22:00"`, `"AS64500"`.
enum InputCoercion {
    /// Nil when the value is none of this type; then `expectation(of:)` says what would be.
    static func coerce(_ raw: Datum, to type: ValueType) -> Datum? {
        switch (type, raw) {
        case (.bool, .bool), (.int, .int), (.decimal, .decimal), (.text, .text): raw
        case (.decimal, .int(let value)): .decimal(Double(value))
        case (.int, .decimal(let value)): Int64(exactly: value).map(Datum.int)
        case (.asn, .int(let value)): UInt32(exactly: value).map(Datum.asn)
        case (.point, .set(let elements)): point(elements)
        case (.set(of: let element), .set(let elements)): set(elements, of: element)
        case (_, .text(let text)): parse(text.trimmed, as: type)
        default: raw.type == type ? raw : nil
        }
    }

    /// What the type looks like in a request: `a duration such as "10m"`.
    static func expectation(of type: ValueType) -> String {
        switch type {
        case .bool: "true or false"
        case .int: "a whole number"
        case .decimal: "a number"
        case .text: "a text"
        case .duration: "a duration such as \"10m\""
        case .distance: "a distance such as \"5 km\""
        case .speed: "a speed such as \"80 km/h\""
        case .instant: "an instant such as \"2026-01-01T12:00:00Z\""
        case .timeOfDay: "a time of day such as \"22:00\""
        case .weekday: "a day of the week such as \"monday\""
        case .ip: "an address such as \"192.0.2.1\""
        case .network: "a network such as \"198.51.100.0/24\""
        case .asn: "an autonomous system such as \"AS64500\""
        case .country: "a country code such as \"FR\""
        case .factor: "a factor such as \"totp\""
        case .point: "a point such as [48.86, 2.35]"
        case .set(of: let element): "a list, each element \(expectation(of: element))"
        }
    }

    private static func parse(_ text: Substring, as type: ValueType) -> Datum? {
        switch type {
        case .duration: quantity(text, durations).flatMap { Int64(exactly: $0.rounded()) }.map(Datum.duration)
        case .distance: quantity(text, distances).map(Datum.distance)
        case .speed: quantity(text, speeds).map(Datum.speed)
        case .instant: Instant(String(text)).map(Datum.instant)
        case .timeOfDay: timeOfDay(text).map(Datum.timeOfDay)
        case .weekday: Weekday(name: text.lowercased()).map(Datum.weekday)
        case .ip: IPAddress(String(text)).map(Datum.ip)
        case .network: (try? Network(parsing: String(text))).map(Datum.network)
        case .asn: autonomousSystem(text).map(Datum.asn)
        case .country: Country(String(text)).map(Datum.country)
        case .factor: Factor(rawValue: String(text)).map(Datum.factor)
        default: nil
        }
    }

    private static let durations: [(unit: String, scale: Double)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000),
    ]
    private static let distances: [(unit: String, scale: Double)] = [("km", 1000), ("mi", 1609.344)]
    private static let speeds: [(unit: String, scale: Double)] = [("km/h", 1 / 3.6), ("mph", 0.44704)]

    private static func quantity(_ text: Substring, _ units: [(unit: String, scale: Double)]) -> Double? {
        let split = text.firstIndex { !($0.isASCII && ($0.isNumber || $0 == "." || $0 == "-" || $0 == "_")) }
        guard let split else { return nil }
        let unit = text[split...].trimmed
        guard let scale = units.first(where: { $0.unit == unit })?.scale,
              let number = Double(text[..<split].filter { $0 != "_" }), number.isFinite else { return nil }
        let value = number * scale
        return value.isFinite && abs(value) < 9e15 ? value : nil
    }

    private static func timeOfDay(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
              let hour = Int(parts[0]), hour < 24, let minute = Int(parts[1]), minute < 60 else { return nil }
        return hour * 60 + minute
    }

    private static func autonomousSystem(_ text: Substring) -> UInt32? {
        guard text.prefix(2).lowercased() == "as" else { return nil }
        return UInt32(text.dropFirst(2))
    }

    private static func point(_ elements: [Datum]) -> Datum? {
        let degrees = elements.compactMap { element -> Double? in
            switch element {
            case .int(let value): Double(value)
            case .decimal(let value): value
            default: nil
            }
        }
        guard elements.count == 2, degrees.count == 2 else { return nil }
        return GeoPoint(latitude: degrees[0], longitude: degrees[1]).map(Datum.point)
    }

    private static func set(_ elements: [Datum], of type: ValueType) -> Datum? {
        guard elements.count <= EngineLimits.setElements else { return nil }
        let coerced = elements.compactMap { coerce($0, to: type) }
        return coerced.count == elements.count ? .set(coerced) : nil
    }
}

extension StringProtocol {
    /// Without blanks at either end.
    var trimmed: SubSequence {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace }) else {
            return self[endIndex...]
        }
        return self[first...last]
    }
}
