import WaryVocabulary

/// The sum and number of measured values in a sliding window: `sum` and `avg`.
///
/// Buckets as in `CountWindow`, two words each: stamp and count, and the bits of their sum. Whole numbers are summed as
/// such, decimals as doubles.
enum MeasureWindow {
    enum Total: Equatable {
        case none
        case whole(sum: Int64, count: Int64)
        case decimal(sum: Double, count: Int64)
        case overflow
    }

    static func add(_ value: Measure, _ instant: Int64, window: Int64, to section: inout Section) {
        if section.isEmpty { section.append(UInt64(Limits.exactEntries + Limits.bucketSlack)) }
        let newest = section.count > 1 ? Stamp.milliseconds(section[section.count - 2]) : instant
        guard instant > newest - window else { return }
        var place = section.count
        while place > 1, Stamp.milliseconds(section[place - 2]) > instant { place -= 2 }
        section.insert(Stamp.pack(instant, 1), value.bits, at: place)
        var expired = 1
        let cutoff = max(newest, instant) - window
        while expired < section.count, Stamp.milliseconds(section[expired]) <= cutoff { expired += 2 }
        section.remove(1..<expired)
        if (section.count - 1) / 2 > Int(section[0]) { merge(isWhole: value.isWhole, &section) }
    }

    /// Over values in (from, through].
    static func total(in section: Section, isWhole: Bool, after from: Int64, through: Int64) -> Total {
        var count: Int64 = 0, whole: Int64 = 0, decimal = 0.0, isOver = false
        var place = section.count - 2
        while place >= 1 {
            let word = section[place], instant = Stamp.milliseconds(word), events = Int64(Stamp.low(word))
            if instant <= from { break }
            let isCut = events > 1 && (place == 1 || Stamp.milliseconds(section[place - 2]) < from)
            if instant <= through {
                count += isCut ? (events + 1) / 2 : events
                if isWhole {
                    let part = Int64(bitPattern: section[place + 1])
                    let (sum, over) = whole.addingReportingOverflow(isCut ? part / 2 : part)
                    whole = sum
                    isOver = isOver || over || part == .max || part == .min
                } else {
                    let part = Double(bitPattern: section[place + 1])
                    decimal += isCut ? part / 2 : part
                }
            }
            place -= 2
        }
        if count == 0 { return .none }
        if isWhole { return isOver ? .overflow : .whole(sum: whole, count: count) }
        return decimal.isFinite ? .decimal(sum: decimal, count: count) : .overflow
    }

    private static func merge(isWhole: Bool, _ section: inout Section) {
        var merged: [UInt64] = []
        var newer: UInt64 = 0
        var place = section.count - 2
        while place >= 1 {
            let end = Stamp.milliseconds(section[place])
            var events = Stamp.low(section[place]), sum = section[place + 1]
            place -= 2
            if newer >= UInt64(Limits.exactEntries) {
                let most = min(UInt64(Double(newer) * Limits.bucketShare), Limits.bucketCapacity)
                while place >= 1, events + Stamp.low(section[place]) <= most {
                    events += Stamp.low(section[place])
                    sum = added(sum, section[place + 1], isWhole: isWhole)
                    place -= 2
                }
            }
            merged.append(sum)
            merged.append(Stamp.pack(end, events))
            newer += events
        }
        merged.append(UInt64(merged.count / 2 + Limits.bucketSlack))
        section.replaceAll(with: merged.reversed())
    }

    /// Whole sums stop at the ends of `Int64`, which a reading then reports as an overflow.
    private static func added(_ a: UInt64, _ b: UInt64, isWhole: Bool) -> UInt64 {
        guard isWhole else { return (Double(bitPattern: a) + Double(bitPattern: b)).bitPattern }
        let (x, y) = (Int64(bitPattern: a), Int64(bitPattern: b))
        let (sum, over) = x.addingReportingOverflow(y)
        return UInt64(bitPattern: over ? (x < 0 ? .min : .max) : sum)
    }
}

/// A number that an aggregate can sum or compare, and how to turn it back into the field's type.
enum Measure: Equatable {
    case whole(Int64)
    case decimal(Double)

    init?(_ datum: Datum, as type: ValueType?) {
        switch datum {
        case .int(let value): self = type == .decimal ? .decimal(Double(value)) : .whole(value)
        case .duration(let value): self = .whole(value)
        case .instant(let value): self = .whole(value.milliseconds)
        case .timeOfDay(let value): self = .whole(Int64(value))
        case .decimal(let value), .distance(let value), .speed(let value): self = .decimal(value)
        default: return nil
        }
    }

    var isWhole: Bool { if case .whole = self { true } else { false } }

    var bits: UInt64 {
        switch self {
        case .whole(let value): UInt64(bitPattern: value)
        case .decimal(let value): value.bitPattern
        }
    }

    init(bits: UInt64, isWhole: Bool) {
        self = isWhole ? .whole(Int64(bitPattern: bits)) : .decimal(Double(bitPattern: bits))
    }

    /// Whether values of this type are kept as whole numbers.
    static func isWhole(_ type: ValueType?) -> Bool {
        switch type {
        case .int, .duration, .instant, .timeOfDay: true
        default: false
        }
    }

    func datum(as type: ValueType?) -> Datum {
        switch (self, type) {
        case (.whole(let value), .duration): .duration(value)
        case (.whole(let value), .instant): .instant(Instant(milliseconds: value))
        case (.whole(let value), .timeOfDay): .timeOfDay(Int(value))
        case (.whole(let value), _): .int(value)
        case (.decimal(let value), .distance): .distance(value)
        case (.decimal(let value), .speed): .speed(value)
        case (.decimal(let value), _): .decimal(value)
        }
    }
}
