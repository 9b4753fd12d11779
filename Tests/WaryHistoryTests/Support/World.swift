import WaryHistory
import WaryVocabulary

/// A small history to try things on: one account, a handful of counts, a clock that moves a second a decision.
final class World {
    let history: History
    var now = Instant(milliseconds: 1_700_000_000_000)

    init(_ history: History = .inMemory()) throws {
        self.history = history
        try history.use(Self.kinds.flatMap { kind in Self.keys.map { Self.count(kind, by: $0) } })
    }

    static let kinds: [EventKind] = [
        .login, .loginSucceeded, .loginFailed, .loginDenied, .challengePassed, .challengeFailed, .passwordChanged,
    ]
    static let keys: [KeyKind] = [.account, .ip, .device]

    static func count(_ kind: EventKind, by key: KeyKind) -> AggregateDefinition {
        AggregateDefinition(function: .count, event: kind, keys: [key], extent: .within(milliseconds: 3_600_000),
                            text: "count(\(kind) by \(key.rawValue) within 1h)")
    }

    func count(_ kind: EventKind, by key: KeyKind) -> AggregateDefinition { Self.count(kind, by: key) }

    func alice(credential: CredentialState = .valid, device: String? = nil) -> EventFields {
        EventFields(account: "alice", ip: IPAddress("192.0.2.10"), device: device, credential: credential)
    }

    @discardableResult
    func decide(_ fields: EventFields, _ outcome: Outcome = .allow, kind: EventKind = .login) throws -> DecisionID {
        let decision = DecisionSummary(outcome: outcome, score: 10, policy: "test@1")
        defer { now = now + 1000 }
        return try history.recordDecision(DecidedEvent(kind: kind, at: now, fields: fields, decision: decision))
    }

    func report(_ id: DecisionID, _ outcome: ReportedOutcome, factor: Factor? = nil, attempt: Int? = nil) throws {
        try history.recordOutcome(OutcomeReport(decision: id, outcome: outcome, factor: factor, attempt: attempt, at: now))
    }

    func read(_ aggregate: AggregateDefinition) throws -> Datum? {
        try history.value(of: aggregate, for: alice(), at: now).datum
    }
}
