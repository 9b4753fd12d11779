import WaryHistory
import WaryLanguage
import WarySignals
import WaryVocabulary

/// A decision of the past, judged again at its place in history: every rule, its values, thresholds and contribution.
public struct PastDecision: Sendable {
    /// Why a decision cannot be explained.
    public enum Refusal: Error, Sendable {
        case history(HistoryError)
        /// History keeps no such decision.
        case notFound
        /// History does not keep the policy that decided it; give it.
        case policyNotKept(String)
        /// The policy that was given or kept has errors.
        case policyFaulty(LoadedPolicy)
    }

    public let stored: StoredDecision
    /// At level `full`.
    public let explanation: Explanation
    public let evaluation: Evaluation
    /// The policy it was judged by now: the one that decided, unless another was given.
    public let policy: CompiledPolicy

    /// Whether judging it again gave what was decided then. It may not where another policy was given, where the events
    /// before it are no longer held, or where history could not be read at the time.
    public var agrees: Bool {
        stored.event.decision.outcome == evaluation.outcome && stored.event.decision.score == evaluation.score
    }

    /// - Parameter policy: another policy to judge it by; nil takes the one that decided, as history keeps it.
    public init(_ id: DecisionID, in history: History, by policy: CompiledPolicy? = nil,
                agents: AgentReader = .builtIn) throws(Refusal) {
        let search = try PastDecisionSearch(id, in: history, by: policy, agents: agents)
        guard let found = try search.advance(atMost: .max) else { throw .notFound }
        self = found
    }

    init(_ stored: StoredDecision, _ policy: CompiledPolicy, _ evaluation: Evaluation, _ explanation: Explanation) {
        self.stored = stored
        self.policy = policy
        self.evaluation = evaluation
        self.explanation = explanation
    }

    static func kept(_ label: String, in history: History) throws(Refusal) -> CompiledPolicy {
        let bundle: PolicyBundle?
        do throws(HistoryError) { bundle = try PolicyBundle.kept(label, in: history) } catch { throw .history(error) }
        guard let bundle else { throw .policyNotKept(label) }
        let loaded = bundle.load()
        guard let policy = loaded.policy else { throw .policyFaulty(loaded) }
        return policy
    }
}

extension Whereabouts {
    /// What was known of the address when the event was recorded, and why the rest was not; of an event that nobody decided,
    /// what can be told from the address itself.
    init(keptIn fields: EventFields) {
        self = .undatabased(fields.ip)
        position = fields.position
        network = fields.network
        guard let reasons = fields.placeReasons else { return }
        missingCountry = reasons.country
        missingPosition = reasons.position
        missingNetwork = reasons.network
        missingAnonymity = reasons.anonymity
    }
}
