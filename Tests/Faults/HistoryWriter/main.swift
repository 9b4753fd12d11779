import Foundation
import WaryHistory
import WaryVocabulary

// The process that the fault tests kill, starve and trip. Arguments: the folder, a seed, and how many batches at most: records
// decisions and reports in batches of random size, and says after each commit how far it came, or that it failed; it
// then goes on. With `check` for the seed: says whether the profiles are those that a rebuild gives; with `hold`: begins to
// read and never ends, as a reader that hangs. WARY_WRITER_MAP says how many bytes the maps begin with.

guard CommandLine.arguments.count >= 3 else { exit(2) }
let folder = CommandLine.arguments[1]
do {
    if CommandLine.arguments[2] == "check" { exit(try Writer.isSound(folder) ? 0 : 1) }
    if CommandLine.arguments[2] == "hold" { try Writer.hold(folder) }
    let batches = CommandLine.arguments.count > 3 ? Int(CommandLine.arguments[3]) ?? .max : .max
    var writer = try Writer(folder, seed: UInt64(CommandLine.arguments[2]) ?? 1)
    for _ in 0..<batches { writer.batch() }
    writer.history.close()
} catch {
    say("error \(error)")
    exit(1)
}

/// Said at once: the process may be dead the next moment.
func say(_ text: String) {
    print(text)
    fflush(nil)
}

struct Writer {
    let history: History
    private var generator: Random
    private var now: Instant

    static func open(_ folder: String) throws(HistoryError) -> History {
        var options = HistoryOptions()
        options.cacheBytes = 200_000
        if let bytes = ProcessInfo.processInfo.environment["WARY_WRITER_MAP"].flatMap(Int.init) { options.mapBytes = bytes }
        let history = try History.open(folder, key: InstallationKey(bytes: [UInt8](repeating: 7, count: 32)) ?? .random(), options: options)
        history.onWarning = { say("warning \($0)") }
        try history.use(WriterPolicy.aggregates)
        return history
    }

    static func hold(_ folder: String) throws {
        let options = HistoryOptions(isReadOnly: true)
        let history = try History.open(folder, key: InstallationKey(bytes: [UInt8](repeating: 7, count: 32)) ?? .random(), options: options)
        try history.entries { _ in
            say("holding")
            while true { sleep(1000) }
        }
    }

    init(_ folder: String, seed: UInt64) throws(HistoryError) {
        generator = Random(state: seed)
        history = try Self.open(folder)
        now = max(history.clock, Instant(milliseconds: 1_700_000_000_000))
        say("open \(try history.statistics().last)")
    }

    mutating func batch() {
        do throws(HistoryError) {
            for _ in 0..<(1 + generator.next() % 64) { try event() }
            try history.commit()
            say("committed \(try history.statistics().last)")
            if generator.next() % 50 == 0 { try history.checkpoint() }
        } catch {
            history.rollback()
            say("failed \(error)")
            usleep(20_000)
        }
    }

    private mutating func event() throws(HistoryError) {
        now = now + Int64(generator.next() % 2_000)
        let id = try history.recordDecision(WriterPolicy.event(generator.next(), now))
        switch generator.next() % 4 {
        case 0: try history.recordOutcome(OutcomeReport(decision: id, outcome: .succeeded, at: now))
        case 1: try history.recordOutcome(OutcomeReport(decision: id, outcome: .failed, at: now))
        default: break
        }
    }

    static func isSound(_ folder: String) throws -> Bool {
        let history = try open(folder)
        let digest = try history.digest(), last = try history.statistics().last, report = try history.verify()
        history.close()
        try FileManager.default.removeItem(atPath: folder + "/profiles")
        let rebuilt = try open(folder)
        defer { rebuilt.close() }
        let isSame = try rebuilt.digest() == digest
        say("last \(last), profiles \(isSame ? "as rebuilt" : "DIFFER from a rebuild"), \(report.findings.count) findings")
        return isSame && report.isSound
    }
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
