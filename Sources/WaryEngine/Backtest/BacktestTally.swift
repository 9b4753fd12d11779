import WaryHistory
import WaryLanguage
import WaryVocabulary

/// Counts what a backtest finds, in memory that grows with accounts and rules, not with events.
struct BacktestTally {
    struct Judged {
        var entry: HistoryEntry
        var end: AttemptEnd
        var before: Outcome?
        var evaluation: Evaluation
        /// Nil where it allowed and nothing is to be told.
        var explanation: Explanation?
        /// The one rule without which it would have been milder.
        var decisive: Int?
        /// The account had no good sign-in yet.
        var isCold: Bool

        /// True: fraud; false: good; nil: nobody knows.
        var isFraud: Bool? { end.isFraud }
    }

    var report: BacktestReport
    private let policy: CompiledPolicy
    private var burdens: [String: (attempts: Int, stopped: Int)] = [:]

    init(_ policy: CompiledPolicy, against: CompiledPolicy?) {
        self.policy = policy
        report = BacktestReport(policy: policy.label, against: against?.label)
        report.rules = policy.rules.map { BacktestReport.Rule(name: $0.name, isMonitor: $0.isMonitor) }
    }

    /// Whether a decision would get among the examples: then its explanation is wanted.
    func isTelling(_ before: Outcome?, _ evaluation: Evaluation, _ end: AttemptEnd) -> Bool {
        let weight = Self.weight(before, evaluation, end)
        return weight > 0 && (report.examples.count < EngineLimits.backtestExamples || weight > report.examples.last?.weight ?? 0)
    }

    mutating func add(_ judged: Judged) {
        let outcome = judged.evaluation.outcome
        report.attempts += 1
        report.from = min(report.from ?? judged.entry.at, judged.entry.at)
        report.to = max(report.to ?? judged.entry.at, judged.entry.at)
        report.after[outcome] += 1
        if let before = judged.before {
            report.before[before] += 1
            report.changes[before, default: .init()][outcome] += 1
        } else {
            report.undecidedBefore[outcome] += 1
        }
        report.days[judged.entry.at.milliseconds / 86_400_000, default: .init()][outcome] += 1
        if judged.isCold { report.coldStart[outcome] += 1 }
        burdens[judged.entry.fields.account, default: (0, 0)].attempts += 1
        if outcome != .allow { burdens[judged.entry.fields.account, default: (0, 0)].stopped += 1 }
        addRules(judged)
        addTruth(judged)
        addReproduction(judged)
        addExample(judged)
    }

    private mutating func addRules(_ judged: Judged) {
        for rule in [judged.evaluation.fired, judged.evaluation.monitored].joined() {
            report.rules[rule].hits += 1
            if let isFraud = judged.isFraud {
                report.rules[rule].frauds += isFraud ? 1 : 0
                report.rules[rule].goods += isFraud ? 0 : 1
            }
        }
        if let decisive = judged.decisive { report.rules[decisive].alone += 1 }
    }

    private mutating func addTruth(_ judged: Judged) {
        guard let isFraud = judged.isFraud else { return }
        report.truth.count(judged.evaluation.outcome, isFraud: isFraud)
        if let before = judged.before { report.truthBefore.count(before, isFraud: isFraud) }
        if judged.isCold { report.coldStartTruth.count(judged.evaluation.outcome, isFraud: isFraud) }
    }

    private mutating func addReproduction(_ judged: Judged) {
        guard case .decision(_, let event) = judged.entry.what, event.decision.policy == policy.label else { return }
        if event.decision.outcome == judged.evaluation.outcome && event.decision.score == judged.evaluation.score {
            report.reproduced += 1
        } else {
            report.notReproduced += 1
            report.notReproducedDegraded += event.decision.isDegraded ? 1 : 0
        }
    }

    private mutating func addExample(_ judged: Judged) {
        guard let explanation = judged.explanation, isTelling(judged.before, judged.evaluation, judged.end) else { return }
        let example = BacktestReport.Example(
            entry: judged.entry, end: judged.end, before: judged.before, after: judged.evaluation, explanation: explanation,
            weight: Self.weight(judged.before, judged.evaluation, judged.end))
        let place = report.examples.firstIndex { $0.weight < example.weight } ?? report.examples.count
        report.examples.insert(example, at: place)
        if report.examples.count > EngineLimits.backtestExamples { report.examples.removeLast() }
    }

    /// 0 where there is nothing to tell; most for what is known to have gone wrong, then for the greatest change.
    private static func weight(_ before: Outcome?, _ after: Evaluation, _ end: AttemptEnd) -> Int {
        let stops = after.outcome != .allow
        let isFraud = end.label == .fraud, isGood = end.label == .legitimate || (end.label == nil && end.outcome == .succeeded)
        let isWrong = isFraud && !stops || isGood && after.outcome == .deny
        let changed = before.map { $0 != after.outcome } ?? stops
        guard isWrong || changed else { return 0 }
        let distance = abs(Self.rank(after.outcome) - Self.rank(before ?? .allow))
        return (isWrong ? 1000 : 0) + distance * 200 + after.score
    }

    private static func rank(_ outcome: Outcome) -> Int {
        switch outcome {
        case .allow: 0
        case .stepUp: 1
        case .deny: 2
        }
    }

    /// The report, with what can only be said at the end.
    func finished() -> BacktestReport {
        var report = report
        let stopped = burdens.values.map(\.stopped).sorted()
        report.accounts = burdens.count
        if !stopped.isEmpty {
            report.medianBurden = stopped[(stopped.count - 1) / 2]
            report.highBurden = stopped[min(stopped.count - 1, Int((Double(stopped.count) * 0.95).rounded(.up)) - 1)]
        }
        report.worst = burdens.filter { $0.value.stopped > 0 }
            .map { BacktestReport.Burden(account: $0.key, attempts: $0.value.attempts, stopped: $0.value.stopped) }
            .sorted { ($1.stopped, $0.account) < ($0.stopped, $1.account) }.prefix(10).map { $0 }
        return report
    }
}

extension AttemptEnd {
    /// Nil where nobody knows.
    var isFraud: Bool? {
        switch (label, outcome) {
        case (.fraud, _): true
        case (.legitimate, _), (_, .succeeded), (_, .challengePassed): false
        default: nil
        }
    }
}

extension BacktestReport.Truth {
    mutating func count(_ outcome: Outcome, isFraud: Bool) {
        switch (isFraud, outcome) {
        case (true, .allow): missed += 1
        case (true, _): caught += 1
        case (false, .allow): leftAlone += 1
        case (false, _): falseAlarms += 1
        }
    }
}
