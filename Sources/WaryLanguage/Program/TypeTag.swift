import WaryVocabulary

/// A type in one byte, for instructions. What a set holds is not in it: the machine's registers hold sets of factors only.
enum TypeTag: UInt8, Sendable {
    case bool, int, decimal, text, duration, distance, speed, instant, timeOfDay, weekday, ip, network, asn, country, factor, point, set

    init(_ type: ValueType) {
        self = switch type {
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
        case .set: .set
        }
    }
}
