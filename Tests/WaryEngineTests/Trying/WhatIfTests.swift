import Testing
import WaryHistory
import WaryLanguage
import WarySignals
import WaryVocabulary
@testable import WaryEngine

@Suite struct WhatIfTests {
    private static let counting = """
        policy counting { for login }
        let failures = count(login.failed by account within 1h)
        rule guess { when failures >= 0 score 10 * failures up to 100 }
        rule abroad { when geo.country not in ["FR"] unknown skip deny }
        rule device { when device.new score 1 }
        decide { step_up when score >= 30 allow otherwise }
        """

    private func trial(_ texts: String..., on history: History) throws -> WhatIf {
        WhatIf(policies: try texts.map { try Engines.policy($0) }, history: history, options: DeciderOptions(clock: .offline))
    }

    /// The whole history, asked at an instant, against the history that had got no further.
    @Test(arguments: [11, 12] as [UInt64]) func thePastKnowsNothingOfWhatFollowed(seed: UInt64) throws {
        var whole = try Engines.decider(Traffic.policy), half = try Engines.decider(Traffic.policy)
        var long = Traffic(seed: seed), short = Traffic(seed: seed)
        try long.play(240, on: &whole)
        try short.play(120, on: &half)
        let then = half.history.clock
        var past = try trial(Traffic.policy, Self.counting, on: whole.history)
        var present = try trial(Traffic.policy, Self.counting, on: half.history)
        for number in 0..<12 {
            for ip in ["192.0.\(number).1", "203.0.113.2"] {
                var request = Engines.request("u\(number)", ip: ip, at: then, device: "d\(number)", explain: .full)
                request.isWhatIf = true
                let back = try past.answers(request, wall: Engines.start).compactMap(\.answer)
                request.at = nil
                let now = try present.answers(request, wall: then).compactMap(\.answer)
                #expect(back.map(\.policy) == now.map(\.policy) && back.count == 2)
                #expect(back.map(\.outcome) == now.map(\.outcome), "seed \(seed)")
                #expect(back.map(\.score) == now.map(\.score), "seed \(seed)")
                #expect(back.map(\.explanation) == now.map(\.explanation), "seed \(seed)")
            }
        }
    }

    @Test func nothingIsRecorded() throws {
        var decider = try Engines.decider(Traffic.policy)
        var traffic = Traffic(seed: 3)
        try traffic.play(40, on: &decider)
        let before = try decider.history.digest(), last = try decider.history.statistics().last
        var trial = try trial(Self.counting, on: decider.history)
        _ = try trial.answers(Engines.request(at: Engines.start), wall: Engines.start)
        _ = try trial.answers(Engines.request(at: decider.history.clock), wall: Engines.start)
        #expect(try decider.history.digest() == before)
        #expect(try decider.history.statistics().last == last)
    }

    @Test func signalsAreGivenInTheirOwnNotation() throws {
        var trial = try trial(Self.counting, on: .inMemory(key: .random()))
        func answer(_ signals: [SignalID: Datum]) throws -> DecisionAnswer? {
            var request = Engines.request(at: Engines.start, explain: .full)
            request.overrides = signals
            return try trial.answers(request, wall: Engines.start).first?.answer
        }
        let (id, abroad) = try SignalOverride.read("geo.country", .text("BR"))
        #expect(try answer([id: abroad])?.outcome == .deny)
        #expect(try answer([:])?.outcome == .allow)
        #expect(try answer([.deviceNew: .bool(false)])?.score == 0)
        #expect(try SignalOverride.read("travel.speed", .text("900 km/h")).1 == .speed(250))
        for (name, datum) in [("geo.contry", Datum.text("BR")), ("geo.country", .text("XQ9")), ("credential", .text("maybe")), ("unfamiliarity", .int(101))] {
            #expect(throws: EngineFailure.self, "\(name)") { try SignalOverride.read(name, datum) }
        }
    }

    @Test func anEventThatNoPolicyIsFor() throws {
        var trial = try trial(Self.counting, on: .inMemory(key: .random()))
        var request = Engines.request(at: Engines.start)
        request.event = EventKind(rawValue: "transfer")
        #expect(try trial.answers(request, wall: Engines.start).first?.failure?.code == .badRequest)
    }
}
