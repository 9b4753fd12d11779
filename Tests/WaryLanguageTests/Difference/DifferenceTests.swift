import Foundation
import Testing
import WaryVocabulary
@testable import WaryLanguage

@Suite struct DifferenceTests {
    private static let base = """
        policy p { for login }
        list office of network = [198.51.100.0/24]
        let fails = count(login.failed by account within 10m)
        rule guessing { when fails >= 5 score 8 * fails up to 60 }
        rule travel { when travel.speed > 900 km/h unless ip in office unknown skip score 45 }
        rule script { when agent matches /\\b(curl|wget)\\b/i unknown fire score 25 }
        rule night { when time.of_day in 22:00..06:00 score 5 }
        rule gone { when geo.country == "KP" unknown skip deny }
        decide { deny when score >= 90 step_up totp when score >= 40 allow otherwise }
        """

    private func policy(_ text: String) throws -> CompiledPolicy {
        let loaded = PolicyLoader(sources: MemorySources(["p.wary": text])).load("p.wary")
        return try #require(loaded.policy, "\(DiagnosticRenderer(files: loaded.files).short(loaded.diagnostics))")
    }

    private func difference(_ changes: (String, String)..., trials: Int = 8000) throws -> PolicyDifference {
        let new = changes.reduce(Self.base) { text, change in
            #expect(text.contains(change.0))
            return text.replacingOccurrences(of: change.0, with: change.1)
        }
        return PolicyDifference(from: try policy(Self.base), to: try policy(new), trials: trials)
    }

    @Test func layoutTitlesLetsAndOrderAreNoDifference() throws {
        let difference = try difference(
            ("rule night {", "rule night \"At night\" {"), ("let fails = count", "let failures = count"), ("fails >=", "failures >="),
            ("* fails", "* failures"), ("rule travel { when", "# by plane\nrule travel {\n   when"))
        #expect(difference.parts.isEmpty)
        #expect(difference.witnesses.isEmpty)
    }

    @Test func theSamePolicyIsNotTriedAtAll() throws { #expect(try difference().tried == 0) }

    /// Each change of one boundary, with what must be between the witness's two sides.
    @Test(arguments: [
        ("fails >= 5", "fails >= 6", "guessing", "5"), ("> 900 km/h", "> 700 km/h", "travel", "km/h"),
        ("198.51.100.0/24", "198.51.100.0/25", "travel", "198.51.100"), ("curl|wget", "curl|wget|python", "script", "python"),
        ("\"KP\"", "\"IR\"", "gone", "R"),
    ]) func aBoundaryThatMoves(_ change: (old: String, new: String, rule: String, value: String)) throws {
        let difference = try difference((change.old, change.new))
        let part = try #require(difference.parts.first)
        #expect(part.name == change.rule && part.change == .changed && difference.parts.count == 1)
        let witness = try #require(difference.witnesses.first, "\(change.rule)")
        #expect(witness.rules == [change.rule])
        #expect(witness.before.outcome != witness.after.outcome || witness.before.factors != witness.after.factors)
        #expect(difference.witnesses.flatMap(\.values).contains { $0.text.contains(change.value) }, "\(witness.values)")
    }

    @Test func thresholdsOfTheDecision() throws {
        let difference = try difference(("score >= 90", "score >= 85"), ("step_up totp", "step_up sms"))
        #expect(difference.parts.map(\.kind) == ["decide"])
        #expect(difference.parts.first?.change == .changed)
        #expect(difference.witnesses.contains { $0.before.outcome == .stepUp && $0.after.outcome == .deny && (85..<90).contains($0.before.score) })
        #expect(difference.witnesses.contains { $0.before.factors == [.totp] && $0.after.factors == [.sms] })
    }

    @Test func rulesComeGoAndChangeTheirNames() throws {
        let difference = try difference(
            ("rule gone { when geo.country == \"KP\" unknown skip deny }", "rule fresh { when device.new deny }"), ("rule night", "rule dark"))
        let found = Dictionary(uniqueKeysWithValues: difference.parts.map { ($0.name, $0.change) })
        #expect(found == ["gone": .removed, "fresh": .added, "dark": .renamed])
        #expect(difference.witnesses.contains { $0.rules == ["fresh"] && $0.after.outcome == .deny })
        #expect(difference.witnesses.contains { $0.rules.contains("gone") && $0.before.outcome == .deny })
    }

    @Test func whatIsOnlyWrittenOtherwiseIsSaidToBe() throws {
        let difference = try difference(("fails >= 5", "not (fails < 5)"))
        #expect(difference.parts.map(\.change) == [.rewritten])
        #expect(difference.witnesses.isEmpty && difference.tried > 1000)
    }

    @Test func theSameSeedFindsTheSame() throws {
        let one = try difference(("fails >= 5", "fails >= 4")), two = try difference(("fails >= 5", "fails >= 4"))
        #expect(one.witnesses == two.witnesses && !one.witnesses.isEmpty)
    }
}
