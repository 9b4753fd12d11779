import WaryHistory
import WaryVocabulary

/// A seeded run of decisions, reports, labels, events and imports over a few accounts.
struct Script {
    private var generator: SeededGenerator
    private let accounts: Int
    private var clock = Instant(milliseconds: 1_700_000_000_000)
    private var open: [DecisionID] = []
    private var closed: [DecisionID] = []

    init(seed: UInt64, accounts: Int = 12) {
        generator = SeededGenerator(seed: seed)
        self.accounts = accounts
    }

    static let aggregates: [AggregateDefinition] = {
        func make(_ function: AggregateDefinition.Function, _ field: String?, _ type: ValueType?, _ event: EventKind, _ keys: [KeyKind],
                  _ extent: AggregateDefinition.Extent, filter: EventFilter? = nil) -> AggregateDefinition {
            let names = keys.map(\.rawValue).joined(separator: ",")
            return AggregateDefinition(function: function, field: field, fieldType: type, event: event, keys: keys, extent: extent,
                                       filter: filter, text: "\(function)(\(field ?? "") of \(event) by \(names) \(extent)) \(filter != nil)")
        }
        let hour = AggregateDefinition.Extent.within(milliseconds: 3_600_000)
        return [
            make(.count, nil, nil, .loginFailed, [.account], hour),
            make(.count, nil, nil, .login, [.ip], hour, filter: EventFilter { $0.credential == .invalid }),
            make(.distinct, "account", .text, .login, [.ip], hour),
            make(.count, nil, nil, .loginFailed, [.account], .since(.loginSucceeded)),
            make(.new, "device", nil, .loginSucceeded, [.account], .within(milliseconds: 86_400_000)),
            make(.new, "account", nil, .loginSucceeded, [.device], .within(milliseconds: 86_400_000)),
            make(.sum, "cart", .decimal, .login, [.account, .device], hour),
            make(.max, "cart", .decimal, .login, [.everyone], hour),
            make(.last, "device", .text, .login, [.account], .ever),
            make(.elapsed, nil, nil, .passwordChanged, [.account], .ever),
            make(.regular, nil, nil, .login, [.subnet], hour),
        ]
    }()

    mutating func run(_ steps: Int, on history: History) throws {
        for _ in 0..<steps {
            clock = clock + Int64.random(in: 0..<40_000, using: &generator)
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<5: try decide(on: history)
            case 5..<8: try report(on: history)
            case 8 where Int.random(in: 0..<3, using: &generator) == 0: try label(on: history)
            case 8: try history.recordEvent(.passwordChanged, fields(), at: clock)
            default:
                let kind = [EventKind.loginSucceeded, .loginFailed].randomElement(using: &generator) ?? .login
                let back = Int64.random(in: 0..<7_200_000, using: &generator)
                try history.recordImported(ImportedEvent(given: kind, at: clock - back, fields: fields()))
            }
        }
    }

    private mutating func fields() -> EventFields {
        let account = Int.random(in: 0..<accounts, using: &generator), place = Int.random(in: 0..<20, using: &generator)
        var fields = EventFields(account: "account \(account)", ip: IPAddress(v4: 0xC000_0200 | UInt32(place)), agent: "agent \(place % 3)")
        fields.device = place % 4 == 0 ? nil : "device \(account) \(place % 3)"
        fields.credential = [.valid, .valid, .invalid].randomElement(using: &generator) ?? .valid
        fields.inputs = ["cart": .decimal(Double(Int.random(in: 0..<1000, using: &generator)))]
        fields.position = Position(country: Country(place < 15 ? "FR" : "JP"), point: GeoPoint(latitude: 48.86, longitude: 2.35), accuracy: 20_000)
        fields.network = NetworkFacts(asn: UInt32(64_500 + place % 5), anonymous: place == 3)
        return fields
    }

    private mutating func decide(on history: History) throws {
        let outcome = [Outcome.allow, .allow, .stepUp, .deny].randomElement(using: &generator) ?? .allow
        let decision = DecisionSummary(outcome: outcome, score: 20, policy: "test@1", firedRules: ["one"], factors: [.totp])
        open.append(try history.recordDecision(DecidedEvent(kind: .login, at: clock, fields: fields(), decision: decision)))
    }

    private mutating func report(on history: History) throws {
        guard let index = open.indices.randomElement(using: &generator) else { return }
        let outcome = ReportedOutcome.allCases.randomElement(using: &generator) ?? .succeeded
        let id = outcome.isFinal ? open.remove(at: index) : open[index]
        let attempt = Int.random(in: 0..<3, using: &generator)
        let report = OutcomeReport(decision: id, outcome: outcome, factor: outcome == .challengePassed ? .totp : nil, attempt: attempt, at: clock)
        if try accepted({ try history.recordOutcome(report) }) { closed.append(id) }
    }

    /// False where the report contradicts an earlier one, as some of a random run's do.
    private func accepted(_ body: () throws -> Void) throws -> Bool {
        do { try body() } catch let error as HistoryError {
            if case .conflict = error { return false }
            throw error
        }
        return true
    }

    private mutating func label(on history: History) throws {
        guard let id = closed.randomElement(using: &generator) else { return }
        try history.recordLabel(id, Bool.random(using: &generator) ? .fraud : .legitimate, at: clock)
    }
}
