import Logging
import Synchronization
import WaryEngine
import WaryHistory

/// Puts policies in force anew: when asked, on SIGHUP, when their files change. One at a time, all or none; on any error
/// the old ones stay, and it is told in the log, in the metrics and in the readiness.
public final class PolicyReloader: Sendable {
    private struct State {
        var inForce: PolicySet
        /// Why the policies on disk are not those in force; nil where they are.
        var fault: String?
        /// The reload that others wait for.
        var running: Task<ReloadResult, Never>?
    }

    let store: PolicyStore
    private let clerk: Clerk
    private let metrics: ServerMetrics
    private let logger: Logger
    private let state: Mutex<State>

    public init(store: PolicyStore, inForce: PolicySet, clerk: Clerk, metrics: ServerMetrics, logger: Logger) {
        self.store = store
        self.clerk = clerk
        self.metrics = metrics
        self.logger = logger
        state = Mutex(State(inForce: inForce))
        metrics.tell(inForce)
    }

    /// The policies in force.
    public var inForce: PolicySet { state.withLock { $0.inForce } }

    /// Why the policies on disk are not those in force; nil where they are.
    public var fault: String? { state.withLock { $0.fault } }

    /// Loads, checks and tests the policies, and puts them in force. Answers `.warming` when that takes longer than
    /// `patience`; it goes on all the same.
    /// - Parameter reason: for the log: `request`, `signal`, `change`.
    public func reload(because reason: String, patience: Duration = .seconds(ServerLimits.reloadSeconds)) async -> ReloadResult {
        let task = state.withLock { state in
            let before = state.running
            let task = Task.detached {
                _ = await before?.value
                return await self.carryOut(reason)
            }
            state.running = task
            return task
        }
        let (results, outlet) = AsyncStream.makeStream(of: ReloadResult.self)
        Task { outlet.yield(await task.value) }
        let clock = Task {
            try await Task.sleep(for: patience)
            outlet.yield(.warming)
        }
        defer { clock.cancel() }
        for await result in results { return result }
        return .warming
    }

    private func carryOut(_ reason: String) async -> ReloadResult {
        let policies: PolicySet
        do throws(PolicyStore.Refusal) {
            policies = try store.load()
        } catch {
            return refuse(RefusedPolicies(error), reason)
        }
        switch await clerk.adopt(policies) {
        case .inForce: break
        case .stopped: return refuse(RefusedPolicies(message: "the engine is stopping"), reason)
        case .superseded: return refuse(RefusedPolicies(message: "other policies came before these were ready"), reason)
        case .failed(let error):
            return refuse(RefusedPolicies(message: "history cannot keep what the policies need: \(error)"), reason)
        }
        let before = state.withLock { state in
            defer { (state.inForce, state.fault) = (policies, nil) }
            return state.inForce
        }
        metrics.tell(policies)
        metrics.reloads.with("policies", "ok").add()
        metrics.isLastReloadGood.with("policies").set(1)
        for fault in policies.shadowFaults { logger.warning("a shadow policy is not evaluated", metadata: ["fault": "\(fault)"]) }
        let labels = policies.policies.map(\.label)
        let isChanged = labels != before.policies.map(\.label)
        logger.notice("policies reloaded", metadata: [
            "reason": "\(reason)", "changed": "\(isChanged)", "policies": .array(labels.map { .string($0) }),
        ])
        return .done(policies: labels)
    }

    private func refuse(_ refused: RefusedPolicies, _ reason: String) -> ReloadResult {
        state.withLock { $0.fault = refused.message }
        metrics.reloads.with("policies", "failed").add()
        metrics.isLastReloadGood.with("policies").set(0)
        logger.error("policies are not reloaded; the old ones stay in force", metadata: [
            "reason": "\(reason)", "fault": "\(refused.message)",
        ])
        return .refused(message: refused.message, diagnostics: refused.diagnostics)
    }
}

extension ServerMetrics {
    /// Shows which policies are in force, and those alone.
    func tell(_ set: PolicySet) {
        let now = set.policies.map { [$0.name, $0.version, $0.event.rawValue] }
        policies.remove { !now.contains($0) }
        for policy in set.policies { policies.with(policy.name, policy.version, policy.event.rawValue).set(1) }
    }
}
