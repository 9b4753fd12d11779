/// Everything that Wary measures of itself. Names, labels and meanings are a contract: dashboards and alarms are built on
/// them. Docs/operations/metrics.md lists them, and a test holds the two together.
public struct ServerMetrics: Sendable {
    public let registry: MetricsRegistry

    // MARK: Decisions

    public let decisions: MetricFamily<Counter>
    public let degradedDecisions: MetricFamily<Counter>
    public let ruleResults: MetricFamily<Counter>
    public let reports: MetricFamily<Counter>
    public let overrides: Counter
    public let labels: MetricFamily<Counter>

    // MARK: The clerk

    public let stages: MetricFamily<Histogram>
    public let batchSize: Histogram
    public let commits: Histogram
    public let commitFailures: Counter
    public let isDegraded: Gauge
    public let warnings: MetricFamily<Counter>

    // MARK: What comes in

    public let requests: MetricFamily<Counter>
    public let requestTime: MetricFamily<Histogram>
    public let connections: MetricFamily<Gauge>
    public let refusedConnections: MetricFamily<Counter>
    public let timeouts: MetricFamily<Counter>
    public let httpResponses: MetricFamily<Counter>

    // MARK: Operation

    public let reloads: MetricFamily<Counter>
    public let isLastReloadGood: MetricFamily<Gauge>
    public let policies: MetricFamily<Gauge>
    public let isReady: Gauge
    private let buildInfo: MetricFamily<Gauge>

    public init(version: String, registry: MetricsRegistry = MetricsRegistry()) {
        self.registry = registry
        decisions = registry.counters(
            "wary_decisions_total", "Decisions by policy and what was decided.", labels: "policy", "decision")
        degradedDecisions = registry.counters(
            "wary_decisions_degraded_total", "Decisions made without history that could be trusted.", labels: "policy")
        ruleResults = registry.counters(
            "wary_rule_results_total", "Decisions in which a rule fired, was unknown, or fired while it only monitors.",
            labels: "policy", "rule", "result")
        reports = registry.counters(
            "wary_reports_total", "Reports of how a decided attempt ended, by outcome.", labels: "outcome")
        overrides = registry.counter(
            "wary_report_conflicts_total", "Reports that contradict the decision or an earlier report, such as success after deny.")
        labels = registry.counters(
            "wary_labels_total", "Decisions labelled as fraud or legitimate.", labels: "label")

        stages = registry.histograms(
            "wary_stage_seconds", "Time that one request spends waiting, being decided, and until its batch is committed.",
            .latency, labels: "stage")
        batchSize = registry.histogram("wary_batch_requests", "Requests that shared one commit.", .size)
        commits = registry.histogram("wary_commit_seconds", "Time of one commit, the sync to disk included.", .latency)
        commitFailures = registry.counter("wary_commit_failures_total", "Commits that failed; their answers were degraded.")
        isDegraded = registry.gauge("wary_history_degraded", "1 while history cannot be read or written.")

        warnings = registry.counters(
            "wary_warnings_total", "Things an operator should look into though nothing failed: crowded_address, one address with an implausible share of all accounts; rebuilding, damaged profiles that are made anew.",
            labels: "kind")

        requests = registry.counters(
            "wary_requests_total", "Requests by interface (engine counts them all), operation and result: ok or the error's code.",
            labels: "interface", "operation", "result")
        requestTime = registry.histograms(
            "wary_request_seconds", "Time from a request's last byte to its answer being ready.", .latency,
            labels: "interface", "operation")
        connections = registry.gauges("wary_connections", "Connections that are open.", labels: "interface")
        refusedConnections = registry.counters(
            "wary_connections_refused_total", "Connections that were refused, by reason: not_allowed or limit.",
            labels: "interface", "reason")
        timeouts = registry.counters(
            "wary_timeouts_total", "Connections closed because a header, a body or the reading of an answer took too long.",
            labels: "interface", "phase")
        httpResponses = registry.counters(
            "wary_http_responses_total", "HTTP responses by method, route and status.", labels: "method", "route", "status")

        reloads = registry.counters(
            "wary_reloads_total", "Reloads of policies, positions, keys or certificates, by result: ok or failed.", labels: "what", "result")
        isLastReloadGood = registry.gauges(
            "wary_reload_last_ok", "1 if the last reload took effect, 0 if the old one stays in force.", labels: "what")
        policies = registry.gauges(
            "wary_policy_info", "1 for each policy in force, with its version.", labels: "policy", "version", "event")
        isReady = registry.gauge("wary_ready", "1 while requests are decided as they should be.")
        buildInfo = registry.gauges("wary_build_info", "1, with the program's version.", labels: "version")
        buildInfo.with(version).set(1)
        ProcessMetrics.register(in: registry)
    }

    /// Reads how far coming policies are warmed whenever it is asked for; not there while none are coming.
    public func watchWarming(_ share: @escaping @Sendable () -> Double?) {
        registry.reading("wary_warming_ratio", "How much of the journal has been filled into what coming policies need, 0 to 1; only while they are warmed.",
                         share)
    }

    /// Reads the queue's length whenever it is asked for.
    public func watchQueue(capacity: Int, waiting: @escaping @Sendable () -> Int) {
        registry.reading("wary_queue_requests", "Requests that wait for the clerk.") { Double(waiting()) }
        registry.reading("wary_queue_capacity_requests", "Requests that may wait before callers are told to come back.") {
            Double(capacity)
        }
    }
}
