import WaryHistory

/// What became of policies that were to come into force.
public enum Adoption: Sendable {
    case inForce
    /// The old ones stay.
    case failed(HistoryError)
    /// Others were to come into force before these could.
    case superseded
    case stopped
}

/// Policies that wait for what they need of history: it is filled from the journal piece by piece while the old ones go on
/// deciding.
struct Warming {
    let policies: PolicySet
    let done: @Sendable (Adoption) -> Void
}

extension Clerk {
    /// Puts other policies in force, all or none, as soon as history has filled the aggregates that they need and that are
    /// not kept yet. Until then the old ones decide; `health.warming` tells how far it is.
    public func adopt(_ policies: PolicySet) async -> Adoption {
        await withCheckedContinuation { (continuation: CheckedContinuation<Adoption, Never>) in
            let isTaken = add(.adopt(policies) { continuation.resume(returning: $0) })
            if !isTaken { continuation.resume(returning: .stopped) }
        }
    }
}

extension ClerkLoop {
    /// Takes up policies that are to come into force.
    mutating func take(up policies: PolicySet, _ done: @escaping @Sendable (Adoption) -> Void) {
        end(.superseded)
        do throws(HistoryError) {
            try decider.prepare(policies)
            warming = Warming(policies: policies, done: done)
        } catch { done(.failed(error)) }
    }

    /// What is done between two batches: a piece of the warming, a piece of history's upkeep.
    /// - Returns: the milliseconds for which nothing more is due; 0 while there is more to do.
    mutating func tend() -> Int64 {
        if warming != nil, warm() { return 0 }
        return decider.tend(wall: WallClock.now())
    }

    /// - Returns: whether there is more of it to do.
    private mutating func warm() -> Bool {
        guard let coming = warming else { return false }
        do throws(HistoryError) {
            let progress = try decider.history.fill(records: EngineLimits.warmingSlice)
            health.warming = progress
            guard progress.isDone else { return true }
            try decider.exchange(coming.policies, wall: WallClock.now())
            observePolicies()
            end(.inForce)
        } catch { end(.failed(error)) }
        return false
    }

    /// Tells whoever waits for the warming how it ended.
    mutating func end(_ adoption: Adoption) {
        health.warming = nil
        let done = warming?.done
        warming = nil
        done?(adoption)
    }
}
