import Foundation
import WaryLanguage
import WaryVocabulary

/// Operations on known values, written again from LANGUAGE section 5.
enum ReferenceArithmetic {
    typealias Value = ReferenceInterpreter.Value

    static func compare(_ op: ComparisonOperator, _ a: Datum, _ b: Datum) -> Value {
        switch op {
        case .equal: .known(.bool(same(a, b)))
        case .notEqual: .known(.bool(!same(a, b)))
        case .less: .known(.bool(order(a, b) < 0))
        case .lessOrEqual: .known(.bool(order(a, b) <= 0))
        case .greater: .known(.bool(order(a, b) > 0))
        case .greaterOrEqual: .known(.bool(order(a, b) >= 0))
        }
    }

    /// As a set's element: an address is in its network; a text is the country or factor it names.
    static func holds(_ element: Datum, _ item: Datum) -> Bool {
        switch (element, item) {
        case (.network(let network), .ip(let address)): network.contains(address)
        default: same(element, item)
        }
    }

    static func same(_ a: Datum, _ b: Datum) -> Bool {
        switch (a, b) {
        case (.text(let x), .country(let y)), (.country(let y), .text(let x)): x == y.description
        case (.text(let x), .factor(let y)), (.factor(let y), .text(let x)): x == y.rawValue
        case (.text(let x), .text(let y)): Array(x.utf8) == Array(y.utf8)
        case (.int, .decimal), (.decimal, .int): number(a) == number(b)
        default: a == b
        }
    }

    static func number(_ datum: Datum) -> Double {
        switch datum {
        case .int(let value), .duration(let value): Double(value)
        case .decimal(let value), .distance(let value), .speed(let value): value
        case .timeOfDay(let minutes): Double(minutes)
        default: .nan
        }
    }

    static func order(_ a: Datum, _ b: Datum) -> Int {
        switch (a, b) {
        case (.text(let x), .text(let y)):
            let first = Array(x.utf8), second = Array(y.utf8)
            return first == second ? 0 : first.lexicographicallyPrecedes(second) ? -1 : 1
        case (.int(let x), .int(let y)), (.duration(let x), .duration(let y)): return x < y ? -1 : x == y ? 0 : 1
        default: return number(a) < number(b) ? -1 : number(a) == number(b) ? 0 : 1
        }
    }

    static func inRange(_ item: Datum, _ low: Datum, _ high: Datum) -> Bool {
        if case .timeOfDay(let time) = item, case .timeOfDay(let from) = low, case .timeOfDay(let to) = high {
            var minute = from
            // Walks the day from its start to its end, which is left out.
            while minute != to {
                if minute == time { return true }
                minute = (minute + 1) % 1440
            }
            return false
        }
        return order(low, item) <= 0 && order(item, high) <= 0
    }

    static func matches(_ text: Datum, _ regex: RegexLiteral) -> Bool {
        guard case .text(let text) = text else { return false }
        let options: NSRegularExpression.Options = regex.flags.contains("i") ? [.caseInsensitive] : []
        guard let expression = try? NSRegularExpression(pattern: regex.pattern, options: options) else { return false }
        return expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }

    static func negate(_ a: Datum) -> Value {
        switch a {
        case .int(let value): value == .min ? .failed : .known(.int(-value))
        case .duration(let value): value == .min ? .failed : .known(.duration(-value))
        case .decimal(let value): .known(.decimal(-value))
        case .distance(let value): .known(.distance(-value))
        case .speed(let value): .known(.speed(-value))
        default: .failed
        }
    }

    static func apply(_ op: ArithmeticOperator, _ a: Datum, _ b: Datum) -> Value {
        switch (op, a, b) {
        case (.add, .int(let x), .int(let y)): return whole(x.addingReportingOverflow(y), Datum.int)
        case (.subtract, .int(let x), .int(let y)): return whole(x.subtractingReportingOverflow(y), Datum.int)
        case (.multiply, .int(let x), .int(let y)): return whole(x.multipliedReportingOverflow(by: y), Datum.int)
        case (.add, .duration(let x), .duration(let y)): return whole(x.addingReportingOverflow(y), Datum.duration)
        case (.subtract, .duration(let x), .duration(let y)): return whole(x.subtractingReportingOverflow(y), Datum.duration)
        case (.divide, .distance(let metres), .duration(let time)): return divided(metres, Double(time) / 1000) { .speed($0) }
        case (.divide, .distance(let metres), .speed(let speed)): return divided(metres, speed) { duration($0 * 1000) }
        case (.multiply, .speed(let speed), .duration(let time)), (.multiply, .duration(let time), .speed(let speed)):
            return finite(speed * (Double(time) / 1000)) { .distance($0) }
        default: break
        }
        let x = number(a), y = number(b)
        let wrap: (Double) -> Datum? = { result in
            let quantity = isPlain(a) ? b : a
            if op == .divide, isPlain(a) || !isPlain(b) { return .decimal(result) }
            switch quantity {
            case .duration: return duration(result)
            case .distance: return .distance(result)
            case .speed: return .speed(result)
            default: return .decimal(result)
            }
        }
        switch op {
        case .add: return finite(x + y, wrap)
        case .subtract: return finite(x - y, wrap)
        case .multiply: return finite(x * y, wrap)
        case .divide: return divided(x, y, wrap)
        }
    }

    private static func isPlain(_ datum: Datum) -> Bool {
        switch datum {
        case .int, .decimal: true
        default: false
        }
    }

    private static func divided(_ x: Double, _ y: Double, _ wrap: (Double) -> Datum?) -> Value { y == 0 ? .unknown : finite(x / y, wrap) }

    private static func finite(_ result: Double, _ wrap: (Double) -> Datum?) -> Value {
        guard result.isFinite, let datum = wrap(result) else { return .failed }
        return .known(datum)
    }

    private static func duration(_ milliseconds: Double) -> Datum? { Int64(exactly: milliseconds.rounded(.toNearestOrAwayFromZero)).map(Datum.duration) }

    private static func whole(_ result: (partialValue: Int64, overflow: Bool), _ wrap: (Int64) -> Datum) -> Value {
        result.overflow ? .failed : .known(wrap(result.partialValue))
    }

    static func call(_ name: String, _ values: [Datum]) -> Value {
        switch name {
        case "min", "max":
            let isDecimal = values.contains { if case .decimal = $0 { true } else { false } }
            let same = isDecimal ? values.map { Datum.decimal(number($0)) } : values
            let sorted = same.sorted { order($0, $1) < 0 }
            return .known(name == "min" ? sorted[0] : sorted[sorted.count - 1])
        case "abs":
            if order(values[0], zero(like: values[0])) >= 0 { return .known(values[0]) }
            return negate(values[0])
        case "lower": if case .text(let text) = values[0] { return .known(.text(text.lowercased())) }
        case "length": if case .text(let text) = values[0] { return .known(.int(Int64(text.unicodeScalars.count))) }
        case "distance_between": if case .point(let a) = values[0], case .point(let b) = values[1] { return .known(.distance(a.distance(to: b))) }
        default: break
        }
        return .failed
    }

    private static func zero(like datum: Datum) -> Datum {
        switch datum {
        case .int: .int(0)
        case .duration: .duration(0)
        case .distance: .distance(0)
        case .speed: .speed(0)
        default: .decimal(0)
        }
    }
}
