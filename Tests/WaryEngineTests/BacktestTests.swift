import Testing
import WaryHistory
import WaryLanguage
import WarySignals
import WaryVocabulary
@testable import WaryEngine

@Suite struct BacktestTests {
    private static let stricter = """
        policy stricter { for login }
        rule failing { when count(login.failed by account within 2h) >= 1 score 30 }
        rule away { when geo.country != "FR" unknown skip score 25 }
        rule stranger { when device.new step_up }
        decide { deny when score >= 50 step_up totp when score >= 30 allow otherwise }
        """

    private func played(_ count: Int, seed: UInt64) throws -> Decider {
        var decider = try Engines.decider(Traffic.policy)
        var traffic = Traffic(seed: seed)
        try traffic.play(count, on: &decider)
        return decider
    }

    private func report(_ text: String, against: String? = nil, on history: History) throws -> BacktestReport {
        var backtest = Backtest(.init(policy: try Engines.policy(text), against: try against.map { try Engines.policy($0) }))
        return try backtest.run(on: history)
    }

    @Test("a backtest of the policy in force gives its own decisions", arguments: [1, 2] as [UInt64])
    func reproduction(seed: UInt64) throws {
        let decider = try played(300, seed: seed)
        let report = try report(Traffic.policy, on: decider.history)
        #expect(report.attempts == 300)
        #expect(report.reproduced == 300, "seed \(seed)")
        #expect(report.notReproduced == 0)
        for outcome in Outcome.allCases {
            #expect(report.changes[outcome]?.total ?? 0 == report.changes[outcome]?[outcome] ?? 0, "nothing changes")
            #expect(report.after[outcome] > 0, "the traffic reaches every outcome")
        }
    }

    /// What came later changes no earlier decision, labels included.
    @Test(arguments: [4, 5] as [UInt64]) func thereIsNoLookAhead(seed: UInt64) throws {
        let whole = try played(300, seed: seed), half = try played(150, seed: seed)
        let all = try evaluations(Self.stricter, on: whole.history), some = try evaluations(Self.stricter, on: half.history)
        #expect(some.count == 150)
        #expect(Array(all.prefix(150)) == some, "seed \(seed)")
    }

    private func evaluations(_ text: String, on history: History) throws -> [Evaluation] {
        let policy = try Engines.policy(text)
        var judge = PolicyJudge(policy, agents: .builtIn)
        var result: [Evaluation] = []
        let replay = HistoryReplay(history, aggregates: policy.aggregates)
        try replay.run { entry in
            if entry.attempted == .login {
                result.append(judge.judge(entry.fields, place: Whereabouts(keptIn: entry.fields), history: replay.past,
                                          now: entry.at).evaluation)
            }
            return true
        }
        return result
    }

    @Test func againstAnotherPolicyAndAgainstWhatWasDecidedAgree() throws {
        let decider = try played(400, seed: 6)
        let recorded = try report(Self.stricter, on: decider.history)
        let judged = try report(Self.stricter, against: Traffic.policy, on: decider.history)
        #expect(recorded.changes == judged.changes)
        #expect(recorded.after == judged.after)
        #expect(judged.against?.hasPrefix("traffic@") == true)
    }

    /// The figures against a count made independently of the stream.
    @Test func figuresOfALabelledStream() throws {
        let policy = try Engines.policy("""
            policy p { for login }
            rule seventh { when account in ["a7"] step_up }
            rule ninth { when account in ["a9"] deny }
            decide { allow otherwise }
            """)
        let history = History.inMemory(key: .random())
        var expected = BacktestReport.Truth()
        for i in 0..<1000 {
            let account = "a\(i % 10)", isFraud = i % 3 == 0, isKnown = i % 5 != 0
            let event = ImportedEvent(kind: .login, at: Engines.start + Int64(i) * 60_000,
                                      fields: EventFields(account: account, ip: IPAddress("192.0.2.1")), outcome: isKnown ? nil : .abandoned,
                                      label: isKnown ? (isFraud ? .fraud : .legitimate) : nil)
            try history.recordImported(event)
            guard isKnown else { continue }
            switch (isFraud, account == "a7" || account == "a9") {
            case (true, true): expected.caught += 1
            case (true, false): expected.missed += 1
            case (false, true): expected.falseAlarms += 1
            case (false, false): expected.leftAlone += 1
            }
        }
        try history.commit()
        var backtest = Backtest(.init(policy: policy))
        let report = try backtest.run(on: history)
        #expect(report.truth == expected)
        #expect(report.after.stepUp == 100)
        #expect(report.after.deny == 100)
        #expect(report.undecidedBefore.total == 1000)
        #expect(report.accounts == 10)
        #expect(report.worst.map(\.account) == ["a7", "a9"])
        #expect(report.worst.map(\.stopped) == [100, 100])
        #expect(report.medianBurden == 0)
        #expect(report.highBurden == 100)
        let seventh = try #require(report.rules.first { $0.name == "seventh" })
        #expect(seventh.hits == 100)
        #expect(seventh.alone == 100)
        #expect(report.examples.count == 20)
    }

    @Test func itCanBeStoppedAndBounded() throws {
        let decider = try played(1500, seed: 7)
        var backtest = Backtest(.init(policy: try Engines.policy(Self.stricter)))
        let partial = try backtest.run(on: decider.history) { _ in false }
        #expect(partial.isPartial)
        #expect(partial.attempts < 1500 && partial.attempts > 0)
        var young = Backtest(.init(policy: try Engines.policy(Self.stricter), since: decider.history.clock - 3_600_000))
        let recent = try young.run(on: decider.history)
        #expect(recent.attempts > 0 && recent.attempts < 200)
        var sampled = Backtest(.init(policy: try Engines.policy(Self.stricter), sample: 0.5))
        let share = try sampled.run(on: decider.history)
        #expect(share.accounts > 0 && share.accounts < 12)
    }

    /// Reference values: E. B. Wilson's interval as R's binom.confint computes it.
    @Test(arguments: [(1, 5, 0.0362, 0.6245), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (50, 100, 0.4038, 0.5962)])
    func wilson(hits: Int, of: Int, low: Double, high: Double) {
        let interval = WilsonInterval(hits, of: of)
        #expect(abs(interval.low - low) < 0.0001, "\(interval)")
        #expect(abs(interval.high - high) < 0.0001, "\(interval)")
    }

    @Test func aPastDecisionIsExplainedAsItWasMade() throws {
        var decider = try played(300, seed: 8)
        var ids: [(DecisionID, DecisionSummary)] = []
        try decider.history.entries { entry in
            if case .decision(let id, let event) = entry.what, ids.count < 300 { ids.append((id, event.decision)) }
            return true
        }
        let policy = try Engines.policy(Traffic.policy)
        for (id, summary) in ids.suffix(20) {
            let past = try PastDecision(id, in: decider.history, by: policy)
            #expect(past.agrees)
            #expect(past.explanation.reasons.map(\.rule) == summary.firedRules)
            #expect(past.explanation.rules?.count == policy.rules.count)
        }
        // Its texts are not kept here: the policy was not read from files.
        let id = try #require(ids.first?.0)
        #expect(throws: PastDecision.Refusal.self) { try PastDecision(id, in: decider.history) }
        _ = decider.handle(.ping, wall: Engines.start)
    }
}
