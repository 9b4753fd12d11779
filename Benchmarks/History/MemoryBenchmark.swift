import WaryHistory
import WaryVocabulary

/// What a live profile takes.
enum MemoryBenchmark {
    static func run() throws {
        let history = History.inMemory()
        try history.use(Traffic.aggregates)
        var traffic = Traffic(accounts: 20_000)
        for _ in 0..<60_000 {
            let decision = try traffic.decide(on: history)
            if decision.isGood, traffic.random() % 2 == 0 {
                try history.recordOutcome(OutcomeReport(decision: decision.id, outcome: .succeeded, at: traffic.now))
            }
            try history.commit()
        }
        let facts = try history.statistics()
        line("memory of a live profile", Double(facts.liveBytes) / Double(facts.liveProfiles), "bytes", "(wanted: 600; \(facts.liveProfiles) profiles)")
        line("memory of an account with all its profiles", Double(facts.liveBytes) / 20_000, "bytes", "(wanted: 1,000)")
    }
}
