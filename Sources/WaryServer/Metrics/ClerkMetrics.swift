import WaryEngine
import WaryHistory
import WaryLanguage
import WaryVocabulary

/// Counts the clerk's work. Every counter is looked up when policies change, so that a decision takes no lock: it adds to what
/// it holds.
struct ClerkMetrics: ClerkObserver {
    private struct OfPolicy {
        var allow, stepUp, deny, degraded: Counter
        /// In the policy's order.
        var rules: [(fired: Counter, unknown: Counter, monitored: Counter)]
    }

    private struct OfOperation {
        var ok: Counter
        var failures: [EngineFailure.Code: Counter]
    }

    private let metrics: ServerMetrics
    private var policies: [OfPolicy] = []
    private let operations: [String: OfOperation]
    private let reports: [ReportedOutcome: Counter]
    private let labels: [Label: Counter]
    private let queue, decide, commit: Histogram

    init(_ metrics: ServerMetrics) {
        self.metrics = metrics
        operations = Dictionary(uniqueKeysWithValues: ["decide", "report", "event", "label", "ping"].map { name in
            let failures = EngineFailure.Code.allCases.map { ($0, metrics.requests.with("engine", name, $0.rawValue)) }
            return (name, OfOperation(ok: metrics.requests.with("engine", name, "ok"),
                                      failures: Dictionary(uniqueKeysWithValues: failures)))
        })
        reports = Dictionary(uniqueKeysWithValues: ReportedOutcome.allCases.map { ($0, metrics.reports.with($0.rawValue)) })
        labels = Dictionary(uniqueKeysWithValues: Label.allCases.map { ($0, metrics.labels.with($0.rawValue)) })
        queue = metrics.stages.with("queue")
        decide = metrics.stages.with("decide")
        commit = metrics.stages.with("commit")
    }

    mutating func use(_ set: PolicySet) {
        policies = set.policies.map { policy in
            OfPolicy(
                allow: metrics.decisions.with(policy.name, Outcome.allow.rawValue),
                stepUp: metrics.decisions.with(policy.name, Outcome.stepUp.rawValue),
                deny: metrics.decisions.with(policy.name, Outcome.deny.rawValue),
                degraded: metrics.degradedDecisions.with(policy.name),
                rules: policy.rules.map { rule in
                    (metrics.ruleResults.with(policy.name, rule.name, "fired"),
                     metrics.ruleResults.with(policy.name, rule.name, "unknown"),
                     metrics.ruleResults.with(policy.name, rule.name, "monitored"))
                })
        }
    }

    mutating func note(_ request: EngineRequest, _ reply: EngineReply, _ judgement: ClerkJudgement?) {
        switch request {
        case .decide: count("decide", reply)
        case .report(let report):
            count("report", reply)
            if case .ok = reply { reports[report.outcome]?.add() }
            if case .failure(let failure) = reply, failure.code == .conflict { metrics.overrides.add() }
        case .event: count("event", reply)
        case .label(let report):
            count("label", reply)
            if case .ok = reply { labels[report.label]?.add() }
        case .ping: count("ping", reply)
        }
        if let judgement, case .decision(let answer) = reply { count(judgement, answer) }
    }

    private func count(_ operation: String, _ reply: EngineReply) {
        guard let counters = operations[operation] else { return }
        if case .failure(let failure) = reply { counters.failures[failure.code]?.add() } else { counters.ok.add() }
    }

    private func count(_ judgement: ClerkJudgement, _ answer: DecisionAnswer) {
        guard policies.indices.contains(judgement.policy) else { return }
        let counters = policies[judgement.policy]
        switch answer.outcome {
        case .allow: counters.allow.add()
        case .stepUp: counters.stepUp.add()
        case .deny: counters.deny.add()
        }
        if answer.isDegraded { counters.degraded.add() }
        for rule in judgement.evaluation.fired { counters.rules[rule].fired.add() }
        for rule in judgement.evaluation.unknown { counters.rules[rule].unknown.add() }
        for rule in judgement.evaluation.monitored { counters.rules[rule].monitored.add() }
    }

    mutating func note(_ batch: ClerkBatch) {
        guard !batch.arrivals.isEmpty else { return }
        metrics.batchSize.observe(UInt64(batch.arrivals.count))
        metrics.commits.observe(batch.committed - batch.carriedOut)
        if batch.hasFailed { metrics.commitFailures.add() }
        metrics.isDegraded.set(batch.isFaulty ? 1 : 0)
        for arrival in batch.arrivals {
            queue.observe(batch.begun - arrival)
            decide.observe(batch.carriedOut - batch.begun)
            commit.observe(batch.committed - batch.carriedOut)
        }
    }
}
