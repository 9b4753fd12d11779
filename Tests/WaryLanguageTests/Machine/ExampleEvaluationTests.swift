import Testing
import WaryLanguage
import WaryVocabulary

@Suite struct ExampleEvaluation {
    private static let tokyo: [SignalID: Reading] = [
        .travelSpeed: .known(.speed(29136 / 3.6)), .travelDistance: .known(.distance(9_712_000)),
        .ip: .known(.ip(IPAddress(v4: 0xcb00_7107))), .agent: .known(.text("Mozilla/5.0")),
        .deviceNew: .known(.bool(true)), .geoCountryNew: .known(.bool(true)),
        .accountFactors: .known(.set([.factor(.totp), .factor(.sms)])),
    ]

    @Test func tokyoTwentyMinutesAfterParis() throws {
        let policy = try compiled(LanguageExample.text, LanguageExample.others)
        var machine = PolicyMachine(policy)
        var source = ScriptedSource(signals: Self.tokyo)
        let answer = machine.evaluate(&source)
        #expect(answer.outcome == .stepUp)
        #expect(answer.score == 60)
        #expect(answer.factors == [.totp])
        #expect(answer.notify == ["user"])
        #expect(answer.fired.map { policy.rules[$0].name } == ["impossible_travel", "new_device_abroad"])
        #expect(answer.unknown.map { policy.rules[$0].name } == ["hosted", "typing_rhythm"])
        #expect(source.asked.values.allSatisfy { $0 == 1 })

        let explanation = machine.explain(.full)
        #expect(explanation.reasons.first == Reason(rule: "impossible_travel", text: "Two sign-ins too far apart to have been travelled", score: 60,
            because: [NamedText(name: "travel.speed", text: "29136 km/h"), NamedText(name: "travel.distance", text: "9712 km")]))
        #expect(explanation.unknown.first == UnknownRule(rule: "hosted", score: nil, missing: [NamedText(name: "network.asn", text: "not_sent")]))
        #expect(explanation.rules?.map(\.state) == [.fired, .notFired, .notFired, .notFired, .unknown, .monitorUnknown, .fired])
    }

    @Test func fromTheOfficeNothingIsImpossible() throws {
        var machine = PolicyMachine(try compiled(LanguageExample.text, LanguageExample.others))
        var signals = Self.tokyo
        signals[.ip] = .known(.ip(try #require(IPAddress("198.51.100.9"))))
        var source = ScriptedSource(signals: signals)
        #expect(machine.evaluate(&source).score == 0)
        signals[.ip] = .known(.ip(try #require(IPAddress("2001:db8:10::1"))))
        source = ScriptedSource(signals: signals)
        #expect(machine.evaluate(&source).score == 0)
    }

    @Test func unreadableHistoryDegrades() throws {
        let policy = try compiled(LanguageExample.text, LanguageExample.others)
        var machine = PolicyMachine(policy)
        var source = ScriptedSource(signals: Self.tokyo)
        for aggregate in policy.aggregates { source.aggregates[aggregate.text] = .unavailable }
        let answer = machine.evaluate(&source)
        #expect(answer.isDegraded)
        #expect(answer.outcome == .stepUp)
        #expect(answer.unknown.contains { policy.rules[$0].name == "guessing" })
        #expect(machine.explain(.fired).unknown.contains(UnknownRule(rule: "guessing", score: nil, missing: [NamedText(name: "failures", text: "failed")])))
    }
}
