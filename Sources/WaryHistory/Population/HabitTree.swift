import WaryVocabulary

/// Where an account's good sign-ins came from and with what, as counts down the two chains. At most
/// `Limits.habitPlaces` places are kept, 16 bytes each; the place longest not met makes room.
struct HabitTree: Hashable, Sendable {
    struct Place: Hashable, Sendable {
        /// The upper 40 bits of the name: among 112 places a new one is taken for a known one once in 10¹⁰.
        var tag: UInt64
        /// Good sign-ins at this place.
        var count: UInt32 = 0
        /// Those of them that lie in a place below that is still kept.
        var below: UInt32 = 0
        var children: UInt16 = 0
        /// The index of the place above; its own for the two roots.
        var parent: UInt8
        /// Days since 1970 at which it was last met.
        var day: UInt16 = 0
    }

    /// The roots of the two chains come first and are always there.
    private(set) var places: [Place]

    init() { places = [Place(tag: 0, parent: 0), Place(tag: 1, parent: 1)] }

    init(places: [Place]) { self.places = places.count >= 2 ? places : HabitTree().places }

    /// What is known at one step of a path, as the model asks: how often the account came by the place above, how many
    /// different places it took from there, and how often this one.
    func counts(along steps: [HabitPath.Step]) -> [HabitCounts] {
        guard let first = steps.first else { return [] }
        var above: Int? = first.level.isNet ? 0 : 1
        return steps.map { step in
            guard let parent = above else { return HabitCounts() }
            let found = index(of: step, under: parent)
            above = found
            return HabitCounts(total: Int(places[parent].below), distinct: Int(places[parent].children),
                               count: found.map { Int(places[$0].count) } ?? 0)
        }
    }

    /// Takes in one good sign-in.
    /// - Returns: the steps the account took for the first time.
    mutating func learn(_ path: HabitPath, at: Instant) -> [HabitPath.Step] {
        let day = UInt16(clamping: at.milliseconds / 86_400_000)
        var fresh: [HabitPath.Step] = []
        for (root, chain) in path.chains.enumerated() where !chain.isEmpty {
            var parent = root
            places[root].count += 1
            for step in chain {
                places[parent].below += 1
                if let found = index(of: step, under: parent) {
                    parent = found
                } else {
                    fresh.append(step)
                    parent = add(step, under: parent)
                }
                places[parent].count += 1
                places[parent].day = max(places[parent].day, day)
            }
        }
        return fresh
    }

    /// Takes one out again.
    /// - Returns: the steps that no good sign-in of the account takes any longer.
    mutating func unlearn(_ path: HabitPath) -> [HabitPath.Step] {
        var gone: [HabitPath.Step] = []
        for (root, chain) in path.chains.enumerated() where !chain.isEmpty && places[root].count > 0 {
            var parent = root
            places[root].count -= 1
            for step in chain {
                guard let found = index(of: step, under: parent), places[found].count > 0 else { break }
                places[parent].below -= min(places[parent].below, 1)
                places[found].count -= 1
                if places[found].count == 0 { gone.append(step) }
                parent = found
            }
        }
        // Removal moves places about, so each is looked for anew; what lies below goes before what is above it.
        while let empty = places.indices.dropFirst(2).first(where: { places[$0].count == 0 && places[$0].children == 0 }) {
            remove(at: empty)
        }
        return gone
    }

    // MARK: Places

    private static func tag(_ step: HabitPath.Step) -> UInt64 { step.name >> 24 }

    private func index(of step: HabitPath.Step, under parent: Int) -> Int? {
        let tag = Self.tag(step)
        return places.indices.dropFirst(2).first { places[$0].tag == tag && Int(places[$0].parent) == parent }
    }

    private mutating func add(_ step: HabitPath.Step, under parent: Int) -> Int {
        var above = parent
        if places.count >= Limits.habitPlaces, let oldest = leastRecent(sparing: parent) {
            let last = places.count - 1
            places[Int(places[oldest].parent)].below -= min(places[Int(places[oldest].parent)].below, places[oldest].count)
            remove(at: oldest)
            // The last place has moved into the gap.
            if above == last { above = oldest }
        }
        places.append(Place(tag: Self.tag(step), parent: UInt8(above)))
        places[above].children += 1
        return places.count - 1
    }

    /// The leaf longest not met, of two alike the one met less; never the place that is to get a child.
    private func leastRecent(sparing kept: Int) -> Int? {
        places.indices.dropFirst(2).filter { places[$0].children == 0 && $0 != kept }
            .min { (places[$0].day, places[$0].count) < (places[$1].day, places[$1].count) }
    }

    /// Removes a place without children; the last one takes its index.
    private mutating func remove(at index: Int) {
        let parent = Int(places[index].parent)
        places[parent].children -= min(places[parent].children, 1)
        let last = places.count - 1
        if index != last {
            places[index] = places[last]
            for other in places.indices.dropFirst(2) where Int(places[other].parent) == last { places[other].parent = UInt8(index) }
        }
        places.removeLast()
    }
}

/// Counts at one step of a chain.
public struct HabitCounts: Hashable, Sendable {
    /// Sign-ins (for the population: accounts) at the place above.
    public var total: Int
    /// Different places met from there.
    public var distinct: Int
    /// Of them, those at this place.
    public var count: Int

    public init(total: Int = 0, distinct: Int = 0, count: Int = 0) {
        self.total = total
        self.distinct = distinct
        self.count = count
    }
}
