import WaryVocabulary

/// The units of quantities, and what is often written in their place.
enum Units {
    enum Dimension { case duration, distance, speed }

    /// By spelling; the factor leads to the base unit (ms, m, m/s).
    static func unit(_ spelling: String) -> (dimension: Dimension, factor: Double)? {
        switch spelling.lowercased() {
        case "ms": (.duration, 1)
        case "s": (.duration, 1000)
        case "m": (.duration, 60_000)
        case "h": (.duration, 3_600_000)
        case "d": (.duration, 86_400_000)
        case "w": (.duration, 604_800_000)
        case "km": (.distance, 1000)
        case "mi": (.distance, 1609.344)
        case "km/h": (.speed, 1 / 3.6)
        case "mph": (.speed, 0.44704)
        default: nil
        }
    }

    /// The quantity in base units; nil where the unit is not known or the number too large. Durations are rounded to
    /// whole milliseconds.
    static func quantity(_ number: Double, _ spelling: String) -> Datum? {
        guard let (dimension, factor) = unit(spelling) else { return nil }
        let value = spelling.lowercased() == "km/h" ? number * 1000 / 3600 : number * factor
        switch dimension {
        case .distance: return .distance(value)
        case .speed: return .speed(value)
        case .duration:
            // Beyond 2⁵³ a double no longer holds every whole number.
            guard value.magnitude < 9_007_199_254_740_992 else { return nil }
            return .duration(Int64(value.rounded()))
        }
    }

    /// Our unit for a spelling that is not ours, and the factor that the number is to be multiplied by.
    static func alias(_ spelling: String) -> (unit: String, factor: Double)? {
        switch spelling.lowercased() {
        case "msec", "msecs", "millisecond", "milliseconds", "millis": ("ms", 1)
        case "sec", "secs", "second", "seconds": ("s", 1)
        case "min", "mins", "minute", "minutes": ("m", 1)
        case "hr", "hrs", "hour", "hours": ("h", 1)
        case "day", "days": ("d", 1)
        case "wk", "wks", "week", "weeks": ("w", 1)
        case "month", "months": ("d", 30)
        case "y", "yr", "yrs", "year", "years": ("d", 365)
        case "kilometer", "kilometers", "kilometre", "kilometres", "kms": ("km", 1)
        case "meter", "meters", "metre", "metres", "mtr": ("km", 0.001)
        case "mile", "miles": ("mi", 1)
        case "kmh", "kph", "kmph", "km/hr", "km/hour", "kmh-1": ("km/h", 1)
        case "mi/h", "miles/h", "mi/hr", "miles/hour": ("mph", 1)
        case "kn", "kt", "kts", "knot", "knots": ("km/h", 1.852)
        case "m/s", "mps", "m/sec": ("km/h", 3.6)
        case "km/s", "km/sec": ("km/h", 3600)
        case "km/min": ("km/h", 60)
        default: nil
        }
    }

    static let help = "durations: ms s m h d w (m is minutes); distances: km mi; speeds: km/h mph"

    /// What should stand in place of a number with a unit that is not ours; nil where nobody knows.
    static func mended(_ number: Double, _ spelling: String) -> String? {
        guard let (ours, factor) = alias(spelling) else { return nil }
        // As in the reference: `10m`, but `200 km`.
        return plain(number * factor) + (unit(ours)?.dimension == .duration ? "" : " ") + ours
    }

    /// A number without a needless `.0`, rounded to what a person would write.
    static func plain(_ number: Double) -> String {
        let rounded = (number * 1000).rounded() / 1000
        return rounded == rounded.rounded() && rounded.magnitude < 1e15 ? String(Int64(rounded)) : String(rounded)
    }
}
