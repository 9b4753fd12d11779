/// Hours in words: 24 counts of 16 bits.
extension HourHabit {
    static let wordCount = 6

    init?(words: some Sequence<UInt64>) {
        self.init(counts: words.flatMap { word in (0..<4).map { UInt16(truncatingIfNeeded: word >> UInt64(16 * $0)) } })
    }

    var words: [UInt64] {
        (0..<Self.wordCount).map { word in
            (0..<4).reduce(0) { $0 | UInt64(counts[4 * word + $1]) << UInt64(16 * $1) }
        }
    }
}

/// Habits in words, two a place: tag (40 bits) and count (24); places below (24), children (16), parent (8), day (16).
extension HabitTree {
    init(words: some Collection<UInt64>) {
        var places: [Place] = []
        var iterator = words.makeIterator()
        while let first = iterator.next(), let second = iterator.next() {
            let parent = UInt8(truncatingIfNeeded: second >> 16)
            places.append(Place(tag: first >> 24, count: UInt32(first & 0xff_ffff), below: UInt32(second >> 40),
                                children: UInt16(truncatingIfNeeded: second >> 24), parent: parent,
                                day: UInt16(truncatingIfNeeded: second)))
        }
        let isSound = places.indices.allSatisfy { Int(places[$0].parent) < places.count }
        self.init(places: isSound ? places : [])
    }

    var words: [UInt64] {
        var words: [UInt64] = []
        words.reserveCapacity(2 * places.count)
        for place in places {
            words.append(place.tag << 24 | UInt64(min(place.count, 0xff_ffff)))
            let below = UInt64(min(place.below, 0xff_ffff)) << 40
            words.append(below | UInt64(place.children) << 24 | UInt64(place.parent) << 16 | UInt64(place.day))
        }
        return words
    }
}
