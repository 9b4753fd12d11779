import WaryHistory
import WaryLanguage
import WarySignals
import WaryVocabulary

/// Runs the shadow policies of an event on what the live policy has just judged: the same event, the same history, the same
/// instant, before anything of the decision is recorded. What fails in one stays in its own answer.
struct ShadowJudges {
    private var judges: [PolicyJudge]
    private let byEvent: [EventKind: [Int]]

    init(_ policies: [CompiledPolicy], agents: AgentReader) {
        judges = policies.map { PolicyJudge($0, agents: agents) }
        byEvent = Dictionary(grouping: policies.indices) { policies[$0].event }
    }

    /// What each says; in the order of the configuration.
    mutating func answers(_ event: EventKind, _ fields: EventFields, place: Whereabouts, history: History, now: Instant) -> [ShadowAnswer] {
        guard let indices = byEvent[event] else { return [] }
        return indices.map { index in
            let judged = judges[index].judge(fields, place: place, history: history, now: now)
            return ShadowAnswer(judges[index].policy.label, judged.evaluation, decisive: judges[index].decisive())
        }
    }

    /// The same for a what-if, with explanations.
    mutating func whatIf(_ request: DecideRequest, _ fields: EventFields, place: Whereabouts, history: History, now: Instant) -> [DecisionAnswer] {
        guard let indices = byEvent[request.event] else { return [] }
        return indices.map { index in
            let judged = judges[index].judge(fields, place: place, history: history, now: now, overrides: request.overrides)
            return DecisionAnswer(judged.evaluation, of: judges[index].policy, because: judges[index].explain(request.explain), level: request.explain)
        }
    }
}
