import Testing
import WaryHistory
import WaryLanguage
import WaryVocabulary
@testable import WaryEngine

@Suite struct ShadowTests {
    private static let stricter = """
        policy traffic { for login }
        let failures = count(login.failed by account within 2h)
        rule failing { when failures >= 1 score 40 }
        rule crowd { when distinct(account of login by ip within 1d) >= 2 score 20 }
        rule noted monitor { when device.new score 1 }
        decide { deny when score >= 60 step_up when score >= 30 allow otherwise }
        """

    /// Arithmetic that overflows for everybody.
    private static let broken = """
        policy broken { for login on_error deny }
        rule much { when 9223372036854775807 * (count(login by account within 1h) + 2) > 0 unknown skip score 1 }
        decide { allow otherwise }
        """

    private func bundle(_ text: String) throws -> (CompiledPolicy, PolicyBundle) {
        (try Engines.policy(text), PolicyBundle(path: "policy.wary", texts: ["policy.wary": text]))
    }

    private func played(shadows: [String], seed: UInt64) throws -> (Decider, [StoredDecision]) {
        let (live, own) = try bundle(Traffic.policy)
        var shadow = ShadowPolicies()
        for text in shadows {
            let (policy, bundle) = try bundle(text)
            shadow.policies.append(policy)
            shadow.bundles[policy.label] = bundle
        }
        let set = try PolicySet([live], bundles: [live.label: own]).with(shadow)
        var decider = try Decider(policies: set, history: .inMemory(key: Self.key), options: DeciderOptions(clock: .offline))
        var traffic = Traffic(seed: seed)
        try traffic.play(300, on: &decider)
        try decider.commit()
        var decisions: [StoredDecision] = []
        try decider.history.entries { entry throws(HistoryError) in
            if case .decision(let id, _) = entry.what, let stored = try decider.history.decision(id) { decisions.append(stored) }
            return true
        }
        return (decider, decisions)
    }

    private static let key = InstallationKey.random()

    @Test(arguments: [21, 22] as [UInt64]) func shadowsChangeNoDecision(seed: UInt64) throws {
        let alone = try played(shadows: [], seed: seed).1
        let watched = try played(shadows: [Self.stricter, Self.broken], seed: seed).1
        #expect(alone.count == 300 && watched.count == 300)
        for (a, b) in zip(alone, watched) {
            var (first, second) = (a.event.decision, b.event.decision)
            first.explanation = []
            second.explanation = []
            #expect(first == second, "seed \(seed)")
            #expect(a.outcome == b.outcome && a.label == b.label)
        }
    }

    /// What was recorded live is what a backtest of the shadow finds afterwards.
    @Test(arguments: [23, 24] as [UInt64]) func theReportIsTheBacktestsTable(seed: UInt64) throws {
        let (decider, _) = try played(shadows: [Self.stricter], seed: seed)
        let report = try ShadowReport(from: decider.history)
        let table = try #require(report.shadows.first)
        var backtest = Backtest(.init(policy: try Engines.policy(Self.stricter)))
        let expected = try backtest.run(on: decider.history)
        #expect(table.policy == expected.policy)
        #expect(table.attempts == 300)
        #expect(table.changes == expected.changes, "seed \(seed)")
        #expect(table.truth == expected.truth && table.truthBefore == expected.truthBefore)
        #expect(table.rules.map(\.hits) == expected.rules.map(\.hits))
        #expect(table.rules.map(\.alone) == expected.rules.map(\.alone))
        #expect(table.rules.map(\.frauds) == expected.rules.map(\.frauds))
        #expect(table.worst == expected.worst && table.days == expected.days)

        let own = try #require(report.live.first)
        var again = Backtest(.init(policy: try Engines.policy(Traffic.policy)))
        let live = try again.run(on: decider.history)
        #expect(own.rules.map(\.hits) == live.rules.map(\.hits), "monitor rules report the same way")
        #expect(own.rules.map(\.alone) == live.rules.map(\.alone))
        #expect(own.rules.contains { $0.isMonitor && $0.hits > 0 })
    }

    @Test func anErrorInAShadowTouchesNothing() throws {
        let (decider, decisions) = try played(shadows: [Self.broken], seed: 25)
        #expect(decisions.allSatisfy { !$0.event.decision.isDegraded })
        let table = try #require(try ShadowReport(from: decider.history).shadows.first)
        #expect(table.attempts == 300)
        #expect(table.after.deny == 300, "its own answers fall to its own on_error")
    }

    @Test func answersSurviveTheirRecord() throws {
        var evaluation = Evaluation(outcome: .deny, score: 77, isDegraded: true, fired: [0, 3, 400], monitored: [7])
        let one = ShadowAnswer("näme@123456789abc", evaluation, decisive: 3)
        evaluation.outcome = .allow
        let two = ShadowAnswer("b@0", evaluation, decisive: nil)
        let bytes = ShadowNote.bytes([one, two])
        #expect(ShadowNote.answers(bytes) == [one, two])
        #expect(ShadowNote.bytes([]).isEmpty && ShadowNote.answers([]).isEmpty)
        for cut in 0..<bytes.count { #expect(ShadowNote.answers(Array(bytes.prefix(cut))).count < 2) }
    }

    @Test func anExchangeLeavesARecord() throws {
        let (live, own) = try bundle(Traffic.policy), (next, other) = try bundle(Self.stricter)
        var shadow = ShadowPolicies()
        shadow.policies = [next]
        shadow.bundles = [next.label: other]
        let first = try PolicySet([live], bundles: [live.label: own]).with(shadow)
        let second = try PolicySet([next], bundles: [next.label: other])
        var decider = try Decider(policies: first, history: .inMemory(key: .random()), options: DeciderOptions(clock: .offline))
        try decider.exchange(first, wall: Engines.start)
        try decider.exchange(second, wall: Engines.start + 1)
        try decider.exchange(first, wall: Engines.start + 2)
        try decider.commit()
        #expect(try PolicyAudit.trail(in: decider.history) == [
            .init(at: Engines.start + 1, kind: .promoted, policy: next.label, before: live.label),
            .init(at: Engines.start + 2, kind: .rolledBack, policy: live.label, before: next.label),
        ])
        #expect(try PolicyBundle.kept(live.label, in: decider.history)?.load().policy?.label == live.label)
    }
}
