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
        case .failure(let failure) where failure.isUndecided: throw .noPolicy(question.event)
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

    func inputs(of event: EventKind) async -> Set<String> {
        await clerk.perform { decider in Set(decider.policies.policies.filter { $0.event == event }.flatMap(\.inputs).map(\.name)) } ?? []
    }

    func export(account: String) async throws(DecisionFailure) -> String? {
        try await onHistory { history throws(HistoryError) in try history.export(account: account) }
    }

    func erase(account: String) async throws(DecisionFailure) {
        try await onHistory { history throws(HistoryError) in _ = try history.erase(account: account, at: max(WallClock.now(), history.clock)) }
    }

    private func onHistory<Answer: Sendable>(_ body: @escaping @Sendable (History) throws(HistoryError) -> Answer) async throws(DecisionFailure) -> Answer {
        let done = await clerk.perform { decider in Result { () throws(HistoryError) in try body(decider.history) } }
        guard case .success(let answer)? = done else { throw .failed }
        return answer
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
