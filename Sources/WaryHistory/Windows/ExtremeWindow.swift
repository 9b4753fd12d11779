/// The smallest or largest value in a sliding window: `min` and `max`.
///
/// Only values that can still become the answer are kept, two words each, oldest first, so each is beaten by all before
/// it; past 128 of them the second oldest gives way.
enum ExtremeWindow {
    static func add(_ value: Measure, _ instant: Int64, largest: Bool, window: Int64, to section: inout Section) {
        let isWhole = value.isWhole
        var place = section.count
        while place > 0, Stamp.milliseconds(section[place - 2]) > instant { place -= 2 }
        if place < section.count, !beats(value, Measure(bits: section[place + 1], isWhole: isWhole), largest) { return }
        var beaten = place
        while beaten > 0, !beats(Measure(bits: section[beaten - 1], isWhole: isWhole), value, largest) { beaten -= 2 }
        section.remove(beaten..<place)
        section.insert(Stamp.pack(instant), value.bits, at: beaten)
        let newest = Stamp.milliseconds(section[section.count - 2])
        var expired = 0
        while expired < section.count, Stamp.milliseconds(section[expired]) <= newest - window { expired += 2 }
        section.remove(0..<expired)
        if section.count > 2 * Limits.exactEntries { section.remove(2..<4) }
    }

    /// Over values in (from, through].
    static func value(in section: Section, isWhole: Bool, after from: Int64, through: Int64) -> Measure? {
        var place = 0
        while place < section.count {
            let instant = Stamp.milliseconds(section[place])
            if instant > from { return instant <= through ? Measure(bits: section[place + 1], isWhole: isWhole) : nil }
            place += 2
        }
        return nil
    }

    /// Strictly: larger for `max`, smaller for `min`.
    private static func beats(_ a: Measure, _ b: Measure, _ largest: Bool) -> Bool {
        switch (a, b) {
        case (.whole(let x), .whole(let y)): largest ? x > y : x < y
        case (.decimal(let x), .decimal(let y)): largest ? x > y : x < y
        default: false
        }
    }
}
