import Testing
import WaryVocabulary
@testable import WaryHistory

/// Only good sign-ins teach: compared are the very words that profiles keep.
struct LearningTests {
    private static let start = Instant(milliseconds: 1_767_268_800_000)

    /// Everything learnt, by profile: each account's baseline, and what everyone's good sign-ins teach together.
    private static func learned(_ history: History) -> [ProfileKey: [UInt64]] {
        var learned: [ProfileKey: [UInt64]] = [:]
        for entry in history.profiles.entries {
            for slot in [ReservedSlot.baseline, ReservedSlot.population] {
                let words = Array(entry.profile.section(slot).payload)
                // A place that nobody has been to is as if it were not there.
                if words.contains(where: { $0 != 0 }) { learned[entry.key] = words }
            }
        }
        return learned
    }

    private static func fields(_ account: String, _ ip: UInt32, asn: UInt32, device: String, country: String = "FR") -> EventFields {
        var fields = EventFields(account: account, ip: IPAddress(v4: 0x0b00_0000 + ip), device: device,
                                 agent: "Mozilla/5.0 Firefox/\(140 + ip % 4).0", credential: .valid)
        fields.agentFacts = AgentFacts(kind: .desktop, browser: "Firefox", browserVersion: "\(140 + ip % 4).0", os: "Linux", osVersion: "")
        fields.position = Position(country: Country(country), point: GeoPoint(latitude: 48.9, longitude: Double(asn)), accuracy: 5_000)
        fields.network.asn = asn
        fields.strangeness = Double(ip % 40) / 4 - 5
        return fields
    }

    private static func decide(_ history: History, _ fields: EventFields, _ outcome: Outcome, at: Instant) throws -> DecisionID {
        try history.recordDecision(DecidedEvent(kind: .login, at: at, fields: fields,
                                                decision: DecisionSummary(outcome: outcome, score: 50, policy: "t@0")))
    }

    /// Twenty accounts with a past.
    private static func taught(_ stream: inout SeededGenerator) throws -> History {
        let history = History.inMemory()
        for index in 0..<300 {
            let account = Int.random(in: 0..<20, using: &stream)
            let fields = Self.fields("a\(account)", UInt32(account * 512 + Int.random(in: 0..<300, using: &stream)), asn: UInt32(account % 5 + 1),
                                     device: "d\(account)-\(index % 3)")
            let at = Self.start + Int64(index) * 600_000
            try history.recordOutcome(OutcomeReport(decision: decide(history, fields, .allow, at: at), outcome: .succeeded, at: at + 1_000))
        }
        return history
    }

    private static let after = start + 400 * 600_000

    @Test func anAttackThatFailsItsStepUpLeavesEveryBaselineAsItWas() throws {
        let seed = UInt64.random(in: 0..<1 << 32)
        var stream = SeededGenerator(seed: seed)
        let history = try Self.taught(&stream)
        let before = Self.learned(history)
        #expect(before.count > 40)
        for index in 0..<60 {
            let at = Self.after + Int64(index) * 60_000
            let attack = Self.fields("a\(index % 20)", UInt32.random(in: 100_000..<200_000, using: &stream), asn: 65_000 + UInt32(index % 7),
                                     device: "attacker-\(index)", country: "BR")
            let outcome: Outcome = index % 3 == 2 ? .deny : .stepUp
            let id = try Self.decide(history, attack, outcome, at: at)
            if outcome == .deny { continue }
            try history.recordOutcome(OutcomeReport(decision: id, outcome: .challengeFailed, factor: .totp, attempt: 1, at: at + 1_000))
            try history.recordOutcome(OutcomeReport(decision: id, outcome: .challengeFailed, factor: .totp, attempt: 2, at: at + 2_000))
            try history.recordOutcome(OutcomeReport(decision: id, outcome: index % 2 == 0 ? .abandoned : .failed, at: at + 3_000))
        }
        #expect(Self.learned(history) == before, "seed \(seed)")
        // Wrong passwords on accounts that exist teach nothing either.
        for index in 0..<40 {
            var guess = Self.fields("a\(index % 20)", 300_000 + UInt32(index), asn: 64_999, device: "g")
            guess.credential = .invalid
            _ = try Self.decide(history, guess, .allow, at: Self.after + Int64(4_000_000 + index * 1_000))
        }
        #expect(Self.learned(history) == before, "seed \(seed)")
    }

    @Test func fraudIsUnlearnedToTheWord() throws {
        let seed = UInt64.random(in: 0..<1 << 32)
        var stream = SeededGenerator(seed: seed)
        let history = try Self.taught(&stream)
        let fading = Set([PopulationKey.totals.profile] + (0...66_000).map { PopulationKey.conduct($0).profile })
        for index in 0..<20 {
            let before = Self.learned(history)
            let at = Self.after + Int64(index) * 60_000
            let attack = Self.fields("a\(index % 22)", UInt32.random(in: 100_000..<200_000, using: &stream), asn: 65_000 + UInt32(index % 7),
                                     device: "attacker-\(index)", country: "BR")
            let id = try Self.decide(history, attack, .allow, at: at)
            try history.recordOutcome(OutcomeReport(decision: id, outcome: .succeeded, at: at + 1_000))
            let with = Self.learned(history)
            #expect(with != before)
            try history.recordLabel(id, .fraud, at: at + 2_000)
            // What fades is as it was in value, as of another instant: PopulationTests compares that.
            #expect(Self.learned(history).filter { !fading.contains($0.key) } == before.filter { !fading.contains($0.key) }, "seed \(seed)")
            try history.recordLabel(id, .legitimate, at: at + 3_000)
            #expect(Self.learned(history).filter { !fading.contains($0.key) } == with.filter { !fading.contains($0.key) }, "seed \(seed)")
            try history.recordLabel(id, .fraud, at: at + 4_000)
        }
    }
}
