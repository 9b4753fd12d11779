import WaryHistory
import WarySignals
import WarySimulation
import WaryVocabulary

/// Where the table `FirstPercentiles` comes from: the scores of the first 500 good sign-ins of simulated services of 20 to 500
/// people, none of them attacked. Run with `swift run -c release SignalsBenchmark percentiles`.
func printFirstPercentiles() throws {
    var scores: [Double] = []
    for seed in UInt64(1)...12 {
        for people in [20, 60, 150, 500] {
            scores += try firstScores(of: LabelledStream(seed: seed, people: people, days: 60, attacksOfAKind: 0))
        }
    }
    scores.sort()
    print("\(scores.count) scores; the share of them below:")
    for share in [0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 0.999, 1] {
        let score = scores[min(scores.count - 1, Int(share * Double(scores.count)))]
        print("    (\((score * 100).rounded() / 100), \(share)),")
    }
}

/// In the order in which a service that has just begun would see them.
func firstScores(of stream: LabelledStream, count: Int = 500) throws -> [Double] {
    let history = History.inMemory(key: .random())
    var scores: [Double] = []
    for attempt in stream.attempts where attempt.actor == .owner && scores.count < count {
        let baseline = try history.baseline(of: attempt.fields.account)
        var context = SignalContext(event: attempt.fields, whereabouts: Whereabouts(), baseline: baseline, now: attempt.at)
        context.evidence = try history.evidence(for: context.event, baseline, at: attempt.at)
        let isGood = attempt.fields.credential == .valid
        if isGood, let score = context.unfamiliarity?.score { scores.append(score) }
        var event = ImportedEvent(kind: .login, at: attempt.at, fields: context.event)
        event.outcome = isGood ? .succeeded : .failed
        try history.recordImported(event)
    }
    return scores
}
