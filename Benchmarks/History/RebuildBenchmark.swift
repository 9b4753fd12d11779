import Foundation
import WaryHistory
import WaryVocabulary

/// How fast profiles are rebuilt from the journal.
enum RebuildBenchmark {
    static func run(events: Int) throws {
        try withFolder { folder in
            let key = InstallationKey.random()
            let history = try History.open(folder, key: key)
            try history.use(Traffic.aggregates)
            var traffic = Traffic()
            for _ in 0..<(events / 512) {
                for _ in 0..<320 {
                    let decision = try traffic.decide(on: history)
                    if decision.isGood, traffic.random() % 2 == 0 {
                        try history.recordOutcome(OutcomeReport(decision: decision.id, outcome: .succeeded, at: traffic.now))
                    }
                }
                try history.commit()
            }
            let records = try history.statistics().last
            history.close()
            var busy = 0.0
            let took = try seconds {
                busy = try cpuSeconds {
                    let again = try History.open(folder, key: key)
                    try again.use(Traffic.aggregates)
                    _ = try again.baseline(of: "nobody")
                    again.close()
                }
            }
            line("rebuild of \(records) events", Double(records) / took, "events/s", "(wanted: 300,000)")
            line("the same by CPU time", Double(records) / busy, "events/s a core")
        }
    }
}
