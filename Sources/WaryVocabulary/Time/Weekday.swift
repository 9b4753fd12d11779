/// A day of the week, numbered as ISO 8601 does.
public enum Weekday: Int, Hashable, Sendable, CaseIterable, Comparable, CustomStringConvertible {
    case monday = 1, tuesday, wednesday, thursday, friday, saturday, sunday

    /// As policies write it: `monday`.
    public init?(name: String) {
        guard let day = Self.allCases.first(where: { $0.description == name }) else { return nil }
        self = day
    }

    public init(daysSinceEpoch days: Int64) {
        let index = ((days + 3) % 7 + 7) % 7
        self = Self.allCases[Int(index)]
    }

    public var description: String {
        switch self {
        case .monday: "monday"
        case .tuesday: "tuesday"
        case .wednesday: "wednesday"
        case .thursday: "thursday"
        case .friday: "friday"
        case .saturday: "saturday"
        case .sunday: "sunday"
        }
    }

    public static func < (a: Weekday, b: Weekday) -> Bool { a.rawValue < b.rawValue }
}
