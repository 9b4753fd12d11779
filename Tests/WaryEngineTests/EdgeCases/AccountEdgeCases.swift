import Foundation
import Testing
import WaryHistory
import WaryLanguage
import WaryVocabulary
@testable import WaryEngine

/// EDGE_CASES 10 to 14, 17, 18 and 21 to 25: accounts, crowds and rules.
struct AccountEdgeCases {
    @Test("10: a whole office behind one address: 300 users, five mistypes")
    func office() throws {
        let world = try EdgeWorld()
        for user in 1...300 {
            try world.signIn("user\(user)", "192.0.2.10", device: "desk\(user)")
            world.pass(EdgeWorld.minute)
        }
        for user in 1...5 {
            let wrong = try world.attempt("user\(user)", "192.0.2.10", device: "desk\(user)", credential: .invalid)
            try world.report(wrong, .failed)
        }
        for user in 1...300 {
            let answer = try world.attempt("user\(user)", "192.0.2.10", device: "desk\(user)")
            #expect(answer.outcome == .allow, "user\(user): \(answer.explanation.reasons.map(\.rule))")
        }
    }

    @Test("11: 200 wrong passwords from outside, and the owner signs in from home")
    func notLockedOut() throws {
        let world = try EdgeWorld()
        try world.habit("alice", "192.0.2.10")
        for _ in 0..<200 {
            try world.attempt("alice", "203.0.113.66", device: nil, agent: "curl/8", credential: .invalid)
            world.pass(10_000)
        }
        #expect(try world.attempt("alice", "203.0.113.66", device: nil, agent: "curl/8").outcome == .deny)
        #expect(try world.attempt("alice", "192.0.2.10").outcome == .allow)
    }

    @Test("12: 6,000 good sign-ins, then 100 wrong passwords: trust is capped")
    func trustIsCapped() throws {
        let world = try EdgeWorld()
        let fields = try #require(try? world.decider.history.baseline(of: "alice"))
        #expect(fields.signIns == 0)
        for index in 0..<6_000 {
            let event = EventFields(account: "alice", ip: IPAddress("192.0.2.10"), device: "laptop", agent: "Mozilla/5.0")
            try world.decider.history.recordImported(
                .init(given: .loginSucceeded, at: world.now - Int64(6_000 - index) * EdgeWorld.hour, fields: event))
        }
        for _ in 0..<100 {
            try world.attempt("alice", "192.0.2.10", credential: .invalid)
            world.pass(10_000)
        }
        #expect(try world.attempt("alice", "192.0.2.10").outcome == .deny)
    }

    @Test("13: all traffic comes from the proxy's address: it is said, and nothing is learned of places")
    func proxy() throws {
        let world = try EdgeWorld()
        var warnings: [HistoryWarning] = []
        world.decider.history.onWarning = { warnings.append($0) }
        for user in 1...150 {
            try world.signIn("user\(user)", "192.0.2.10", device: "d\(user)")
            world.pass(EdgeWorld.minute)
        }
        #expect(warnings == [.crowdedAddress(accounts: 100, of: 100)])
        let early = try world.decider.history.baseline(of: "user3"), late = try world.decider.history.baseline(of: "user149")
        let address = try #require(IPAddress("192.0.2.10"))
        #expect(early.knows(.ip, .ip(address)))
        #expect(!late.knows(.ip, .ip(address)))
        #expect(!late.knows(.subnet, .network(address.subnet)))
        #expect(late.recent.first?.point == nil)
        #expect(late.knows(.device, .text("d149")))
        #expect(late.signIns == 1)
    }

    @Test("14: the first sign-in of a new account has a stated outcome")
    func coldStart() throws {
        let world = try EdgeWorld()
        let answer = try world.attempt("newcomer", "192.0.2.10")
        #expect(answer.outcome == .allow)
        let full = try world.attempt("newcomer", "192.0.2.10", explain: .full)
        #expect(full.model?.terms.contains { $0.missing == .noHistory } == true)
    }

    @Test("17: a remembered device, an odd score and a rule that asks: a rule can only tighten")
    func precedence() throws {
        let world = try EdgeWorld("""
            policy mixed "Mixed" { for login }
            rule remembered { when not device.new score -30 }
            rule odd { when ip.new score 20 }
            rule always_asks { when account.sign_ins >= 1 step_up totp }
            decide { deny when score >= 90 step_up when score >= 40 allow otherwise }
            """)
        try world.signIn("alice", "192.0.2.10")
        let answer = try world.attempt("alice", "192.0.2.99")
        #expect(answer.outcome == .stepUp)
        #expect(answer.factors == [.totp])
        #expect(answer.score == 0)
    }

    @Test("18: high risk and no second factor: an attacker is not offered to enrol one")
    func noFactor() throws {
        let world = try EdgeWorld()
        try world.habit("alice", "192.0.2.10")
        world.pass(-EdgeWorld.day + EdgeWorld.minute)
        let answer = try world.attempt("alice", "203.0.113.5", device: "thief", factors: FactorSet())
        #expect(answer.outcome == .deny)
        #expect(answer.factors.isEmpty)
    }

    @Test("21: habits are kept by the clock where the user is: half hours and daylight saving")
    func localHabits() throws {
        let world = try EdgeWorld("""
            policy hours "Hours" { for login }
            rule night { when time.unusual > 0.5 unknown skip score 60 }
            decide { step_up when score >= 40 allow otherwise }
            """)
        // 09:15 in Kathmandu, which is 5 h 45 min ahead of UTC.
        world.pass(15 * EdgeWorld.hour + 30 * EdgeWorld.minute)
        for _ in 0..<20 {
            try world.signIn("alice", "198.18.5.1")
            world.pass(EdgeWorld.day)
        }
        #expect(try world.attempt("alice", "198.18.5.1").outcome == .allow)
        world.pass(11 * EdgeWorld.hour)
        #expect(try world.attempt("alice", "198.18.5.1").outcome == .stepUp)
    }

    @Test("21: nine in the morning is nine before and after the clocks change")
    func daylightSaving() throws {
        let world = try EdgeWorld("""
            policy hours "Hours" { for login }
            rule not_nine { when time.hour != 9 score 60 }
            decide { step_up when score >= 40 allow otherwise }
            """)
        // 09:15 in Paris on Saturday, 28 March 2026, and on the Sunday after a night of 23 hours.
        let saturday = try #require(Instant("2026-03-28T08:15:00Z")), sunday = try #require(Instant("2026-03-29T07:15:00Z"))
        world.pass(saturday - world.now)
        #expect(try world.attempt("alice", "192.0.2.10").outcome == .allow)
        world.pass(sunday - world.now)
        #expect(try world.attempt("alice", "192.0.2.10").outcome == .allow)
        world.pass(EdgeWorld.hour)
        #expect(try world.attempt("alice", "192.0.2.10").outcome == .stepUp)
    }

    @Test("22: a rule whose operand is not there is shown, not skipped in silence")
    func nullOperand() throws {
        let world = try EdgeWorld()
        let answer = try world.attempt("alice", "192.0.2.10", device: nil, agent: nil)
        #expect(answer.explanation.unknown.contains { $0.rule == "script" && $0.missing.contains { $0.text == "not_sent" } })
    }

    @Test("24: a session limit is reported as abandoned and is no failed sign-in")
    func sessionLimit() throws {
        let world = try EdgeWorld("""
            policy failures "Failures" { for login }
            rule failed { when count(login.failed by account within 1h) >= 1 score 60 }
            decide { step_up when score >= 40 allow otherwise }
            """)
        let answer = try world.attempt("alice", "192.0.2.10")
        try world.report(answer, .abandoned)
        world.pass(EdgeWorld.minute)
        #expect(try world.attempt("alice", "192.0.2.10").outcome == .allow)
        #expect(try world.decider.history.baseline(of: "alice").signIns == 0)
    }

    @Test("25: failures spaced evenly, one every 10.00 s, are machine-regular")
    func regularity() throws {
        let world = try EdgeWorld("""
            policy regular "Regular" { for login }
            rule machine { when regular(login.failed by account within 1h) > 0.9 unknown skip score 60 }
            decide { step_up when score >= 40 allow otherwise }
            """)
        for _ in 0..<20 {
            try world.attempt("alice", "203.0.113.9", credential: .invalid)
            world.pass(10_000)
        }
        #expect(try world.attempt("alice", "203.0.113.9").outcome == .stepUp)
        // A person's gaps differ.
        for gap in [4_000, 31_000, 9_000, 120_000, 17_000, 2_000, 55_000, 8_000, 90_000, 21_000] as [Int64] {
            try world.attempt("bob", "192.0.2.10", credential: .invalid)
            world.pass(gap)
        }
        #expect(try world.attempt("bob", "192.0.2.10").outcome == .allow)
    }
}

struct BreakGlassTests {
    @Test("23: a policy that would refuse every administrator is not put in force")
    func lockout() throws {
        let scratch = NSTemporaryDirectory() + "wary-break-glass-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        try """
            policy strict "Strict" { for login }
            list admins of text = ["root", "admin"]
            rule nobody { when account in admins deny }
            decide { deny when score >= 90 allow otherwise }
            """.write(toFile: scratch + "/strict.wary", atomically: true, encoding: .utf8)
        #expect(try PolicyStore(paths: [scratch]).load().policies.count == 1)
        #expect(try PolicyStore(paths: [scratch], breakGlass: ["carol"]).load().policies.count == 1)
        do {
            _ = try PolicyStore(paths: [scratch], breakGlass: ["admin"]).load()
            Issue.record("put in force")
        } catch {
            guard case .lockout(["strict"]) = error else {
                Issue.record("\(error)")
                return
            }
        }
    }
}
