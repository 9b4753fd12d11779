import CAllocationCount
import Testing
import WaryLanguage
import WaryVocabulary

/// A decision in which nothing fires asks for no memory at all. Counted, not timed: malloc itself is stood before.
@Suite struct Allocations {
    /// Holds its answers, so that what is counted is the machine's.
    private struct HeldSource: EvaluationSource {
        let speed: Reading, agent: Reading, address: Reading, number: Reading, hosting: Reading, truth: Reading, count: Reading

        mutating func signal(_ id: SignalID) -> Reading {
            switch id {
            case .travelSpeed: speed
            case .agent: agent
            case .ip: address
            case .networkASN: number
            case .networkHosting: hosting
            default: truth
            }
        }
        mutating func input(_ index: Int, _ input: PolicyInput) -> Reading { .unknown(.notSent) }
        mutating func aggregate(_ index: Int, _ definition: AggregateDefinition) -> Reading { count }
    }

    private static let policy = """
        policy p { for login }
        list office of network = [198.51.100.0/24, 2001:db8:10::/48]
        list hosters of asn = [AS64500, AS64501]
        input channel_hint: text default "none"
        let failures = count(login.failed by account, subnet within 10m)
        rule travel { when travel.speed > 900 km/h unless ip in office unknown skip score 60 }
        rule guessing { when failures >= 5 score 8 * failures up to 40 }
        rule script "Not a browser" { when agent matches /\\b(curl|python-requests)\\b/i unknown fire score 25 tag "script" }
        rule classes { when agent matches /^[a-z]+$/ unknown skip score 5 }
        rule hosted monitor { when network.asn in hosters or network.hosting unknown skip score 15 }
        rule abroad { when device.new and not ip.new step_up webauthn notify user }
        rule folded { when lower(agent) == "curl" unknown skip score 5 }
        rule hinted { when channel_hint in ["kiosk", "atm"] deny }
        decide { deny when score >= 90 step_up webauthn, totp when score >= 40 allow otherwise }
        """

    private func source(hosting: Reading, count: Int64) -> HeldSource {
        HeldSource(speed: .known(.speed(3)),
                   agent: .known(.text("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0")),
                   address: .known(.ip(IPAddress(v4: 0xcb00_7107))), number: .known(.asn(3215)), hosting: hosting,
                   truth: .known(.bool(false)), count: .known(.int(count)))
    }

    /// What one more evaluation allocates, and its answer.
    private func allocations(_ source: HeldSource) throws -> (count: Int, answer: Evaluation) {
        var machine = PolicyMachine(try compiled(Self.policy))
        var source = source
        var answer = machine.evaluate(&source)
        let before = allocation_count()
        answer = machine.evaluate(&source)
        return (allocation_count() - before, answer)
    }

    @Test func nothingIsAllocatedWhereNothingFires() throws {
        try #require(allocation_count() >= 0, "allocations cannot be counted here")
        let before = allocation_count()
        let some = Array(0..<Int.random(in: 100...200))
        #expect(allocation_count() > before, "the counter counts: \(some.count)")

        let quiet = try allocations(source(hosting: .known(.bool(false)), count: 0))
        #expect(quiet.answer == Evaluation(outcome: .allow))
        #expect(quiet.count == 0)
    }

    @Test(.enabled(if: isOptimised, "unoptimised code makes temporaries in memory")) func noteOfWhatIsUnknownAllocatesNothing() throws {
        try #require(allocation_count() >= 0, "allocations cannot be counted here")
        let unknown = try allocations(source(hosting: .unknown(.notInDatabase), count: 0))
        #expect(unknown.answer == Evaluation(outcome: .allow, unknown: [4]))
        #expect(unknown.count == 0)
    }

    #if DEBUG
    private static let isOptimised = false
    #else
    private static let isOptimised = true
    #endif

    @Test(.enabled(if: isOptimised, "unoptimised code makes temporaries in memory")) func scoresAloneAllocateNothingEither() throws {
        try #require(allocation_count() >= 0, "allocations cannot be counted here")
        let scored = try allocations(source(hosting: .known(.bool(true)), count: 7))
        #expect(scored.answer.fired == [1] && scored.answer.monitored == [4] && scored.answer.score == 40)
        #expect(scored.answer.outcome == .stepUp && scored.answer.factors == [.webauthn, .totp])
        #expect(scored.count == 0)
    }
}
