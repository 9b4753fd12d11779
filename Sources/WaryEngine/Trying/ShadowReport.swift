import WaryHistory
import WaryLanguage
import WaryVocabulary

/// What policies in shadow said of the decisions of the past, as they were recorded with them; and what the live policies'
/// monitor rules would have hit.
public struct ShadowReport: Sendable {
    /// One table a shadow policy, by label.
    public private(set) var shadows: [BacktestReport] = []
    /// One table a live policy that has monitor rules.
    public private(set) var live: [BacktestReport] = []
    /// Answers of policies whose text history does not keep.
    public private(set) var withoutPolicy = 0

    /// Reads the journal once.
    /// - Parameters:
    ///   - since: decisions before this instant are left out.
    ///   - progress: told now and then the journal's place that is reached; returns false to stop with a partial report.
    public init(from history: History, since: Instant? = nil, progress: (UInt64) -> Bool = { _ in true }) throws(HistoryError) {
        var reading = Reading()
        let start = ContinuousClock.now
        var records = 0, isPartial = false
        try history.entries { entry throws(HistoryError) in
            records += 1
            if records.isMultiple(of: 1024), !progress(entry.sequence) {
                isPartial = true
                return false
            }
            if let since, entry.at < since { return true }
            if case .decision(_, let event) = entry.what { try reading.add(entry, event, history) }
            return true
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        func finished(_ tallies: [String: BacktestTally]) -> [BacktestReport] {
            tallies.sorted { $0.key < $1.key }.map { _, tally in
                var report = tally.finished()
                (report.records, report.seconds, report.isPartial) = (records, seconds, isPartial)
                return report
            }
        }
        shadows = finished(reading.shadows)
        live = finished(reading.live)
        withoutPolicy = reading.withoutPolicy
    }

    private struct Reading {
        var shadows: [String: BacktestTally] = [:]
        var live: [String: BacktestTally] = [:]
        var withoutPolicy = 0
        private var policies: [String: CompiledPolicy?] = [:]

        mutating func add(_ entry: HistoryEntry, _ event: DecidedEvent, _ history: History) throws(HistoryError) {
            let answers = ShadowNote.answers(event.decision.explanation)
            let own = try policy(event.decision.policy, history)
            let hasMonitors = own?.rules.contains(where: \.isMonitor) ?? false
            guard hasMonitors || !answers.isEmpty else { return }
            let end = try history.end(of: entry)
            if hasMonitors, let own {
                let beside = answers.first { $0.policy == own.label }
                add(Self.decided(event, own, beside?.monitored ?? []), of: own, to: &live, entry, end, beside?.decisive)
            }
            for answer in answers where answer.policy != event.decision.policy {
                guard let policy = try policy(answer.policy, history) else {
                    withoutPolicy += 1
                    continue
                }
                add(answer.evaluation, of: policy, to: &shadows, entry, end, answer.decisive)
            }
        }

        private func add(_ evaluation: Evaluation, of policy: CompiledPolicy, to tallies: inout [String: BacktestTally],
                         _ entry: HistoryEntry, _ end: AttemptEnd, _ decisive: Int?) {
            guard [evaluation.fired, evaluation.monitored].joined().allSatisfy(policy.rules.indices.contains) else { return }
            guard case .decision(_, let event) = entry.what else { return }
            let reasons = evaluation.fired.map { index in
                Reason(rule: policy.rules[index].name, text: policy.rules[index].title ?? "", score: nil, because: [])
            }
            tallies[policy.label, default: BacktestTally(policy, against: nil)].add(BacktestTally.Judged(
                entry: entry, end: end, before: event.decision.outcome, evaluation: evaluation,
                explanation: Explanation(reasons: reasons), decisive: decisive, isCold: !entry.hasGoodPast))
        }

        /// What was decided, with rules by index.
        private static func decided(_ event: DecidedEvent, _ policy: CompiledPolicy, _ monitored: [Int]) -> Evaluation {
            let names = event.decision.firedRules
            let fired = policy.rules.indices.filter { names.contains(policy.rules[$0].name) }
            return Evaluation(outcome: event.decision.outcome, score: event.decision.score, isDegraded: event.decision.isDegraded,
                              fired: RuleList(fired), monitored: RuleList(monitored))
        }

        private mutating func policy(_ label: String, _ history: History) throws(HistoryError) -> CompiledPolicy? {
            if let known = policies[label] { return known }
            let policy = try PolicyBundle.kept(label, in: history)?.load().policy
            policies[label] = .some(policy)
            return policy
        }
    }
}
