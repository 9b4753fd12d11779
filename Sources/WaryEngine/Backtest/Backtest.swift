import WaryHistory
import WaryLanguage
import WarySignals
import WaryVocabulary

/// Replays stored history under another policy, each attempt seeing exactly what was known then.
public struct Backtest {
    public struct Options: Sendable {
        /// The policy to be tried.
        public var policy: CompiledPolicy
        /// The one to hold it against; nil: what was decided at the time.
        public var against: CompiledPolicy?
        /// Attempts before this instant are only history.
        public var since: Instant?
        /// The share of accounts that is judged, 0…1. The others are history, and are not even read where no policy asks for more
        /// than an account's own past.
        public var sample: Double
        public var agents: AgentReader

        public init(policy: CompiledPolicy, against: CompiledPolicy? = nil, since: Instant? = nil, sample: Double = 1,
                    agents: AgentReader = .builtIn) {
            self.policy = policy
            self.against = against
            self.since = since
            self.sample = sample
            self.agents = agents
        }
    }

    private let options: Options
    private var candidate: PolicyJudge
    private var rival: PolicyJudge?
    private var tally: BacktestTally

    public init(_ options: Options) {
        self.options = options
        candidate = PolicyJudge(options.policy, agents: options.agents)
        rival = options.against.map { PolicyJudge($0, agents: options.agents) }
        tally = BacktestTally(options.policy, against: options.against)
    }

    /// - Parameters:
    ///   - history: opened for reading; a server may go on writing to it.
    ///   - progress: told now and then the journal's place that is reached; returns false to stop with a partial report.
    public mutating func run(on history: History, progress: (UInt64) -> Bool = { _ in true }) throws(HistoryError) -> BacktestReport {
        let start = ContinuousClock.now
        let aggregates = options.policy.aggregates + (options.against?.aggregates ?? [])
        let replay = HistoryReplay(history, aggregates: aggregates)
        var records = 0
        try replay.run(share: readsOwnPastOnly ? options.sample : 1) { entry throws(HistoryError) in
            records += 1
            if records.isMultiple(of: 1024), !progress(entry.sequence) {
                tally.report.isPartial = true
                return false
            }
            if entry.attempted == options.policy.event, isWanted(entry) {
                try judge(entry, replay.past, try history.end(of: entry))
            }
            return true
        }
        var report = tally.finished()
        report.records = records
        report.seconds = (ContinuousClock.now - start) / .seconds(1)
        return report
    }

    private func isWanted(_ entry: HistoryEntry) -> Bool {
        if let since = options.since, entry.at < since { return false }
        return entry.draw < options.sample
    }

    /// Whether the accounts that are judged suffice: what these policies read of the past is each account's own.
    private var readsOwnPastOnly: Bool {
        let policies = [options.policy] + (options.against.map { [$0] } ?? [])
        return policies.allSatisfy { policy in
            policy.aggregates.allSatisfy { $0.keys.contains(.account) } && !policy.signals.contains(.unfamiliarity)
        }
    }

    private mutating func judge(_ entry: HistoryEntry, _ past: History, _ end: AttemptEnd) throws(HistoryError) {
        let place = Whereabouts(keptIn: entry.fields)
        var before = Self.decided(entry)
        if rival != nil {
            before = rival?.judge(entry.fields, place: place, history: past, now: entry.at).evaluation.outcome
        }
        let judgement = candidate.judge(entry.fields, place: place, history: past, now: entry.at)
        let evaluation = judgement.evaluation
        let decisive = evaluation.outcome == .allow ? nil : candidate.decisive()
        let explanation = tally.isTelling(before, evaluation, end) ? candidate.explain(.full) : nil
        let signIns = if let known = judgement.signIns { known } else { try past.baseline(of: entry.fields.account).signIns }
        tally.add(BacktestTally.Judged(entry: entry, end: end, before: before, evaluation: evaluation,
                                       explanation: explanation, decisive: decisive, isCold: signIns == 0))
    }

    private static func decided(_ entry: HistoryEntry) -> Outcome? {
        switch entry.what {
        case .decision(_, let event): event.decision.outcome
        case .imported(_, let decision, _, _): decision
        case .outcome, .label, .event: nil
        }
    }
}
