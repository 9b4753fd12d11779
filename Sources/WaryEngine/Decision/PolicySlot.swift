import WaryLanguage
import WaryVocabulary

/// One policy in force with the machine that runs it.
struct PolicySlot {
    let policy: CompiledPolicy
    var machine: PolicyMachine
    /// Whether any signal it reads rests on the account's past.
    let needsBaseline: Bool
    /// Whether it reads the statistical model, which costs a few microseconds a decision.
    let needsModel: Bool

    init(_ policy: CompiledPolicy) {
        self.policy = policy
        machine = PolicyMachine(policy)
        needsBaseline = policy.signals.contains(where: Self.baselineSignals.contains)
        needsModel = policy.signals.contains(.unfamiliarity)
    }

    static let baselineSignals: Set<SignalID> = [
        .accountNew, .accountSignIns, .accountAge, .accountIdle, .ipNew, .subnetNew, .networkNew, .geoCountryNew,
        .travelDistance, .travelElapsed, .travelSpeed, .deviceNew, .deviceAge, .agentNew, .timeUnusual, .unfamiliarity,
    ]
}

/// The least severe answer that a policy allows while history cannot be trusted.
struct DegradedFloor: Sendable {
    var onError: Outcome
    var noFactor: Outcome
    /// The factors that the account has; nil where the app did not say.
    var factors: FactorSet?

    /// Marks an answer degraded and tightens it to the floor. Whatever it recorded is gone, so it has no id.
    func applied(to answer: DecisionAnswer) -> DecisionAnswer {
        var answer = answer
        answer.isDegraded = true
        answer.decisionID = nil
        guard onError > answer.outcome else { return answer }
        answer.outcome = onError
        answer.factors = []
        if onError == .stepUp {
            answer.factors = factors?.factors ?? Factor.allCases
            if answer.factors.isEmpty { answer.outcome = max(.stepUp, noFactor) }
        }
        return answer
    }
}
