import CAllocationCount
import Glibc
import WaryLanguage
import WaryVocabulary

// What the language costs in process: run with `swift run -c release LanguageBenchmark`.

func load(_ text: String) -> CompiledPolicy? {
    var wide = LanguageLimits.standard
    wide.rules = 2000
    let loaded = PolicyLoader(sources: MemorySources(["p.wary": text]), limits: wide).load("p.wary")
    for diagnostic in loaded.diagnostics where diagnostic.severity == .error { print(diagnostic.code.rawValue, diagnostic.message) }
    return loaded.policy
}

/// Nanoseconds that this thread has had of a processor: what other programs take meanwhile is not in it.
func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

/// The median of single runs in processor time, each the mean of a batch; and how often one run allocates.
func measure(_ name: String, batch: Int, rounds: Int = 41, _ body: () -> Void) {
    body()
    let before = allocation_count()
    body()
    let allocations = allocation_count() - before
    var times: [Double] = []
    for _ in 0..<rounds {
        let start = processorTime()
        for _ in 0..<batch { body() }
        times.append((processorTime() - start) / Double(batch))
    }
    times.sort()
    print("\(name): \(text(times[rounds / 2])), least \(text(times[0])), \(allocations) allocations")
}

func text(_ nanoseconds: Double) -> String {
    if nanoseconds < 10_000 { return "\(Int(nanoseconds.rounded())) ns" }
    return nanoseconds < 1_000_000 ? "\((nanoseconds / 100).rounded() / 10) µs" : "\((nanoseconds / 100_000).rounded() / 10) ms"
}

func measureTypical() {
    guard let policy = load(Policies.typical) else { return }
    var machine = PolicyMachine(policy)
    var source = ReadySource(policy, signals: Policies.clean, counts: [0, 1])
    measure("12 rules, nothing fires", batch: 10_000) { _ = machine.evaluate(&source) }
    var partial = Policies.clean
    for signal in [SignalID.networkASN, .geoCountryNew, .networkAnonymous, .travelSpeed] { partial[signal] = nil }
    var unknown = ReadySource(policy, signals: partial, counts: [0, 1])
    measure("12 rules, four are unknown", batch: 10_000) { _ = machine.evaluate(&unknown) }
    var hostile = Policies.clean
    hostile[.travelSpeed] = .known(.speed(8000))
    hostile[.travelDistance] = .known(.distance(9_000_000))
    hostile[.ip] = .known(.ip(IPAddress(v4: 0xcb00_7107)))
    hostile[.deviceNew] = .known(.bool(true))
    hostile[.networkASN] = nil
    var attacked = ReadySource(policy, signals: hostile, counts: [6, 1])
    measure("12 rules, four fire, one is unknown", batch: 10_000) { _ = machine.evaluate(&attacked) }
    measure("the same with its explanation", batch: 1000) {
        _ = machine.evaluate(&attacked)
        _ = machine.explain(.fired)
    }
}

func measureThousand() {
    measure("checking 1,000 rules", batch: 1, rounds: 7) { _ = load(Policies.thousand) }
    guard let policy = load(Policies.thousand) else { return }
    var machine = PolicyMachine(policy)
    var source = ReadySource(policy, signals: Policies.clean, counts: [0])
    measure("evaluating 1,000 rules, nothing fires", batch: 100) { _ = machine.evaluate(&source) }
    var busy = ReadySource(policy, signals: Policies.clean, counts: [2000])
    measure("evaluating 1,000 rules, their counts reached", batch: 100) { _ = machine.evaluate(&busy) }
}

measureTypical()
measureThousand()
