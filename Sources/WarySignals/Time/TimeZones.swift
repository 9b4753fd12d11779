import Foundation
import Synchronization
import WaryVocabulary

/// The world's time zones, from the system's tables.
public enum TimeZones {
    /// Minutes ahead of UTC in a zone at an instant, daylight saving time included; nil where there is no such zone.
    public static func offset(of zone: String, at instant: Instant) -> Int? {
        let quarter = instant.milliseconds / 900_000
        if let known = cache.withLock({ $0[zone] }), known.quarter == quarter { return known.offset }
        let found = TimeZone(identifier: zone)
            .map { $0.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1000)) / 60 }
        cache.withLock {
            if $0.count >= Limits.timeZones { $0.removeAll() }
            $0[zone] = Entry(quarter: quarter, offset: found)
        }
        return found
    }

    /// Whether there is a zone of this name.
    public static func contains(_ zone: String) -> Bool { TimeZone(identifier: zone) != nil }

    /// A zone's offset in one quarter of an hour: clocks are only ever changed at full quarters.
    private struct Entry {
        var quarter: Int64
        var offset: Int?
    }

    private static let cache = Mutex<[String: Entry]>([:])
}
