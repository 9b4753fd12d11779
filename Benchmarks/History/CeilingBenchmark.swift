import WaryHistory
import WaryVocabulary

/// The memory that a bounded cache takes while ten times as many accounts come by as it can hold.
enum CeilingBenchmark {
    static func run(accounts: Int) throws {
        try withFolder { folder in
            var options = HistoryOptions()
            options.durability = .interval(milliseconds: 10_000)
            let history = try History.open(folder, key: .random(), options: options)
            try history.use(Traffic.aggregates)
            var now = Instant(milliseconds: 1_700_000_000_000), most = 0.0
            let took = try seconds {
                for account in 0..<accounts {
                    now = now + 1
                    let fields = EventFields(account: "person-\(account)@example.com", ip: IPAddress(v4: 0x5000_0000 | UInt32(account & 0xff_ffff)),
                                             device: "device-\(account)")
                    let decision = DecisionSummary(outcome: .allow, score: 0, policy: "p@0123456789ab")
                    _ = try history.recordDecision(DecidedEvent(kind: .login, at: now, fields: fields, decision: decision))
                    if account % 256 == 255 { try history.commitNow() }
                    if account % 100_000 == 99_999 { most = max(most, residentMegabytes()) }
                }
            }
            let facts = try history.statistics()
            line("accounts met once, with 256 MiB of cache", Double(accounts) / took, "/s")
            line("most memory of the process, file pages included", max(most, residentMegabytes()), "MB",
                 "(live profiles \(facts.liveBytes / 1_000_000) MB, \(facts.storedProfiles) on disk)")
            history.close()
        }
    }
}
