import Foundation
import WaryHistory
import WaryVocabulary

/// Made-up sign-ins and a policy's worth of aggregates over them.
struct Traffic {
    private var state: UInt64
    private let accounts: UInt64
    private(set) var now = Instant(milliseconds: 1_700_000_000_000)

    init(seed: UInt64 = 1, accounts: UInt64 = 20_000) {
        state = seed
        self.accounts = accounts
    }

    /// What a typical sign-in policy asks for.
    static let aggregates: [AggregateDefinition] = [
        make(.count, nil, .loginFailed, [.account], .within(milliseconds: 600_000)),
        make(.count, nil, .loginFailed, [.account], .since(.loginSucceeded)),
        make(.count, nil, .loginFailed, [.ip], .within(milliseconds: 3_600_000)),
        make(.distinct, "account", .login, [.ip], .within(milliseconds: 300_000)),
        make(.distinct, "account", .login, [.device], .within(milliseconds: 86_400_000)),
        make(.new, "device", .loginSucceeded, [.account], .within(milliseconds: 90 * 86_400_000)),
    ]

    private static func make(_ function: AggregateDefinition.Function, _ field: String?, _ event: EventKind, _ keys: [KeyKind],
                             _ extent: AggregateDefinition.Extent) -> AggregateDefinition {
        AggregateDefinition(function: function, field: field, event: event, keys: keys, extent: extent,
                            text: "\(function)(\(field ?? "") of \(event) by \(keys.map(\.rawValue)) \(extent))")
    }

    mutating func random() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func fields() -> EventFields {
        let draw = random(), account = draw % accounts
        now = now + Int64(draw >> 50 % 40)
        var fields = EventFields(account: "person-\(account)@example.com", ip: IPAddress(v4: 0x5000_0000 | UInt32(account * 7 % 0xff_ffff)),
                                 device: "device-\(account)-\(draw >> 40 % 2)",
                                 agent: "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0")
        fields.credential = draw >> 30 % 8 == 0 ? .invalid : .valid
        fields.position = Position(country: Country("FR"), region: "IDF", city: "Paris", point: GeoPoint(latitude: 48.86, longitude: 2.35),
                                   accuracy: 20_000, timeZone: "Europe/Paris")
        fields.network = NetworkFacts(asn: UInt32(3215 + account % 50), name: "Example Telecom", anonymous: false)
        return fields
    }

    /// A decision as the engine makes it: reads every aggregate and the baseline, then records.
    mutating func decide(on history: History) throws -> (id: DecisionID, isGood: Bool) {
        let fields = fields()
        for aggregate in Self.aggregates { _ = try history.value(of: aggregate, for: fields, at: now) }
        _ = try history.baseline(of: fields.account)
        let decision = DecisionSummary(outcome: .allow, score: 10, policy: "sign_in@0123456789ab", firedRules: ["hosted"])
        let id = try history.recordDecision(DecidedEvent(kind: .login, at: now, fields: fields, decision: decision))
        return (id, fields.credential == .valid)
    }
}

/// Runs `body` with a folder of its own, on the disk that `WARY_BENCHMARK_DIR` names.
func withFolder(_ body: (String) throws -> Void) throws {
    let base = ProcessInfo.processInfo.environment["WARY_BENCHMARK_DIR"] ?? FileManager.default.temporaryDirectory.path
    let folder = "\(base)/wary-benchmark-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    let took = ContinuousClock.now - start
    return Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
}

/// Seconds of CPU time, this process's: what others take of the machine meanwhile does not count.
func cpuSeconds(_ body: () throws -> Void) rethrows -> Double {
    func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = now()
    try body()
    return now() - start
}

/// Of this process, now.
func residentMegabytes() -> Double {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
    return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1e6
}

func line(_ name: String, _ value: Double, _ unit: String, _ remark: String = "") {
    print("\(name.padding(toLength: 52, withPad: " ", startingAt: 0))\(String(format: "%12.2f", value)) \(unit) \(remark)")
}
