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
        /// The share of accounts that is judged, 0…1; all are history.
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
        try replay.run { entry throws(HistoryError) in
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
        return options.sample >= 1 || Self.place(entry.fields.account) < options.sample
    }

    /// Where an account stands between 0 and 1: the same in every run (FNV-1a, 64 bits).
    private static func place(_ account: String) -> Double {
        let hash = account.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        // The low bits of FNV are the poorer ones.
        return Double(((hash ^ (hash >> 32)) &* 0x9e37_79b9_7f4a_7c15) >> 11) / Double(1 << 53)
    }

    private mutating func judge(_ entry: HistoryEntry, _ past: History, _ end: AttemptEnd) throws(HistoryError) {
        let place = Whereabouts(keptIn: entry.fields)
        var before = Self.decided(entry)
        if rival != nil {
            before = rival?.judge(entry.fields, place: place, history: past, now: entry.at).evaluation.outcome
        }
        let evaluation = candidate.judge(entry.fields, place: place, history: past, now: entry.at).evaluation
        let needsWhy = evaluation.outcome != .allow || tally.isTelling(before, evaluation, end)
        let explanation = needsWhy ? candidate.explain(.full) : nil
        let isCold = try past.baseline(of: entry.fields.account).signIns == 0
        tally.add(BacktestTally.Judged(entry: entry, end: end, before: before, evaluation: evaluation,
                                       explanation: explanation, isCold: isCold))
    }

    private static func decided(_ entry: HistoryEntry) -> Outcome? {
        switch entry.what {
        case .decision(_, let event): event.decision.outcome
        case .imported(_, let decision, _, _): decision
        case .outcome, .label, .event: nil
        }
    }
}
