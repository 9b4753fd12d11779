import Synchronization

/// What Prometheus calls the type of a metric.
public enum MetricKind: String, Sendable { case counter, gauge, histogram }

/// One measured thing: a counter, a gauge, a histogram.
public protocol MetricValue: AnyObject, Sendable {
    static var kind: MetricKind { get }
    func write(_ name: String, _ labels: MetricLabels, to text: inout PrometheusText)
}

/// All metrics of one name, told apart by the values of their labels.
///
/// `with` takes a lock; a hot path asks once and keeps what it gets.
public final class MetricFamily<Value: MetricValue>: AnyMetricFamily {
    public let name: String
    public let help: String
    public let labels: [String]
    public var kind: MetricKind { Value.kind }
    private let make: @Sendable () -> Value
    private let children = Mutex<[[String]: Value]>([:])

    init(_ name: String, _ help: String, labels: [String], make: @escaping @Sendable () -> Value) {
        self.name = name
        self.help = help
        self.labels = labels
        self.make = make
    }

    /// The metric with these values of the labels, in their order. Past the limit of combinations the rest are counted as
    /// one, whose labels all say `other`: a scrape must not grow without bound.
    public func with(_ values: String...) -> Value {
        precondition(values.count == labels.count, "\(name) has \(labels.count) labels")
        return children.withLock { children in
            if let child = children[values] { return child }
            let isFull = children.count >= ServerLimits.metricCombinations
            let key = isFull ? labels.map { _ in "other" } : values
            let child = children[key] ?? make()
            children[key] = child
            return child
        }
    }

    /// Forgets the metrics for which `isGone` says so: those of a policy that is in force no more.
    public func remove(where isGone: ([String]) -> Bool) {
        children.withLock { children in children = children.filter { !isGone($0.key) } }
    }

    public func write(to text: inout PrometheusText) {
        let children = children.withLock { $0 }
        text.head(name, help, kind)
        for (values, child) in children.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            child.write(name, MetricLabels(names: labels, values: values), to: &text)
        }
    }
}

/// A family, whatever its values are.
public protocol AnyMetricFamily: Sendable {
    var name: String { get }
    var help: String { get }
    var labels: [String] { get }
    var kind: MetricKind { get }
    func write(to text: inout PrometheusText)
}

/// A family of numbers that are read only when somebody asks for them: the queue's length, the process's memory.
struct ReadMetricFamily: AnyMetricFamily {
    let name: String
    let help: String
    let labels: [String]
    let kind: MetricKind
    /// The values of the labels, and the number; an empty list where there is none to tell.
    let read: @Sendable () -> [(labels: [String], value: Double)]

    func write(to text: inout PrometheusText) {
        text.head(name, help, kind)
        for (values, value) in read() { text.sample(name, MetricLabels(names: labels, values: values), value) }
    }
}
