import Glibc
import WaryEngine
import WaryHistory
import WaryLanguage
import WarySimulation
import WaryVocabulary

// What the statistical model costs a decision: run with `swift run -c release SignalsBenchmark`. Two engines learn the same
// two months of 400 people's lives; their policies are alike but that one asks for `unfamiliarity`. They then decide the same
// requests in turns, a block each, so that whatever else the machine does falls on both.

let rules = """
    rule known_device { when not device.new score -30 }
    rule new_device { when device.new and not account.new score 15 }
    rule abroad { when geo.country_new and not account.new unknown skip score 20 }
    rule travel { when travel.speed > 900 km/h and travel.distance > 200 km unknown skip score 60 }
    rule asleep { when account.idle > 180d unknown skip score 15 }
    rule script { when agent matches /\\b(curl|wget|python-requests)\\b/i unknown fire score 25 }
    rule anonymous { when network.anonymous unknown skip score 20 }
    rule guessed { when count(login.failed by account within 1h) >= 5 score 40 }
    rule stuffing { when distinct(account of login.failed by ip within 1h) >= 10 deny }
    """
let model = "rule unfamiliar { when unfamiliarity > 95 score 25 }"

func policy(with rules: String) throws -> CompiledPolicy? {
    let text = """
        policy sign_in { for login }
        \(rules)
        decide { deny when score >= 90 step_up when score >= 40 allow otherwise }
        """
    let loaded = PolicyLoader(sources: MemorySources(["p.wary": text])).load("p.wary")
    for diagnostic in loaded.diagnostics where diagnostic.severity == .error { print(diagnostic.message) }
    return loaded.policy
}

/// An engine that has learnt the stream's first part.
func engine(_ rules: String, _ past: ArraySlice<SimulatedAttempt>) throws -> Decider? {
    guard let policy = try policy(with: rules) else { return nil }
    let options = DeciderOptions(clock: .offline)
    var decider = try Decider(policies: PolicySet([policy]), history: .inMemory(key: .random()), options: options)
    for attempt in past {
        let reply = decider.handle(.decide(DecideRequest(fields: attempt.fields, at: attempt.at)), wall: attempt.at)
        if case .decision(let answer) = reply, let id = answer.decisionID, attempt.actor == .owner, attempt.fields.credential == .valid {
            _ = decider.handle(.report(ReportRequest(decisionID: id, outcome: .challengePassed, factor: .totp, at: attempt.at)), wall: attempt.at)
        }
    }
    try decider.commit()
    return decider
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// Nanoseconds that this thread has had of a processor.
func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

/// Nanoseconds a decision.
func time(_ decider: inout Decider, _ requests: ArraySlice<EngineRequest>, wall: Instant) -> Double {
    let start = processorTime()
    for request in requests { _ = decider.handle(request, wall: wall) }
    return (processorTime() - start) / Double(requests.count)
}

func compare() throws {
    let block = 500
    let stream = LabelledStream(seed: 7, people: 400, days: 60, attacksOfAKind: 20).attempts
    let split = stream.count * 9 / 10
    guard var without = try engine(rules, stream[..<split]), var with = try engine(rules + "\n" + model, stream[..<split]) else { return }
    let requests = stream[split...].map { EngineRequest.decide(DecideRequest(fields: $0.fields, at: $0.at, isWhatIf: true)) }
    let wall = stream[stream.count - 1].at

    var plain: [Double] = [], modelled: [Double] = [], differences: [Double] = []
    for round in 0..<120 {
        let start = round * block % (requests.count - block)
        let part = requests[start..<(start + block)]
        let first = time(&without, part, wall: wall), second = time(&with, part, wall: wall)
        plain.append(first)
        modelled.append(second)
        differences.append(second - first)
    }
    print("good sign-ins learnt \(split), decisions timed 2 × \(120 * block)")
    print("without the model \((median(plain) / 10).rounded() / 100) µs, with it \((median(modelled) / 10).rounded() / 100) µs")
    print("the model costs \((median(differences) / 10).rounded() / 100) µs a decision (median of 120 rounds; must be at most 8)")
}

if CommandLine.arguments.contains("percentiles") { try printFirstPercentiles() } else { try compare() }
