/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
public struct Instant: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }

    /// Saturates at the ends of `Int64`.
    public static func + (instant: Instant, milliseconds: Int64) -> Instant {
        let (sum, overflow) = instant.milliseconds.addingReportingOverflow(milliseconds)
        return Instant(milliseconds: overflow ? (milliseconds < 0 ? .min : .max) : sum)
    }

    public static func - (instant: Instant, milliseconds: Int64) -> Instant {
        let (difference, overflow) = instant.milliseconds.subtractingReportingOverflow(milliseconds)
        return Instant(milliseconds: overflow ? (milliseconds < 0 ? .max : .min) : difference)
    }

    /// Milliseconds from `b` to `a`; saturates.
    public static func - (a: Instant, b: Instant) -> Int64 { (a - b.milliseconds).milliseconds }

    /// RFC 3339 in UTC, with milliseconds only where there are some: `2026-01-01T12:00:00Z`.
    public var description: String {
        let day = milliseconds.floorDivided(by: 86_400_000)
        let rest = milliseconds - day * 86_400_000
        let date = CivilDate(daysSinceEpoch: day)
        let clock = [rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60].map { $0.padded(2) }.joined(separator: ":")
        let fraction = rest % 1000 == 0 ? "" : ".\((rest % 1000).padded(3))"
        return "\(date)T\(clock)\(fraction)Z"
    }

    /// Parses RFC 3339 with any offset; seconds may be left out (`2026-01-01T12:00Z`), fractions beyond milliseconds
    /// are cut. Nil for anything else, dates that do not exist included.
    public init?(_ text: String) {
        var scanner = DigitScanner(text)
        guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2), scanner.skip("-"),
              let day = scanner.digits(2), let date = CivilDate(year: year, month: month, day: day),
              scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
              let hour = scanner.digits(2), hour < 24, scanner.skip(":"), let minute = scanner.digits(2), minute < 60
        else { return nil }
        var second: Int64 = 0, millisecond: Int64 = 0
        if scanner.skip(":") {
            guard let value = scanner.digits(2), value <= 60 else { return nil }
            second = min(value, 59)
            if scanner.skip(".") {
                guard let fraction = scanner.fractionInMilliseconds() else { return nil }
                millisecond = fraction
            }
        }
        var offset: Int64 = 0
        if !(scanner.skip("Z") || scanner.skip("z")) {
            let sign: Int64
            if scanner.skip("+") { sign = 1 } else if scanner.skip("-") { sign = -1 } else { return nil }
            guard let hours = scanner.digits(2), hours < 24, scanner.skip(":"), let minutes = scanner.digits(2), minutes < 60
            else { return nil }
            offset = sign * (hours * 60 + minutes)
        }
        guard scanner.isAtEnd else { return nil }
        let seconds = (date.daysSinceEpoch * 24 + hour) * 3600 + (minute - offset) * 60 + second
        self.init(milliseconds: seconds * 1000 + millisecond)
    }
}

extension Int64 {
    /// The quotient rounded towards −∞.
    func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    func padded(_ width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}

/// Reads fixed runs of ASCII digits from a text.
private struct DigitScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func digits(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard let byte = rest.first, (48...57).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 48)
            rest.removeFirst()
        }
        return value
    }

    mutating func fractionInMilliseconds() -> Int64? {
        var value: Int64 = 0, count = 0
        while let byte = rest.first, (48...57).contains(byte) {
            if count < 3 { value = value * 10 + Int64(byte - 48) }
            count += 1
            rest.removeFirst()
        }
        guard count > 0 else { return nil }
        for _ in count..<max(3, count) { value *= 10 }
        return value
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }
}
