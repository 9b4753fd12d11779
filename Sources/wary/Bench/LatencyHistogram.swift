/// Latencies in nanoseconds, in buckets that are 1/128 of their value wide: every percentile is within 0.8 %, from 1 ns
/// to over an hour. After Gil Tene's HdrHistogram.
struct LatencyHistogram {
    private var counts = [UInt64](repeating: 0, count: 128 * 37)
    private(set) var count: UInt64 = 0
    private(set) var greatest: UInt64 = 0

    mutating func record(_ nanoseconds: UInt64) {
        counts[min(Self.bucket(nanoseconds), counts.count - 1)] += 1
        count += 1
        greatest = max(greatest, nanoseconds)
    }

    /// The upper edge of the bucket that the nearest rank falls into; 0 when nothing was recorded.
    func percentile(_ percent: Double) -> UInt64 {
        guard count > 0 else { return 0 }
        let rank = max(1, UInt64((percent / 100 * Double(count)).rounded(.up)))
        var seen: UInt64 = 0
        for (bucket, number) in counts.enumerated() where number > 0 {
            seen += number
            if seen >= rank { return min(greatest, Self.upperEdge(bucket)) }
        }
        return greatest
    }

    /// Values below 128 have a bucket each; above, each power of two has 128.
    private static func bucket(_ value: UInt64) -> Int {
        guard value >= 128 else { return Int(value) }
        let shift = 56 - value.leadingZeroBitCount
        return shift * 128 + Int(value >> UInt64(shift))
    }

    private static func upperEdge(_ bucket: Int) -> UInt64 {
        guard bucket >= 256 else { return UInt64(bucket) }
        let shift = UInt64(bucket / 128 - 1)
        return (UInt64(bucket % 128 + 128) + 1) << shift - 1
    }
}
