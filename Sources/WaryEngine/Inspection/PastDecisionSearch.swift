import WaryHistory
import WaryLanguage
import WarySignals
import WaryVocabulary

/// Goes through history to a decision of the past, in steps: a server does other things between them. It belongs to the
/// history's thread.
public final class PastDecisionSearch {
    public let stored: StoredDecision
    private let policy: CompiledPolicy
    private let replay: HistoryReplay
    private var judge: PolicyJudge

    /// - Parameter policy: another policy to judge it by; nil takes the one that decided, as history keeps it.
    public init(_ id: DecisionID, in history: History, by policy: CompiledPolicy? = nil,
                agents: AgentReader = .builtIn) throws(PastDecision.Refusal) {
        let found: StoredDecision?
        do throws(HistoryError) { found = try history.decision(id) } catch { throw .history(error) }
        guard let found else { throw .notFound }
        stored = found
        self.policy = if let policy { policy } else { try PastDecision.kept(found.event.decision.policy, in: history) }
        judge = PolicyJudge(self.policy, agents: agents)
        replay = HistoryReplay(history, aggregates: self.policy.aggregates)
    }

    /// Goes through at most so many records. Nil where the decision lies further on.
    public func advance(atMost limit: Int) throws(PastDecision.Refusal) -> PastDecision? {
        var judgement: PolicyJudge.Judgement?
        do throws(HistoryError) {
            let isMore = try replay.run(atMost: limit) { entry in
                guard entry.sequence >= stored.sequence else { return true }
                judgement = judge.judge(entry.fields, place: Whereabouts(keptIn: entry.fields), history: replay.past, now: entry.at)
                return false
            }
            if judgement == nil, !isMore { throw HistoryError.notFound }
        } catch {
            throw error == .notFound ? .notFound : .history(error)
        }
        return judgement.map { PastDecision(stored, policy, $0.evaluation, judge.explain(.full)) }
    }
}
