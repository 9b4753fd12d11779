import Foundation
import WaryHistory
import WaryVocabulary

// Records decisions and reports on and on, in batches of random size, and says after each commit how far it came: the
// process that the fault tests kill. Arguments: the folder, a seed.

guard CommandLine.arguments.count >= 3, let seed = UInt64(CommandLine.arguments[2]) else { exit(2) }
var generator = Random(state: seed)

do {
    let key = InstallationKey(bytes: [UInt8](repeating: 7, count: 32)) ?? .random()
    var options = HistoryOptions()
    options.cacheBytes = 200_000
    let history = try History.open(CommandLine.arguments[1], key: key, options: options)
    try history.use(WriterPolicy.aggregates)
    print("open \(try history.statistics().last)")
    var now = max(history.clock, Instant(milliseconds: 1_700_000_000_000))
    while true {
        for _ in 0..<(1 + generator.next() % 64) {
            now = now + Int64(generator.next() % 2_000)
            let id = try history.recordDecision(WriterPolicy.event(generator.next(), now))
            switch generator.next() % 4 {
            case 0: try history.recordOutcome(OutcomeReport(decision: id, outcome: .succeeded, at: now))
            case 1: try history.recordOutcome(OutcomeReport(decision: id, outcome: .failed, at: now))
            default: break
            }
        }
        try history.commit()
        print("committed \(try history.statistics().last)")
        fflush(nil)
        if generator.next() % 50 == 0 { try history.checkpoint() }
    }
} catch {
    print("error \(error)")
    exit(1)
}

struct Random {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

enum WriterPolicy {
    static let aggregates: [AggregateDefinition] = [
        AggregateDefinition(function: .count, event: .loginFailed, keys: [.account], extent: .within(milliseconds: 600_000),
                            text: "count(login.failed by account within 10m)"),
        AggregateDefinition(function: .distinct, field: "account", fieldType: .text, event: .login, keys: [.ip],
                            extent: .within(milliseconds: 3_600_000), text: "distinct(account of login by ip within 1h)"),
        AggregateDefinition(function: .new, field: "device", event: .loginSucceeded, keys: [.account],
                            extent: .within(milliseconds: 86_400_000), text: "new(device by account within 1d)"),
    ]

    static func event(_ random: UInt64, _ now: Instant) -> DecidedEvent {
        let account = random % 500, place = random >> 20 % 2_000
        var fields = EventFields(account: "account \(account)", ip: IPAddress(v4: 0x0A00_0000 | UInt32(place)), agent: "agent")
        fields.device = "device \(account) \(random >> 40 % 3)"
        let decision = DecisionSummary(outcome: .allow, score: 0, policy: "writer@1")
        return DecidedEvent(kind: .login, at: now, fields: fields, decision: decision)
    }
}
