import Synchronization

/// A number that only grows. Adding costs one atomic instruction and takes no lock: it may stand on the decision path.
public final class Counter: MetricValue {
    public static let kind = MetricKind.counter
    private let total = Atomic<UInt64>(0)

    public init() {}

    public func add(_ amount: Int = 1) { total.wrappingAdd(UInt64(max(amount, 0)), ordering: .relaxed) }

    public var value: UInt64 { total.load(ordering: .relaxed) }

    public func write(_ name: String, _ labels: MetricLabels, to text: inout PrometheusText) {
        text.sample(name, labels, Double(value))
    }
}

/// A number that goes up and down. Setting it takes no lock.
public final class Gauge: MetricValue {
    public static let kind = MetricKind.gauge
    private let bits = Atomic<UInt64>(0)

    public init() {}

    public func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    public func add(_ amount: Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (exchanged, original) = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }

    public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    public func write(_ name: String, _ labels: MetricLabels, to text: inout PrometheusText) {
        text.sample(name, labels, value)
    }
}
