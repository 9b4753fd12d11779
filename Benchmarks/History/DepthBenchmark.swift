import WaryHistory
import WaryVocabulary

/// The same decision with little and with much history behind it, for a quiet account and for a busy address.
enum DepthBenchmark {
    static func run(events: Int) throws {
        let history = History.inMemory()
        try history.use(Traffic.aggregates)
        var traffic = Traffic(accounts: 200_000)
        for _ in 0..<10_000 { _ = try traffic.decide(on: history) }
        let early = try cost(history, "quiet", IPAddress(v4: 0x0101_0101), traffic.now)
        for _ in 0..<max(0, events - 10_000) { _ = try traffic.decide(on: history) }
        let late = try cost(history, "quiet", IPAddress(v4: 0x0101_0101), traffic.now)
        line("a quiet account's reads and record, 10,000 events", early, "us")
        line("the same, \(events) events", late, "us", "(ratio \(String(format: "%.2f", late / early)))")
        let busy = IPAddress(v4: 0x0202_0202)
        for event in 0..<events {
            try record(history, "account \(event % 50_000)", busy, traffic.now + Int64(event / 1000))
        }
        let hot = try cost(history, "quiet", busy, traffic.now + Int64(events / 1000))
        line("the same from an address with \(events) events", hot, "us", "(ratio \(String(format: "%.2f", hot / early)))")
    }

    private static func cost(_ history: History, _ account: String, _ ip: IPAddress, _ now: Instant) throws -> Double {
        let rounds = 2_000
        return try seconds {
            for _ in 0..<rounds {
                let fields = EventFields(account: account, ip: ip, device: "d")
                for aggregate in Traffic.aggregates { _ = try history.value(of: aggregate, for: fields, at: now) }
                try record(history, account, ip, now)
            }
        } / Double(rounds) * 1e6
    }

    private static func record(_ history: History, _ account: String, _ ip: IPAddress, _ now: Instant) throws {
        let fields = EventFields(account: account, ip: ip, device: "d")
        let decision = DecisionSummary(outcome: .allow, score: 0, policy: "p@0123456789ab")
        _ = try history.recordDecision(DecidedEvent(kind: .login, at: now, fields: fields, decision: decision))
    }
}
