import WaryHistory
import WaryLanguage
import WarySignals
import WaryVocabulary

/// A past decision made again from what history keeps of it: the policy's texts, pinned by their digest; what the data files
/// said of its address and its user agent, kept with the event; and the events before it, gone through from the first.
/// Nothing that came after it, and no file of today, has a part in it.
public struct DecisionReplay: Sendable {
    public let stored: StoredDecision
    /// Nil where the policy is not kept, or does not compile any more: see `missing`.
    public let evaluation: Evaluation?
    /// At level `fired`: what the caller was told.
    public let explanation: Explanation?
    public let policy: CompiledPolicy?
    /// The data files that were in use; nil where none were, or history does not keep what they were.
    public let data: DataInventory?
    /// What keeps the decision from being made again exactly as it was; empty where nothing does.
    public let missing: [String]
    /// What came out differently, part by part; empty where all is the same.
    public let differences: [String]

    /// Whether it was made again, and came out the same in every part that is kept.
    public var isSame: Bool { evaluation != nil && differences.isEmpty }

    /// The name under which history keeps what data files a decision rested on.
    static func dataName(_ digest: String) -> String { "data \(digest)" }

    /// - Parameter progress: called now and then with the records gone through.
    /// - Throws: `.notFound` where history holds no such decision.
    public init(_ id: DecisionID, in history: History, progress: (UInt64) -> Void = { _ in }) throws(HistoryError) {
        guard let stored = try history.decision(id) else { throw .notFound }
        self.stored = stored
        let summary = stored.event.decision
        var missing: [String] = []
        if summary.data.isEmpty {
            data = nil
        } else if let text = try history.text(named: Self.dataName(summary.data)) {
            data = DataInventory(text: String(decoding: text, as: UTF8.self))
        } else {
            data = nil
            missing.append("which data files were in use (\(summary.data)) is not kept; what they said is")
        }
        let loaded = try PolicyBundle.kept(summary.policy, in: history)?.load()
        guard let policy = loaded?.policy, policy.label == summary.policy else {
            missing.append(loaded == nil ? "the policy \(summary.policy) is not kept"
                : "the policy \(summary.policy), as it is kept, does not compile to the same with this version of Wary")
            (self.policy, evaluation, explanation, differences) = (loaded?.policy, nil, nil, [])
            self.missing = missing
            return
        }
        var judge = PolicyJudge(policy, agents: .builtIn)
        var judgement: PolicyJudge.Judgement?
        let replay = HistoryReplay(history, aggregates: policy.aggregates)
        try replay.run { (entry) throws(HistoryError) in
            if entry.sequence % 10_000 == 0 { progress(entry.sequence) }
            guard entry.sequence >= stored.sequence else { return true }
            judgement = judge.judge(entry.fields, place: Whereabouts(keptIn: entry.fields), history: replay.past, now: entry.at)
            return false
        }
        guard let judgement else { throw .notFound }
        self.policy = policy
        evaluation = judgement.evaluation
        explanation = judge.explain(.fired)
        differences = Self.differences(summary, judgement.evaluation, policy)
        if summary.isDegraded, !judgement.evaluation.isDegraded {
            missing.append("history could not be read when it was decided: what it did without cannot be told")
        }
        self.missing = missing + Self.gaps(replay.gaps)
    }

    private static func differences(_ then: DecisionSummary, _ now: Evaluation, _ policy: CompiledPolicy) -> [String] {
        var differences: [String] = []
        func compare<Part: Equatable>(_ name: String, _ then: Part, _ now: Part) {
            if then != now { differences.append("\(name): \(then) then, \(now) now") }
        }
        compare("decision", then.outcome.rawValue, now.outcome.rawValue)
        compare("score", then.score, now.score)
        compare("rules", then.firedRules, now.fired.map { policy.rules[$0].name })
        compare("factors", then.factors.map(\.rawValue), now.outcome == .stepUp ? now.factors.map(\.rawValue) : [])
        compare("degraded", then.isDegraded, now.isDegraded)
        return differences
    }

    private static func gaps(_ gaps: ReplayGaps) -> [String] {
        var texts: [String] = []
        if gaps.first > 1 { texts.append("the \(gaps.first - 1) events before event \(gaps.first) are held no longer: what counted them counts fewer") }
        if gaps.expired > 0 { texts.append("\(gaps.expired) events before it are past their retention: what counted them counts fewer") }
        if gaps.erased > 0 { texts.append("\(gaps.erased) events before it are of accounts erased since: they count as numbers only") }
        return texts
    }
}
