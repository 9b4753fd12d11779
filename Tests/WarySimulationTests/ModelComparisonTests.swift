import Testing
import WaryHistory
import WarySignals
import WarySimulation
import WaryVocabulary

/// The model in use against the published one, on a stream of our own making.
struct ModelComparisonTests {
    static func evaluation(_ model: ModelKind, _ stream: LabelledStream) throws -> ModelEvaluation {
        var replay = ModelReplay(model)
        for attempt in stream.attempts {
            let isGood = attempt.actor == .owner && attempt.fields.credential == .valid
            var event = ImportedEvent(kind: .login, at: attempt.at, fields: attempt.fields)
            event.outcome = isGood ? .succeeded : attempt.fields.credential == .invalid ? .failed : .abandoned
            try replay.add(event)
        }
        let kinds = Dictionary(stream.attempts.filter(\.actor.isAttack).map { ("\($0.fields.account) \($0.at)", $0.actor.rawValue) }) { $1 }
        return ModelEvaluation(replay.attempts) { kinds["\($0.account) \($0.at)"] }
    }

    @Test func beatsThePublishedModelOnEveryKind() throws {
        let stream = LabelledStream(seed: 20_260_101, people: 60, days: 40, attacksOfAKind: 60)
        let own = try Self.evaluation(.hpy, stream), published = try Self.evaluation(.freeman, stream)
        #expect(own.rows.map(\.kind) == published.rows.map(\.kind))
        #expect(own.rows.count >= 9)
        for (ours, theirs) in zip(own.rows, published.rows) {
            #expect(ours.areaUnderCurve >= theirs.areaUnderCurve, "\(ours.kind): \(ours.areaUnderCurve) against \(theirs.areaUnderCurve)")
        }
    }

    /// Before a service has percentiles of its own, the fixed table stands in: about as many good sign-ins lie above its lines
    /// as it says, in a service that was not among those it was made from.
    @Test func theFirstPercentilesFit() throws {
        let history = History.inMemory()
        var percentiles: [Int] = []
        for attempt in LabelledStream(seed: 4_711, people: 90, days: 30, attacksOfAKind: 1).attempts
        where attempt.actor == .owner && attempt.fields.credential == .valid && percentiles.count < 499 {
            let baseline = try history.baseline(of: attempt.fields.account)
            var context = SignalContext(event: attempt.fields, whereabouts: Whereabouts(), baseline: baseline, now: attempt.at)
            context.evidence = try history.evidence(for: context.event, baseline, at: attempt.at)
            let model = context.unfamiliarity
            percentiles.append(try #require(model).percentile)
            var event = ImportedEvent(kind: .login, at: attempt.at, fields: context.event)
            event.outcome = .succeeded
            try history.recordImported(event)
        }
        for (line, allowed) in [(50, 0.3...0.7), (80, 0.08...0.35), (95, 0.01...0.1)] {
            let above = Double(percentiles.count { $0 >= line }) / Double(percentiles.count)
            #expect(allowed.contains(above), "\(above) at or above \(line)")
        }
    }

    @Test func theSameSeedGivesTheSameStream() {
        let first = LabelledStream(seed: 5, people: 8, days: 10, attacksOfAKind: 3)
        let second = LabelledStream(seed: 5, people: 8, days: 10, attacksOfAKind: 3)
        #expect(first.attempts.map(\.fields) == second.attempts.map(\.fields))
        #expect(first.attempts.map(\.at) == second.attempts.map(\.at))
    }
}
