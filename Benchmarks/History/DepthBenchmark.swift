import WaryHistory
import WaryVocabulary

/// The same decision with little and with much history behind it, for a quiet account and for a busy address, on disk.
/// One event in ten comes from the busy address.
enum DepthBenchmark {
    private static let quiet = IPAddress(v4: 0x0101_0101)
    private static let busy = IPAddress(v4: 0x0202_0202)

    static func run(events: Int) throws {
        try withFolder { folder in
            var options = HistoryOptions()
            options.durability = .interval(milliseconds: 10_000)
            let history = try History.open(folder, key: .random(), options: options)
            try history.use(Traffic.aggregates)
            var traffic = Traffic(accounts: 200_000)
            try fill(history, &traffic, 10_000)
            let early = try cost(history, quiet, traffic.now), earlyBusy = try cost(history, busy, traffic.now)
            let took = try seconds { try fill(history, &traffic, events - 10_000) }
            let late = try cost(history, quiet, traffic.now), lateBusy = try cost(history, busy, traffic.now)
            line("a quiet account's reads and record, 10,000 events", early, "us")
            line("the same, \(events) events", late, "us", "(ratio \(ratio(late, early)); wanted: within 20 %)")
            line("from an address with 1,000 events", earlyBusy, "us", "(ratio \(ratio(earlyBusy, early)))")
            line("from an address with \(events / 10) events", lateBusy, "us", "(ratio \(ratio(lateBusy, earlyBusy)), to the quiet one \(ratio(lateBusy, early)))")
            line("events recorded meanwhile", Double(events - 10_000) / took, "/s")
            let facts = try history.statistics()
            line("journal", Double(facts.journalBytes) / 1e6, "MB", "(profiles \(facts.profileBytes / 1_000_000) MB, live \(facts.liveBytes / 1_000_000) MB)")
            line("memory of the process", residentMegabytes(), "MB")
            history.close()
        }
    }

    private static func ratio(_ a: Double, _ b: Double) -> String { String(format: "%.2f", a / b) }

    private static func fill(_ history: History, _ traffic: inout Traffic, _ events: Int) throws {
        for event in 0..<max(0, events) {
            var fields = traffic.fields()
            if event % 10 == 0 { fields.ip = busy }
            try record(history, fields, traffic.now)
            if event % 256 == 255 { try history.commitNow() }
        }
        try history.commitNow()
    }

    /// The median of several rounds, in microseconds of CPU time.
    private static func cost(_ history: History, _ ip: IPAddress, _ now: Instant) throws -> Double {
        let rounds = 400
        var figures: [Double] = []
        for round in 0..<15 {
            let figure = try cpuSeconds {
                for index in 0..<rounds {
                    // Distinct per decision, as accounts at an address are; all of them have little behind them.
                    let fields = EventFields(account: "quiet \((round * rounds + index) % 100)", ip: ip, device: "d")
                    for aggregate in Traffic.aggregates { _ = try history.value(of: aggregate, for: fields, at: now) }
                    try record(history, fields, now)
                }
            }
            figures.append(figure / Double(rounds) * 1e6)
            try history.commitNow()
        }
        return figures.sorted()[figures.count / 2]
    }

    private static func record(_ history: History, _ fields: EventFields, _ now: Instant) throws {
        let decision = DecisionSummary(outcome: .allow, score: 0, policy: "p@0123456789ab")
        _ = try history.recordDecision(DecidedEvent(kind: .login, at: now, fields: fields, decision: decision))
    }
}
