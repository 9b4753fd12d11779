import WaryVocabulary

/// What a conjunction of conditions says about each value: a range of numbers, or which of several values it may have.
struct Facts {
    /// The numbers that remain, by the value's canonical text.
    var ranges: [String: Interval] = [:]
    /// Where only some values remain.
    var allowed: [String: Set<Datum>] = [:]
    var excluded: [String: Set<Datum>] = [:]
    /// Conditions that are taken as they are, by canonical text.
    var truths: [String: Bool] = [:]
    private(set) var isContradictory = false

    mutating func contradict() { isContradictory = true }

    mutating func narrow(_ key: String, to interval: Interval, from domain: Interval, isWhole: Bool) {
        var narrowed = (ranges[key] ?? domain).intersection(interval)
        if isWhole {
            narrowed.low = narrowed.low.isFinite ? narrowed.low.rounded(.up) : narrowed.low
            narrowed.high = narrowed.high.isFinite ? narrowed.high.rounded(.down) : narrowed.high
        }
        ranges[key] = narrowed
        if narrowed.isEmpty { isContradictory = true }
        if narrowed.low == narrowed.high, let excluded = excluded[key],
           excluded.contains(where: { $0.number == narrowed.low }) { isContradictory = true }
    }

    mutating func allow(_ key: String, _ values: Set<Datum>) {
        var rest = allowed[key].map { $0.intersection(values) } ?? values
        if let gone = excluded[key] { rest.subtract(gone) }
        allowed[key] = rest
        if rest.isEmpty { isContradictory = true }
    }

    mutating func exclude(_ key: String, _ values: Set<Datum>) {
        excluded[key, default: []].formUnion(values)
        if let rest = allowed[key]?.subtracting(values) {
            allowed[key] = rest
            if rest.isEmpty { isContradictory = true }
        }
        if let range = ranges[key], range.low == range.high, values.contains(where: { $0.number == range.low }) { isContradictory = true }
    }

    mutating func assume(_ key: String, _ truth: Bool) {
        if let known = truths[key], known != truth { isContradictory = true }
        truths[key] = truth
    }
}

extension Datum {
    /// As a point of an interval; nil for what has no order or is a text.
    var number: Double? {
        switch self {
        case .int(let value), .duration(let value): Double(value)
        case .decimal(let value), .distance(let value), .speed(let value): value
        case .instant(let instant): Double(instant.milliseconds)
        case .timeOfDay(let minutes): Double(minutes)
        case .weekday(let day): Double(day.rawValue)
        default: nil
        }
    }
}
