/// How many events fell into a sliding window.
///
/// The newest 128 are kept one by one. Older ones are merged into buckets, each at most 2 % of what is newer than it,
/// so that a bucket the window's edge cuts, counted half, misleads by at most 1 %; events that arrive out of order and
/// split a bucket can double that. (An exponential histogram after Datar, Gionis, Indyk and Motwani, "Maintaining
/// stream statistics over sliding windows", 2002; unlike a ring of equal spans it holds for bursts too.)
///
/// Words: the size at which to merge next, then the buckets, oldest first: their last instant, and the count below it.
enum CountWindow {
    static func add(_ instant: Int64, window: Int64, to section: inout Section) {
        if section.isEmpty { section.append(UInt64(Limits.exactEntries + Limits.bucketSlack)) }
        let newest = section.count > 1 ? Stamp.milliseconds(section[section.count - 1]) : instant
        guard instant > newest - window else { return }
        var place = section.count
        while place > 1, Stamp.milliseconds(section[place - 1]) > instant { place -= 1 }
        if place < section.count, Stamp.low(section[place]) > 1 {
            split(at: place, instant, &section)
        } else {
            section.insert(Stamp.pack(instant, 1), at: place)
        }
        dropExpired(before: max(newest, instant) - window, &section)
        if section.count - 1 > Int(section[0]) { merge(&section) }
    }

    /// Events in (from, through].
    static func count(in section: Section, after from: Int64, through: Int64) -> Int64 {
        guard !section.isEmpty else { return 0 }
        var total: Int64 = 0
        var place = section.count - 1
        while place >= 1 {
            let word = section[place], instant = Stamp.milliseconds(word), events = Int64(Stamp.low(word))
            if instant <= from { break }
            let reachesOut = events > 1 && (place == 1 || Stamp.milliseconds(section[place - 1]) < from)
            if instant <= through { total += reachesOut ? (events + 1) / 2 : events }
            place -= 1
        }
        return total
    }

    private static func split(at place: Int, _ instant: Int64, _ section: inout Section) {
        let word = section[place], events = Stamp.low(word), older = events / 2
        section[place] = Stamp.pack(Stamp.milliseconds(word), events - older)
        section.insert(Stamp.pack(instant, older + 1), at: place)
    }

    private static func dropExpired(before cutoff: Int64, _ section: inout Section) {
        var expired = 1
        while expired < section.count, Stamp.milliseconds(section[expired]) <= cutoff { expired += 1 }
        section.remove(1..<expired)
    }

    private static func merge(_ section: inout Section) {
        var merged: [UInt64] = []
        var newer: UInt64 = 0
        var place = section.count - 1
        while place >= 1 {
            let end = Stamp.milliseconds(section[place])
            var events = Stamp.low(section[place])
            place -= 1
            if newer >= UInt64(Limits.exactEntries) {
                let most = min(UInt64(Double(newer) * Limits.bucketShare), Limits.bucketCapacity)
                while place >= 1, events + Stamp.low(section[place]) <= most {
                    events += Stamp.low(section[place])
                    place -= 1
                }
            }
            merged.append(Stamp.pack(end, events))
            newer += events
        }
        merged.append(UInt64(merged.count + Limits.bucketSlack))
        section.replaceAll(with: merged.reversed())
    }
}
