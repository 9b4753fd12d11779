import WaryVocabulary

/// Values as people read them, in the language's own notation.
enum Format {
    static func text(_ datum: Datum) -> String {
        switch datum {
        case .bool(let value): String(value)
        case .int(let value): String(value)
        case .decimal(let value): decimal(value)
        case .text(let value): quoted(value)
        case .duration(let value): duration(value)
        case .distance(let value): "\(rounded(value / 1000)) km"
        case .speed(let value): "\(rounded(value * 3.6)) km/h"
        case .instant(let value): value.description
        case .timeOfDay(let minutes): clock(minutes)
        case .weekday(let value): value.description
        case .ip(let value): value.description
        case .network(let value): value.description
        case .asn(let value): "AS\(value)"
        case .country(let value): value.description
        case .factor(let value): value.rawValue
        case .point(let value): value.description
        case .set(let elements): "[\(elements.prefix(8).map(text).joined(separator: ", "))\(elements.count > 8 ? ", …" : "")]"
        }
    }

    /// The two greatest units that are not zero: `12m 5s`, `250ms`.
    static func duration(_ milliseconds: Int64) -> String {
        guard milliseconds != .min else { return "-106751991167d" }
        if milliseconds < 0 { return "-" + duration(-milliseconds) }
        if milliseconds < 1000 { return "\(milliseconds)ms" }
        let units: [(Int64, String)] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s"), (1, "ms")]
        var rest = milliseconds
        var parts: [String] = []
        for (size, name) in units where parts.count < 2 {
            let count = rest / size
            if count > 0 { parts.append("\(count)\(name)") } else if !parts.isEmpty { break }
            rest -= count * size
        }
        return parts.joined(separator: " ")
    }

    /// The shortest exact form for a policy's text: `90m` for an hour and a half.
    static func exactDuration(_ milliseconds: Int64) -> String {
        let units: [(Int64, String)] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s")]
        for (size, name) in units where milliseconds != 0 && milliseconds % size == 0 { return "\(milliseconds / size)\(name)" }
        return "\(milliseconds)ms"
    }

    static func clock(_ minutes: Int) -> String {
        let hour = minutes / 60, minute = minutes % 60
        return (hour < 10 ? "0" : "") + "\(hour):" + (minute < 10 ? "0" : "") + "\(minute)"
    }

    /// At most four digits after the point.
    static func decimal(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return String(value) }
        let scaled = (value * 10_000).rounded() / 10_000
        return scaled == scaled.rounded() ? String(Int64(scaled)) : String(scaled)
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7f || scalar.properties.generalCategory == .format {
                    result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }

    /// Whole from 10 on, one digit after the point below.
    private static func rounded(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return String(value) }
        if abs(value) >= 10 || value == value.rounded() { return String(Int64(value.rounded())) }
        return decimal((value * 10).rounded() / 10)
    }
}
