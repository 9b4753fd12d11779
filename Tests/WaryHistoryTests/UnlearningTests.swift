import Testing
import WaryVocabulary
@testable import WaryHistory

/// After `fraud`, an account's baseline is, byte for byte, that of a history which never saw the event.
@Suite struct UnlearningTests {
    private static let start = Instant(milliseconds: 1_767_268_800_000)

    private struct SignIn {
        var at: Instant
        var fields: EventFields
        var isFraud: Bool
        /// How many sign-ins later it is labelled.
        var delay: Int
    }

    private static func signIns(_ count: Int, _ stream: inout SeededGenerator) -> [SignIn] {
        var at = start
        return (0..<count).map { _ in
            at = at + Int64.random(in: 1000..<20_000_000, using: &stream)
            let account = "u\(Int.random(in: 0..<4, using: &stream))", place = Int.random(in: 0..<5, using: &stream)
            var fields = EventFields(account: account, ip: IPAddress("198.51.\(place).\(Int.random(in: 1..<9, using: &stream))"),
                                     device: "d\(Int.random(in: 0..<6, using: &stream))",
                                     agent: "Mozilla/5.0 (X11; Linux x86_64; rv:1\(place).0) Gecko/20100101 Firefox/1\(place).0", credential: .valid)
            fields.position.country = Country(place < 4 ? "FR" : "JP")
            fields.position.point = GeoPoint(latitude: Double(place) * 9, longitude: Double(place) * 20)
            fields.network.asn = UInt32(64_500 + place)
            return SignIn(at: at, fields: fields, isFraud: Int.random(in: 0..<5, using: &stream) == 0,
                          delay: Int.random(in: 0..<12, using: &stream))
        }
    }

    private static func learn(_ signIn: SignIn, _ history: History) throws -> DecisionID {
        let decision = DecisionSummary(outcome: .allow, score: 0, policy: "p@1")
        let id = try history.recordDecision(DecidedEvent(kind: .login, at: signIn.at, fields: signIn.fields, decision: decision))
        try history.recordOutcome(OutcomeReport(decision: id, outcome: .succeeded, at: signIn.at))
        return id
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>) func baselinesNeverSawWhatWasFraud(seed: UInt64) throws {
        var stream = SeededGenerator(seed: seed)
        let signIns = Self.signIns(120, &stream)
        let key = InstallationKey.random()
        let taught = History.inMemory(key: key), spared = History.inMemory(key: key)
        var due: [Int: [DecisionID]] = [:]
        for (index, signIn) in signIns.enumerated() {
            let id = try Self.learn(signIn, taught)
            if signIn.isFraud { due[index + signIn.delay, default: []].append(id) }
            for id in due.removeValue(forKey: index) ?? [] { try taught.recordLabel(id, .fraud, at: signIn.at) }
            if !signIn.isFraud { _ = try Self.learn(signIn, spared) }
        }
        let end = signIns.last?.at ?? Self.start
        for id in due.values.joined() { try taught.recordLabel(id, .fraud, at: end) }
        try taught.commit()
        for account in Set(signIns.map(\.fields.account)) {
            let unlearned = try taught.baseline(of: account), never = try spared.baseline(of: account)
            #expect(unlearned.signIns > 0)
            #expect(unlearned.words == never.words, "seed \(seed), \(account)")
            #expect(unlearned == never, "seed \(seed), \(account)")
        }
        // And so it is once the profiles are built anew from the journal.
        let replay = HistoryReplay(taught, aggregates: [])
        try replay.run(until: end)
        for account in Set(signIns.map(\.fields.account)) {
            #expect(try replay.past.baseline(of: account).words == spared.baseline(of: account).words, "seed \(seed), \(account)")
        }
    }
}
