import WaryLanguage
import WaryVocabulary

// What the language costs in process: run with `swift run -c release LanguageBenchmark`.

/// Answers at once, as a decision whose counts are in hand does.
struct ReadySource: EvaluationSource {
    private let signals: [Reading]
    private let counts: [Reading]

    init(_ policy: CompiledPolicy, signals: [SignalID: Reading], counts: [Int64]) {
        self.signals = Self.order.map { signals[$0] ?? .unknown(.notInDatabase) }
        self.counts = policy.aggregates.indices.map { .known(.int(counts[$0 % counts.count])) }
    }

    private static let order: [SignalID] = [
        .travelSpeed, .travelDistance, .ip, .agent, .networkASN, .deviceNew, .accountNew, .geoCountryNew, .accountIdle, .networkAnonymous,
        .unfamiliarity, .timeOfDay, .accountSignIns, .accountFactors,
    ]

    mutating func signal(_ id: SignalID) -> Reading {
        switch id {
        case .travelSpeed: signals[0]
        case .travelDistance: signals[1]
        case .ip: signals[2]
        case .agent: signals[3]
        case .networkASN: signals[4]
        case .deviceNew: signals[5]
        case .accountNew: signals[6]
        case .geoCountryNew: signals[7]
        case .accountIdle: signals[8]
        case .networkAnonymous: signals[9]
        case .unfamiliarity: signals[10]
        case .timeOfDay: signals[11]
        case .accountSignIns: signals[12]
        default: signals[13]
        }
    }
    mutating func input(_ index: Int, _ input: PolicyInput) -> Reading { .unknown(.notSent) }
    mutating func aggregate(_ index: Int, _ definition: AggregateDefinition) -> Reading { counts[index] }
}

func load(_ text: String) -> CompiledPolicy? {
    var wide = LanguageLimits.standard
    wide.rules = 2000
    let loaded = PolicyLoader(sources: MemorySources(["p.wary": text]), limits: wide).load("p.wary")
    for diagnostic in loaded.diagnostics where diagnostic.severity == .error { print(diagnostic.code.rawValue, diagnostic.message) }
    return loaded.policy
}

/// The median of single runs in nanoseconds, each the mean of a batch.
func measure(_ name: String, batch: Int, rounds: Int = 41, _ body: () -> Void) {
    let clock = ContinuousClock()
    var times: [Double] = []
    for _ in 0..<rounds {
        let time = clock.measure { for _ in 0..<batch { body() } }
        times.append(Double(time.components.attoseconds) / 1e9 / Double(batch) + Double(time.components.seconds) * 1e9 / Double(batch))
    }
    times.sort()
    let median = times[rounds / 2]
    print("\(name): \(median < 10_000 ? "\(Int(median)) ns" : "\(Int(median / 1000)) µs") (least \(Int(times[0])) ns)")
}

let networks = (0..<64).map { "10.\($0).0.0/16" }.joined(separator: ", ")
let asns = (0..<200).map { "AS\(64_600 + $0)" }.joined(separator: ", ")
let typical = """
policy typical { for login }
list office of network = [\(networks)]
list hosters of asn = [\(asns)]
let failures = count(login.failed by account, subnet within 10m)
let spread = distinct(account of login by ip within 5m)
rule travel { when travel.speed > 900 km/h and travel.distance > 200 km unless ip in office unknown skip score 60 }
rule guessing { when failures >= 5 score 8 * failures up to 40 }
rule stuffing { when spread >= 10 deny }
rule script { when agent matches /\\b(curl|python-requests|go-http-client)\\b/i unknown fire score 25 }
rule hosted { when network.asn in hosters unknown skip score 15 }
rule new_device { when device.new and not account.new score 15 }
rule new_country { when geo.country_new and not account.new unknown skip score 20 }
rule asleep { when account.idle > 180d unknown skip score 15 }
rule anonymous { when network.anonymous unknown skip score 20 }
rule unfamiliar { when unfamiliarity > 95 score 5 * (unfamiliarity - 95) up to 25 }
rule night { when time.of_day in 22:00..06:00 and account.sign_ins < 3 score 5 }
rule outside { when ip not in office and device.new score 10 }
decide { deny when score >= 90 step_up webauthn, totp, sms when score >= 40 allow otherwise }
"""
let clean: [SignalID: Reading] = [
    .travelSpeed: .known(.speed(1)), .travelDistance: .known(.distance(0)), .ip: .known(.ip(IPAddress(v4: 0x0a05_0607))),
    .agent: .known(.text("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0")),
    .networkASN: .known(.asn(3215)), .deviceNew: .known(.bool(false)), .accountNew: .known(.bool(false)), .geoCountryNew: .known(.bool(false)),
    .accountIdle: .known(.duration(86_400_000)), .networkAnonymous: .known(.bool(false)), .unfamiliarity: .known(.int(12)),
    .timeOfDay: .known(.timeOfDay(720)), .accountSignIns: .known(.int(40)),
]

if let policy = load(typical) {
    var machine = PolicyMachine(policy)
    var source = ReadySource(policy, signals: clean, counts: [0, 1])
    measure("12 rules, nothing fires", batch: 10_000) { _ = machine.evaluate(&source) }
    var hostile = clean
    hostile[.travelSpeed] = .known(.speed(8000))
    hostile[.travelDistance] = .known(.distance(9_000_000))
    hostile[.ip] = .known(.ip(IPAddress(v4: 0xcb00_7107)))
    hostile[.deviceNew] = .known(.bool(true))
    hostile[.networkASN] = nil
    var attacked = ReadySource(policy, signals: hostile, counts: [6, 1])
    measure("12 rules, four fire, one is unknown", batch: 10_000) { _ = machine.evaluate(&attacked) }
    measure("the same with reasons", batch: 2000) {
        _ = machine.evaluate(&attacked)
        _ = machine.explain(.fired)
    }
}

let thousand = "policy big { for login }\nlist office of network = [\(networks)]\nlet failures = count(login.failed by account, subnet within 10m)\n"
    + (0..<1000).map { "rule r\($0) { when failures >= \($0 + 5) and (device.new or ip not in office) unless unfamiliarity < \($0 % 90) score \($0 % 7 + 1) }\n" }.joined()
    + "decide { step_up when score >= 40 allow otherwise }\n"
measure("checking 1,000 rules", batch: 1, rounds: 5) { _ = load(thousand) }
if let policy = load(thousand) {
    var machine = PolicyMachine(policy)
    var source = ReadySource(policy, signals: clean, counts: [0])
    measure("evaluating 1,000 rules, nothing fires", batch: 100) { _ = machine.evaluate(&source) }
    var busy = ReadySource(policy, signals: clean, counts: [2000])
    measure("evaluating 1,000 rules, their counts reached", batch: 100) { _ = machine.evaluate(&busy) }
}
