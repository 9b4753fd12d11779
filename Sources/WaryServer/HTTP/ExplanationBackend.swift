import Synchronization
import WaryEngine
import WaryHistory

/// A past decision with its explanation. It is judged again at its place in history; the way there is gone in slices between
/// batches of decisions.
extension EngineBackend {
    public func decision(_ id: String) async throws(WireFailure) -> [UInt8] {
        guard let id = DecisionID(id) else { throw Self.noDecision }
        let stored = try await onHistory { (history) throws(HistoryError) in try history.decision(id) }
        guard let stored else { throw Self.noDecision }
        guard stored.sequence <= EngineLimits.explanationRecords else {
            return StoredDecisionEncoder.json(stored, .missing(
                "too much history lies before it for a server to go through; `wary explain \(id) --data` beside it can"))
        }
        guard explaining.enter() else {
            throw WireFailure(.overloaded, "another decision is being explained", retryAfterMilliseconds: EngineLimits.retryAfterFaultMilliseconds)
        }
        defer { explaining.leave() }
        return try await explained(id, stored)
    }

    private static let noDecision = WireFailure(.notFound, "there is no decision with this id")

    /// One step on the way to a decision.
    private enum Step: Sendable {
        case further
        case found(PastDecision)
        case refused(PastDecision.Refusal)
    }

    private func explained(_ id: DecisionID, _ stored: StoredDecision) async throws(WireFailure) -> [UInt8] {
        let search = SearchBox()
        while true {
            let step = await clerk.perform { decider -> Step in
                do throws(PastDecision.Refusal) {
                    return try search.advance(id, &decider).map(Step.found) ?? .further
                } catch {
                    return .refused(error)
                }
            }
            switch step {
            case .further?: continue
            case .found(let past)?: return StoredDecisionEncoder.json(past.stored, .found(past))
            case .refused(.notFound)?: throw Self.noDecision
            case .refused(.policyNotKept(let label))?: return StoredDecisionEncoder.json(stored, .missing("history does not keep the policy \(label)"))
            case .refused(.policyFaulty)?: return StoredDecisionEncoder.json(stored, .missing("the policy that decided has errors for this version of Wary"))
            case .refused(.history)?: throw Self.unreadable
            case nil: throw Self.stopping
            }
        }
    }
}

// SAFETY: the search is touched by `advance` alone, which runs in `Clerk.perform`, and so on the clerk's one thread.
private final class SearchBox: @unchecked Sendable {
    private var search: PastDecisionSearch?

    func advance(_ id: DecisionID, _ decider: inout Decider) throws(PastDecision.Refusal) -> PastDecision? {
        let current = if let search { search } else { try begin(id, decider) }
        search = current
        let found = try current.advance(atMost: EngineLimits.explanationSlice)
        if found != nil { search = nil }
        return found
    }

    /// With interval durability the decision itself may not be on disk yet, and the way goes through what is.
    private func begin(_ id: DecisionID, _ decider: Decider) throws(PastDecision.Refusal) -> PastDecisionSearch {
        do throws(HistoryError) {
            if decider.history.hasUncommitted { try decider.history.commitNow() }
        } catch {
            throw .history(error)
        }
        return try PastDecisionSearch(id, in: decider.history, agents: decider.options.agents)
    }
}

/// Lets one in at a time; the others do not wait.
final class Turnstile: Sendable {
    private let isTaken = Atomic<Bool>(false)

    func enter() -> Bool { isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged }

    func leave() { isTaken.store(false, ordering: .releasing) }
}
