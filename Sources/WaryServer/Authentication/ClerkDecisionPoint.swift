import WaryAuth
import WaryEngine
import WaryHistory
import WaryVocabulary

/// The engine's clerk as the authentication module sees it: the same decisions, over no wire.
struct ClerkDecisionPoint: DecisionPoint {
    let clerk: Clerk

    func decide(_ question: DecisionQuestion) async throws(DecisionFailure) -> DecisionVerdict {
        let request = DecideRequest(event: question.event, fields: question.fields, explain: .none, isWhatIf: question.isWhatIf)
        switch await clerk.answer(.decide(request)) {
        case .decision(let answer):
            return DecisionVerdict(id: answer.decisionID, outcome: answer.outcome, factors: answer.factors, score: answer.score, notify: answer.notify,
                                   isDegraded: answer.isDegraded)
        case .failure(let failure) where failure.code == .badRequest && failure.message.hasPrefix("no policy is"): throw .noPolicy(question.event)
        case .failure(let failure): throw Self.failure(failure)
        case .ok, .pong: throw .failed
        }
    }

    func report(_ report: DecisionReport) async throws(DecisionFailure) {
        let outcome: ReportedOutcome = switch report.end {
        case .succeeded: .succeeded
        case .failed: .failed
        case .abandoned: .abandoned
        case .challengeFailed: .challengeFailed
        case .challengePassed: .challengePassed
        }
        let request = ReportRequest(decisionID: report.decision, outcome: outcome, factor: report.factor, attempt: report.attempt)
        if case .failure(let failure) = await clerk.answer(.report(request)) { throw Self.failure(failure) }
    }

    func label(_ decision: String, isFraud: Bool) async throws(DecisionFailure) {
        let request = LabelRequest(decisionID: decision, label: isFraud ? .fraud : .legitimate)
        if case .failure(let failure) = await clerk.answer(.label(request)) { throw Self.failure(failure) }
    }

    private static func failure(_ failure: EngineFailure) -> DecisionFailure {
        switch failure.code {
        case .badRequest: .badRequest(failure.message)
        case .notFound: .notFound
        case .conflict: .conflict
        case .overloaded: .overloaded(retryAfterMilliseconds: failure.retryAfterMilliseconds ?? 1000)
        case .notAllowed, .internal: .failed
        }
    }
}
