import WaryEngine
import WaryHistory
import WaryLanguage

/// The HTTP interface's view of a running engine.
public struct EngineBackend: HTTPBackend {
    let clerk: Clerk
    private let reloader: PolicyReloader
    private let metrics: ServerMetrics
    /// One past decision is explained at a time: each holds profiles of its own.
    let explaining = Turnstile()

    public init(clerk: Clerk, reloader: PolicyReloader, metrics: ServerMetrics) {
        self.clerk = clerk
        self.reloader = reloader
        self.metrics = metrics
    }

    public func answer(_ request: EngineRequest, arrived: ContinuousClock.Instant) async -> EngineReply {
        await withCheckedContinuation { continuation in
            clerk.submit(request, arrived: arrived) { continuation.resume(returning: $0) }
        }
    }

    /// Something with history between two batches, on the clerk's thread.
    func onHistory<Value: Sendable>(
        _ body: @escaping @Sendable (History) throws(HistoryError) -> Value
    ) async throws(WireFailure) -> Value {
        let result = await clerk.perform { decider -> Result<Value, HistoryError> in
            Result { () throws(HistoryError) in try body(decider.history) }
        }
        switch result {
        case .success(let value): return value
        case .failure: throw Self.unreadable
        case nil: throw Self.stopping
        }
    }

    static let unreadable = WireFailure(.overloaded, "history cannot be read at the moment",
                                        retryAfterMilliseconds: EngineLimits.retryAfterFaultMilliseconds)
    static let stopping = WireFailure(.overloaded, "the engine is stopping",
                                      retryAfterMilliseconds: EngineLimits.retryAfterFaultMilliseconds)

    public func policies() async -> [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        writer.openObject()
        writer.key("policies")
        writer.openArray()
        for policy in reloader.inForce.policies { Self.write(policy, to: &writer) }
        writer.closeArray()
        writer.closeObject()
        writer.newline()
        return writer.bytes
    }

    private static func write(_ policy: CompiledPolicy, to writer: inout JSONWriter) {
        writer.openObject()
        writer.key("name")
        writer.text(policy.name)
        if let title = policy.title {
            writer.key("title")
            writer.text(title)
        }
        writer.key("event")
        writer.text(policy.event.rawValue)
        writer.key("version")
        writer.text(policy.version)
        writer.key("on_error")
        writer.text(policy.onError.rawValue)
        writer.key("rules")
        writer.openArray()
        for rule in policy.rules {
            writer.openObject()
            writer.key("name")
            writer.text(rule.name)
            if let title = rule.title {
                writer.key("title")
                writer.text(title)
            }
            writer.key("monitor")
            writer.bool(rule.isMonitor)
            writer.closeObject()
        }
        writer.closeArray()
        writer.key("inputs")
        writer.openArray()
        for input in policy.inputs {
            writer.openObject()
            writer.key("name")
            writer.text(input.name)
            writer.key("type")
            writer.text(input.type.description)
            writer.closeObject()
        }
        writer.closeArray()
        writer.key("signals")
        writer.openArray()
        for signal in policy.signals { writer.text("\(signal)") }
        writer.closeArray()
        writer.closeObject()
    }

    public func check(_ draft: PolicyDraft) async -> [UInt8] {
        let loaded = reloader.store.check(draft: draft.text, at: draft.path)
        return Array(DiagnosticRenderer(files: loaded.files).json(loaded.diagnostics).utf8)
    }

    public func reload() async -> ReloadResult { await reloader.reload(because: "request") }

    public func readiness() async -> Readiness {
        var notes = reloader.fault.map { ["the policies on disk are not in force: \($0)"] } ?? []
        notes += reloader.inForce.shadowFaults.map { "a shadow policy is not evaluated: \($0)" }
        if let warming = clerk.health.warming {
            notes.append("new policies are warmed: \(warming.records) of \(warming.total) events; the old ones decide")
        }
        let faults = clerk.health.current.map { ["history cannot be used: \($0.description)"] } ?? []
        return Readiness(faults: faults, notes: notes, policies: reloader.inForce.policies.map(\.label), waiting: clerk.waiting)
    }
}
