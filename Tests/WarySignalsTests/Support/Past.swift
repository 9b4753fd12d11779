import Testing
import WaryHistory
import WarySignals
import WaryVocabulary

/// An account's past, made through history itself, and the signals of an attempt that follows it.
final class Past {
    static let noon = Instant(milliseconds: 1_767_268_800_000) // Thursday, 2026-01-01T12:00:00Z

    let history: History
    private(set) var last: DecisionID?

    init() { history = History.inMemory() }

    /// A sign-in that succeeded, unless another end is given.
    @discardableResult
    func signIn(_ fields: EventFields, at: Instant, outcome: ReportedOutcome? = .succeeded,
                decision: Outcome = .allow) throws -> DecisionID {
        // With what the agent says and the clock's offset, as the engine records them.
        let complete = SignalContext(event: fields, whereabouts: Whereabouts(), baseline: nil, now: at).event
        let id = try history.recordDecision(DecidedEvent(
            kind: .login, at: at, fields: complete, decision: DecisionSummary(outcome: decision, score: 0, policy: "test@0")))
        if let outcome { try history.recordOutcome(OutcomeReport(decision: id, outcome: outcome, at: at)) }
        last = id
        return id
    }

    /// The signals of an attempt; history can be made unavailable.
    func context(_ fields: EventFields, at now: Instant = Past.noon, whereabouts: Whereabouts = Whereabouts(),
                 timeZone: String? = nil, overrides: [SignalID: Datum] = [:], isAvailable: Bool = true) throws -> SignalContext {
        let baseline = isAvailable ? try history.baseline(of: fields.account) : nil
        return SignalContext(event: fields, whereabouts: whereabouts, baseline: baseline, now: now, timeZone: timeZone,
                             overrides: overrides)
    }
}

extension EventFields {
    /// An event of alice's from an address.
    static func alice(_ ip: String, device: String? = nil, agent: String? = nil, at point: (Double, Double)? = nil,
                      country: String? = nil, asn: UInt32? = nil, accuracy: Double? = nil) throws -> EventFields {
        var fields = EventFields(account: "alice", ip: IPAddress(ip), device: device, agent: agent)
        fields.position.country = country.flatMap { Country($0) }
        fields.position.point = point.flatMap { GeoPoint(latitude: $0.0, longitude: $0.1) }
        fields.position.accuracy = accuracy
        fields.network.asn = asn
        return fields
    }
}

/// Places, in degrees.
enum Place {
    static let paris = (48.86, 2.35)
    static let tokyo = (35.68, 139.69)
    static let newYork = (40.71, -74.01)
    static let versailles = (48.80, 2.13)
}

let minute: Int64 = 60_000
let hour: Int64 = 3_600_000
let day: Int64 = 86_400_000

extension Past {
    /// The statistical model's word on an attempt.
    func unfamiliarity(_ fields: EventFields, at now: Instant = Past.noon) throws -> Unfamiliarity? {
        let baseline = try history.baseline(of: fields.account)
        var context = SignalContext(event: fields, whereabouts: Whereabouts(), baseline: baseline, now: now)
        context.evidence = try history.evidence(for: context.event, baseline, at: now)
        return context.unfamiliarity
    }
}
