import WaryHistory
import WaryLanguage
import WarySignals
import WaryVocabulary

/// One policy with the machine that runs it, over and over: what it says of an event, on a history, at an instant. Nothing is
/// recorded here; serving, policy tests, what-ifs and backtests all judge alike.
struct PolicyJudge {
    let policy: CompiledPolicy
    private var machine: PolicyMachine
    private let agents: AgentReader
    /// Whether any signal it reads rests on the account's past.
    private let needsBaseline: Bool
    /// Whether it reads the statistical model, which costs a few microseconds a decision.
    private let needsModel: Bool
    /// Whether it has monitor rules: what they hit is recorded beside its decisions.
    let hasMonitors: Bool

    init(_ policy: CompiledPolicy, agents: AgentReader) {
        self.policy = policy
        self.agents = agents
        machine = PolicyMachine(policy)
        needsBaseline = policy.signals.contains(where: \.comesFromBaseline)
        needsModel = policy.signals.contains(.unfamiliarity)
        hasMonitors = policy.rules.contains(where: \.isMonitor)
    }

    /// What came of judging an event.
    struct Judgement {
        /// As history is to keep them: with where the address is, and what the user agent says.
        var fields: EventFields
        var evaluation: Evaluation
        /// The statistical model with its terms; nil where nobody asked for it.
        var model: Unfamiliarity?
        /// Good sign-ins of the account; nil where the baseline was not read.
        var signIns: Int?
        /// The first failure to read history; nil where all was read.
        var fault: HistoryError?
    }

    /// - Parameters:
    ///   - history: nil where it cannot be read.
    ///   - wantsModel: whether the statistical model is to be told though the policy does not ask for it.
    mutating func judge(_ fields: EventFields, place: Whereabouts, history: History?, now: Instant,
                        overrides: [SignalID: Datum] = [:], wantsModel: Bool = false) -> Judgement {
        var fault: HistoryError?
        var baseline: AccountBaseline?
        if needsBaseline || wantsModel, let history {
            do throws(HistoryError) { baseline = try history.baseline(of: fields.account) } catch { fault = error }
        }
        var context = SignalContext(event: fields, whereabouts: place, baseline: baseline, now: now,
                                    timeZone: policy.timeZone, overrides: overrides, agents: agents)
        if needsModel || wantsModel, let history, let baseline {
            do throws(HistoryError) {
                context.evidence = try history.evidence(for: context.event, baseline, at: now)
            } catch { fault = error }
        }
        var source = DecisionSource(signals: context, fields: context.event, history: history, now: now)
        let evaluation = machine.evaluate(&source)
        var judgement = Judgement(fields: context.event, evaluation: evaluation, signIns: baseline?.signIns, fault: fault ?? source.fault)
        if needsModel || wantsModel { judgement.model = source.signals.unfamiliarity }
        // What history learns does not depend on how much a caller wants explained.
        if needsModel { judgement.fields.strangeness = judgement.model?.score }
        return judgement
    }

    /// Why the last judgement was as it was.
    mutating func explain(_ level: ExplanationLevel) -> Explanation { machine.explain(level) }

    /// The one rule without which the last judgement would have been milder; nil where there is none, or more than one.
    mutating func decisive() -> Int? { machine.decisive() }

    /// What each rule added to the score of the last judgement.
    var contributions: [Int] { machine.contributions }
}
