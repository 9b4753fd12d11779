import Synchronization

/// Every metric of one process, by name; writes what a scrape asks for.
public final class MetricsRegistry: Sendable {
    private let families = Mutex<[any AnyMetricFamily]>([])

    public init() {}

    public func counters(_ name: String, _ help: String, labels: String...) -> MetricFamily<Counter> {
        add(MetricFamily(name, help, labels: labels) { Counter() })
    }

    public func counter(_ name: String, _ help: String) -> Counter {
        add(MetricFamily(name, help, labels: []) { Counter() }).with()
    }

    public func gauges(_ name: String, _ help: String, labels: String...) -> MetricFamily<Gauge> {
        add(MetricFamily(name, help, labels: labels) { Gauge() })
    }

    public func gauge(_ name: String, _ help: String) -> Gauge {
        add(MetricFamily(name, help, labels: []) { Gauge() }).with()
    }

    public func histograms(_ name: String, _ help: String, _ scale: Histogram.Scale, labels: String...) -> MetricFamily<Histogram> {
        add(MetricFamily(name, help, labels: labels) { Histogram(scale) })
    }

    public func histogram(_ name: String, _ help: String, _ scale: Histogram.Scale) -> Histogram {
        add(MetricFamily(name, help, labels: []) { Histogram(scale) }).with()
    }

    /// A number that is read when somebody asks for it.
    public func reading(_ name: String, _ help: String, kind: MetricKind = .gauge, _ read: @escaping @Sendable () -> Double?) {
        add(ReadMetricFamily(name: name, help: help, labels: [], kind: kind) { read().map { [([], $0)] } ?? [] })
    }

    @discardableResult
    private func add<Family: AnyMetricFamily>(_ family: Family) -> Family {
        families.withLock { families in
            precondition(!families.contains { $0.name == family.name }, "\(family.name) is registered twice")
            families.append(family)
        }
        return family
    }

    /// All families, by name.
    public var all: [any AnyMetricFamily] { families.withLock { $0 }.sorted { $0.name < $1.name } }

    /// What `GET /metrics` answers.
    public func text() -> String {
        var text = PrometheusText()
        for family in all { family.write(to: &text) }
        return text.text
    }
}
