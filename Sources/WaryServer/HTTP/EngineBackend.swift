import WaryEngine
import WaryHistory
import WaryLanguage

/// The HTTP interface's view of a running engine.
public struct EngineBackend: HTTPBackend {
    private let clerk: Clerk
    private let reloader: PolicyReloader
    private let metrics: ServerMetrics

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

    public func decision(_ id: String) async throws(WireFailure) -> [UInt8] {
        guard let id = DecisionID(id) else { throw Self.noDecision }
        let found = await clerk.perform { decider -> Result<StoredDecision?, HistoryError> in
            Result { () throws(HistoryError) in try decider.history.decision(id) }
        }
        switch found {
        case .success(let stored?): return StoredDecisionEncoder.json(stored)
        case .success(nil): throw Self.noDecision
        case .failure: throw WireFailure(.overloaded, "history cannot be read at the moment",
                                         retryAfterMilliseconds: EngineLimits.retryAfterFaultMilliseconds)
        case nil: throw WireFailure(.overloaded, "the engine is stopping",
                                    retryAfterMilliseconds: EngineLimits.retryAfterFaultMilliseconds)
        }
    }

    private static let noDecision = WireFailure(.notFound, "there is no decision with this id")

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

    public func check(_ text: String) async -> [UInt8] {
        let path = "policy.wary"
        let loaded = PolicyLoader(sources: MemorySources([path: text])).load(path)
        return Array(DiagnosticRenderer(files: loaded.files).json(loaded.diagnostics).utf8)
    }

    public func reload() async -> ReloadResult { await reloader.reload(because: "request") }

    public func readiness() async -> Readiness {
        var notes = reloader.fault.map { ["the policies on disk are not in force: \($0)"] } ?? []
        if let warming = clerk.health.warming {
            notes.append("new policies are warmed: \(warming.records) of \(warming.total) events; the old ones decide")
        }
        let faults = clerk.health.current.map { ["history cannot be used: \($0.description)"] } ?? []
        return Readiness(faults: faults, notes: notes, policies: reloader.inForce.policies.map(\.label), waiting: clerk.waiting)
    }
}
