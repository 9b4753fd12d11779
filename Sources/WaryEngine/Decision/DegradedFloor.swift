import WaryVocabulary

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
