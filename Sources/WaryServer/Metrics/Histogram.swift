import Synchronization

/// How often a measure fell below each of some bounds, and the sum of them all. Observing takes no lock: two atomic
/// additions and a search through at most a few dozen bounds.
public final class Histogram: MetricValue {
    /// The unit that is counted in, and what makes a printed number of it.
    public struct Scale: Sendable {
        /// Upper bounds of the buckets, ascending, in the counted unit.
        public let bounds: [UInt64]
        /// Counted units in one printed unit: 10⁹ where nanoseconds are counted and seconds printed.
        public let divisor: Double

        public init(bounds: [UInt64], divisor: Double) {
            self.bounds = bounds
            self.divisor = divisor
        }

        /// Nanoseconds, printed as seconds: 1 µs to 10 s in steps of 1, 2.5 and 5.
        public static let latency = Scale(
            bounds: [
                1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
                10_000_000, 25_000_000, 50_000_000, 100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000,
                5_000_000_000, 10_000_000_000,
            ],
            divisor: 1e9)

        /// Pieces, in powers of two: 1 to 1,024.
        public static let size = Scale(bounds: (0...10).map { 1 << $0 }, divisor: 1)
    }

    public static let kind = MetricKind.histogram
    private let scale: Scale
    /// One more than bounds: the last counts what is above them all.
    private let buckets: [Counter]
    private let sum = Atomic<UInt64>(0)

    public init(_ scale: Scale) {
        self.scale = scale
        buckets = (0...scale.bounds.count).map { _ in Counter() }
    }

    /// Counts one measure, in the scale's counted unit.
    public func observe(_ value: UInt64) {
        var low = 0, high = scale.bounds.count
        while low < high {
            let middle = (low + high) / 2
            if scale.bounds[middle] < value { low = middle + 1 } else { high = middle }
        }
        buckets[low].add()
        sum.wrappingAdd(value, ordering: .relaxed)
    }

    /// Counts a length of time; for scales that count nanoseconds.
    public func observe(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        observe(nanoseconds.overflow ? 0 : UInt64(max(0, nanoseconds.partialValue + attoseconds / 1_000_000_000)))
    }

    public var count: UInt64 { buckets.reduce(0) { $0 + $1.value } }

    public func write(_ name: String, _ labels: MetricLabels, to text: inout PrometheusText) {
        var below: UInt64 = 0
        for (bound, bucket) in zip(scale.bounds, buckets) {
            below += bucket.value
            let edge = PrometheusText.number(Double(bound) / scale.divisor)
            text.sample(name + "_bucket", labels.adding("le", edge), Double(below))
        }
        below += buckets.last?.value ?? 0
        text.sample(name + "_bucket", labels.adding("le", "+Inf"), Double(below))
        text.sample(name + "_sum", labels, Double(sum.load(ordering: .relaxed)) / scale.divisor)
        text.sample(name + "_count", labels, Double(below))
    }
}
