import Foundation
import Testing
@testable import WaryAuth

/// What only a clock can tell. It wants the machine for itself, so `make timing` runs it, and `make test` does not.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["WARY_TIMING"] != nil, "run by make timing"), .serialized)
struct SignInTimingTests {
    /// An unknown account and a wrong password must not be told apart by the time they take: of a try of each, the slower
    /// one is a toss-up. 10,000 tries a side, in turns; by ranks, so that the machine's hiccups weigh nothing. The hash is
    /// made cheap here: at its real cost it hides a hundred times as much.
    @Test func timeTellsNothing() async throws {
        let bench = try Bench()
        let person = try await bench.personByEmail("anna@example.org")
        let context = bench.context(person.device)
        var times: [(microseconds: Double, isKnown: Bool)] = []
        for turn in 0..<20_000 {
            let isKnown = turn % 2 == 0, clock = ContinuousClock(), start = clock.now
            _ = try await bench.service.signIn(identifier: isKnown ? "anna@example.org" : "nora@example.org", password: "not the password", context)
            times.append((Double((clock.now - start).components.attoseconds) / 1e12, isKnown))
            if turn % 1000 == 0 {
                bench.engine.state.withLock { $0.questions = [] }
                bench.witness.forget()
            }
        }
        times.sort { $0.microseconds < $1.microseconds }
        let ranks = times.enumerated().reduce(0.0) { $0 + ($1.element.isKnown ? Double($1.offset + 1) : 0) }
        let knownIsSlower = (ranks - 10_000 * 10_001 / 2) / (10_000 * 10_000)
        print("the known account is the slower one in \(knownIsSlower) of all pairs; median \(times[10_000].microseconds) µs")
        #expect(abs(knownIsSlower - 0.5) < 0.05)
    }
}
