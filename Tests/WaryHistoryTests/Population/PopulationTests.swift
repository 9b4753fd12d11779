import Testing
import WaryVocabulary
@testable import WaryHistory

/// Everyone's habits: what is learned is unlearned exactly, and an account stays small.
struct PopulationTests {
    private static let start = Instant(milliseconds: 1_767_268_800_000)
    private static let day: Int64 = 86_400_000

    private static func fields(_ account: String, _ ip: UInt32, asn: UInt32, agent: Int, device: Int) -> EventFields {
        var fields = EventFields(account: account, ip: IPAddress(v4: 0x0b00_0000 + ip), device: "device-\(device)", agent: "Agent/\(agent)")
        fields.agentFacts = AgentFacts(kind: agent % 2 == 0 ? .desktop : .mobile, browser: "Browser\(agent % 3)",
                                       browserVersion: "\(agent)", os: "System\(agent % 2)", osVersion: "1")
        fields.position.country = Country(asn % 2 == 0 ? "FR" : "DE")
        fields.network.asn = asn
        fields.utcOffset = 60
        return fields
    }

    private static func signIn(_ history: History, _ fields: EventFields, at: Instant) throws -> DecisionID {
        let id = try history.recordDecision(DecidedEvent(kind: .login, at: at, fields: fields,
                                                         decision: DecisionSummary(outcome: .allow, score: 0, policy: "t@0")))
        try history.recordOutcome(OutcomeReport(decision: id, outcome: .succeeded, at: at))
        return id
    }

    /// SipHash-2-4's published vector: the key 00…0f and the message 00…0e.
    @Test func sipHash() {
        let hash = SipHash(key: (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))
        #expect(hash.hash((0..<15).map(UInt8.init)) == 0xa129_ca61_49be_45e5)
        #expect(hash.hash([]) == 0x726f_db47_dd0e_0e31)
    }

    @Test func fraudIsUnlearnedExactly() throws {
        let history = History.inMemory()
        let seed = UInt64.random(in: 0..<1 << 32)
        var stream = SeededGenerator(seed: seed)
        for index in 0..<400 {
            _ = try Self.signIn(history, Self.fields("a\(Int.random(in: 0..<20, using: &stream))", UInt32.random(in: 0..<2_000, using: &stream),
                                                     asn: UInt32.random(in: 1...6, using: &stream), agent: Int.random(in: 0..<9, using: &stream),
                                                     device: index % 10), at: Self.start + Int64(index) * 60_000)
        }
        let now = Self.start + 2 * Self.day
        for index in 0..<30 {
            let attempt = Self.fields("a\(index % 25)", UInt32.random(in: 0..<4_000, using: &stream), asn: UInt32.random(in: 1...8, using: &stream),
                                      agent: Int.random(in: 0..<12, using: &stream), device: 99)
            let before = try history.evidence(for: attempt, history.baseline(of: attempt.account), at: now)
            let id = try Self.signIn(history, attempt, at: now)
            let between = try history.evidence(for: attempt, history.baseline(of: attempt.account), at: now)
            #expect(between.signIns == before.signIns + 1)
            try history.recordLabel(id, .fraud, at: now)
            let after = try history.evidence(for: attempt, history.baseline(of: attempt.account), at: now)
            #expect(after.net == before.net, "seed \(seed)")
            #expect(after.device == before.device, "seed \(seed)")
            #expect((after.signIns, after.accounts) == (before.signIns, before.accounts), "seed \(seed)")
            try history.recordLabel(id, .legitimate, at: now)
            let again = try history.evidence(for: attempt, history.baseline(of: attempt.account), at: now)
            #expect(again.net == between.net, "seed \(seed)")
            #expect(again.device == between.device, "seed \(seed)")
            try history.recordLabel(id, .fraud, at: now)
        }
    }

    /// Years of one account with ten devices, browsers that update and many networks: what is kept of it.
    @Test func anAccountStaysSmall() throws {
        let history = History.inMemory()
        for index in 0..<1_500 {
            let device = index % 10
            _ = try Self.signIn(history, Self.fields("busy", UInt32(index % 97) * 256 + UInt32(index % 7), asn: UInt32(1 + index % 11),
                                                     agent: device + index / 60 * 10, device: device), at: Self.start + Int64(index) * Self.day / 2)
        }
        let baseline = try history.baseline(of: "busy")
        let model = 8 * (baseline.habits.words.count + baseline.hours.words.count + baseline.agents.words.count)
        #expect(model <= 2_200)
        #expect(8 * baseline.words.count <= 4_096)
        for device in 0..<10 { #expect(baseline.knows(.device, .text("device-\(device)"))) }
        let restored = AccountBaseline(section: Section(words: baseline.words, start: 0, count: baseline.words.count), hasher: baseline.hasher)
        #expect(restored == baseline)
    }

    /// An account that never comes from the same place, with the same device or by the same agent twice: the bound itself.
    @Test func noAccountIsLargerThanFourKilobytes() throws {
        let history = History.inMemory()
        for index in 0..<600 {
            var fields = Self.fields("restless", UInt32(index) * 65_536, asn: UInt32(index), agent: index, device: index)
            fields.agent = "Browser\(String(UnicodeScalar(UInt8(97 + index % 26))))\(String(UnicodeScalar(UInt8(97 + index / 26))))/\(index)"
            fields.position.country = Country(["FR", "DE", "GB", "ES", "IT", "NL", "BE", "PT", "PL", "SE", "NO", "DK"][index % 12])
            _ = try Self.signIn(history, fields, at: Self.start + Int64(index) * Self.day)
        }
        let baseline = try history.baseline(of: "restless")
        #expect(8 * baseline.words.count == 4_088)
        #expect(baseline.knows(.device, .text("device-599")))
        #expect(!baseline.knows(.device, .text("device-0")))
    }

    /// Good sign-ins of the last ten thousand make the percentiles, and older ones none.
    @Test func scoresOfLate() {
        var section = Section()
        for _ in 0..<400 { ScoreSketch.add(1, at: Self.start, to: &section) }
        #expect(ScoreSketch.distribution(section).share(below: 2) == nil)
        for _ in 0..<20_000 { ScoreSketch.add(-5, at: Self.start, to: &section) }
        for index in 0..<5_000 { ScoreSketch.add(Double(index % 100) / 10, at: Self.start, to: &section) }
        let distribution = ScoreSketch.distribution(section)
        let below = distribution.share(below: 0) ?? 0
        #expect(abs(below - 0.5) < 0.06)
        #expect(distribution.share(below: 40) == 1)
        #expect(distribution.share(below: -40) == 0)
        ScoreSketch.add(.nan, at: Self.start, to: &section)
        #expect(ScoreSketch.distribution(section) == distribution)
    }

    /// A score is taken out of the histogram it went into, so that the percentiles are as if it had never been.
    @Test func aScoreIsTakenBack() {
        func filled(_ count: Int, without index: Int? = nil) -> Section {
            var section = Section()
            for number in 0..<count where number != index {
                ScoreSketch.add(Double(number % 80) / 4 - 10, at: Self.start + Int64(number) * 1_000, to: &section)
            }
            return section
        }
        for index in [0, 700, 1_499] {
            var section = filled(1_500)
            let before = section.payload
            let score = Double(index % 80) / 4 - 10, at = Self.start + Int64(index) * 1_000
            ScoreSketch.remove(score, from: at, in: &section)
            #expect(ScoreSketch.distribution(section) == ScoreSketch.distribution(filled(1_500, without: index)))
            ScoreSketch.restore(score, from: at, in: &section)
            #expect(section.payload == before)
        }
        var section = filled(15_000)
        let before = section.payload
        ScoreSketch.remove(-10, from: Self.start, in: &section)
        #expect(section.payload == before, "what has been dropped is not taken out again")
    }

    @Test func weightsFade() {
        var count = FadingCount()
        count.add(at: Self.start)
        #expect(count.weight(at: Self.start) == 1)
        #expect(abs(count.weight(at: Self.start + 14 * Self.day) - 0.5) < 1e-12)
        count.add(at: Self.start - 14 * Self.day)
        #expect(abs(count.weight(at: Self.start) - 1.5) < 1e-12)
        count.remove(from: Self.start)
        #expect(abs(count.weight(at: Self.start) - 0.5) < 1e-12)
    }
}
