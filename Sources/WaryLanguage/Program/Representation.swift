import WaryVocabulary

/// How values of a type lie in a word, and so which instructions work on them.
enum Representation: UInt8, Sendable {
    case int, double, text, address, network, point, factors

    init(_ type: ValueType) {
        self = switch type {
        case .bool, .int, .duration, .instant, .timeOfDay, .weekday, .asn, .country, .factor: .int
        case .decimal, .distance, .speed: .double
        case .text: .text
        case .ip: .address
        case .network: .network
        case .point: .point
        case .set: .factors
        }
    }
}

extension Datum {
    /// As an integer register holds it; nil for what lies otherwise.
    var wordInteger: Int64? {
        switch self {
        case .bool(let value): value ? 1 : 0
        case .int(let value), .duration(let value): value
        case .instant(let value): value.milliseconds
        case .timeOfDay(let minutes): Int64(minutes)
        case .weekday(let day): Int64(day.rawValue)
        case .asn(let number): Int64(number)
        case .country(let country): Int64(country.code)
        case .factor(let factor): Int64(Factor.allCases.firstIndex(of: factor) ?? 0)
        default: nil
        }
    }

    var wordDouble: Double? {
        switch self {
        case .decimal(let value), .distance(let value), .speed(let value): value
        default: nil
        }
    }

    /// The same value as another type where nothing is lost or guessed: what a source hands over need not be exact.
    func coerced(to type: ValueType) -> Datum? {
        if self.type == type { return self }
        switch (self, type) {
        case (.int(let value), .decimal): return .decimal(Double(value))
        case (.decimal(let value), .int):
            let rounded = value.rounded(.toNearestOrAwayFromZero)
            return Int64(exactly: rounded).map(Datum.int)
        case (.decimal(let value), .duration): return Int64(exactly: value.rounded(.toNearestOrAwayFromZero)).map(Datum.duration)
        case (.ip(let address), .network): return .network(Network(address, length: address.isV4 ? 32 : 128))
        case (.set(let elements), .set) where elements.isEmpty: return self
        default: return nil
        }
    }
}
