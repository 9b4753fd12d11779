import WaryEngine

/// What the HTTP interface puts on the wire: the engine, and what is around it. JSON comes as bytes, ready to be sent.
public protocol HTTPBackend: Sendable {
    /// Carries out one request; `arrived` is when its last byte came in.
    func answer(_ request: EngineRequest, arrived: ContinuousClock.Instant) async -> EngineReply

    /// A past decision: what was sent, what was decided, what became of it, and why: rule by rule.
    func decision(_ id: String) async throws(WireFailure) -> [UInt8]

    /// What happened to an account, newest first, at most `limit` records.
    func history(of account: String, limit: Int) async throws(WireFailure) -> [UInt8]
    /// Everything held about an account.
    func export(_ account: String) async throws(WireFailure) -> [UInt8]
    /// Forgets an account for good; a receipt.
    func erase(_ account: String) async throws(WireFailure) -> [UInt8]

    /// The policies in force.
    func policies() async -> [UInt8]
    /// The diagnostics of a policy's text.
    func check(_ draft: PolicyDraft) async -> [UInt8]
    /// Puts the policies as they are on disk in force.
    func reload() async -> ReloadResult

    /// Whether requests are decided as they should be, and if not, why.
    func readiness() async -> Readiness
}

/// What became of a reload.
public enum ReloadResult: Sendable, Equatable {
    /// `policies` are `name@version`.
    case done(policies: [String])
    /// New aggregates are being filled from history; the old policies decide until then.
    case warming
    /// The old policies stay in force. `diagnostics` is the JSON array of `wary check`; empty where the fault is no text's.
    case refused(message: String, diagnostics: [UInt8])
}

/// Whether the server does what it is there for.
public struct Readiness: Sendable, Equatable {
    /// Why it does not; empty where it does.
    public var faults: [String]
    /// What an operator should look at although decisions are as they should be.
    public var notes: [String]
    public var policies: [String]
    /// Requests that wait for the clerk.
    public var waiting: Int

    public init(faults: [String] = [], notes: [String] = [], policies: [String] = [], waiting: Int = 0) {
        self.faults = faults
        self.notes = notes
        self.policies = policies
        self.waiting = waiting
    }

    public var isReady: Bool { faults.isEmpty }
}
