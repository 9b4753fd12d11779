import WaryVocabulary

/// What one aggregate takes in one profile, in bytes of memory and, before encryption, of disk: measured by keeping made-up
/// events as history keeps real ones.
public struct ProfileFootprint: Sendable, Hashable {
    /// Where the key has met one event.
    public let oneEvent: Int
    /// Where it has met 128 within the window, each with a value of its own: up to there all is exact.
    public let exact: Int
    /// Where it has met so many that it hardly grows any more.
    public let busiest: Int

    /// Two aggregates of the same function, extent and type of field take the same.
    public struct Shape: Sendable, Hashable {
        let function: AggregateDefinition.Function
        let fieldType: ValueType?
        let hasWindow: Bool

        public init(_ definition: AggregateDefinition) {
            function = definition.function
            fieldType = definition.fieldType
            if case .within = definition.extent { hasWindow = true } else { hasWindow = false }
        }
    }

    public init(measuring shape: Shape) {
        oneEvent = Self.bytes(shape, events: 1)
        exact = Self.bytes(shape, events: Limits.exactEntries)
        busiest = Self.bytes(shape, events: Limits.footprintEvents)
    }

    /// A section's words and the one in front of it.
    private static func bytes(_ shape: Shape, events: Int) -> Int {
        var section = Section()
        let window: Int64 = 86_400_000
        var hash: UInt64 = 0
        for number in 1...events {
            // SplitMix64: hashes are spread like this.
            hash &+= 0x9e37_79b9_7f4a_7c15
            var mixed = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            let instant = window + Int64(number) * window / Int64(events) - 1
            add(shape, mixed ^ (mixed >> 31), instant, number, window, &section)
        }
        return 8 * (1 + section.count)
    }

    private static func add(_ shape: Shape, _ hash: UInt64, _ instant: Int64, _ number: Int, _ window: Int64, _ section: inout Section) {
        switch shape.function {
        case .count where shape.hasWindow: CountWindow.add(instant, window: window, to: &section)
        case .count: SinceCounter.add(instant, to: &section)
        case .distinct: DistinctWindow.add(hash, instant, window: window, to: &section)
        case .sum, .avg: MeasureWindow.add(measure(number, shape), instant, window: window, to: &section)
        // Values that fall beat nothing for `max`, and all of them for `min`: what is kept is longest for the former.
        case .min, .max: ExtremeWindow.add(measure(-number, shape), instant, largest: true, window: window, to: &section)
        case .last, .first: LatestValue.add(datum(shape.fieldType), instant, sequence: UInt64(number), isFirst: false, to: &section)
        case .elapsed: LastInstant.add(instant, to: &section)
        case .new: MetValues.add(hash, instant, to: &section)
        case .regular: Regularity.add(instant, window: window, to: &section)
        }
    }

    private static func measure(_ number: Int, _ shape: Shape) -> Measure {
        Measure.isWhole(shape.fieldType) ? .whole(Int64(number)) : .decimal(Double(number))
    }

    /// A value as long as most of its type; a text has 32 bytes.
    private static func datum(_ type: ValueType?) -> Datum {
        switch type {
        case .text: .text(String(repeating: "x", count: 32))
        case .ip: IPAddress("2001:db8::1").map(Datum.ip) ?? .int(0)
        case .point: GeoPoint(latitude: 48.86, longitude: 2.35).map(Datum.point) ?? .int(0)
        case .decimal, .distance, .speed: .decimal(1.5)
        default: .int(1 << 40)
        }
    }
}
