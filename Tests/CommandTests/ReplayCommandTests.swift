import Foundation
import Testing

/// `wary replay`: a decision comes out again as it was, whatever happened since to events, lists and policies.
@Suite struct ReplayCommandTests {
    private static let policy = """
        policy p "Sign-in" { for login }
        list offices of network from "offices.txt"
        input cart : decimal
        rule stranger "A device never seen" { when device.new and not account.new score 50 }
        rule failing { when count(login.failed by account within 1h) >= 2 score 20 }
        rule crowd { when distinct(account of login by ip within 1h) >= 3 score 10 }
        rule away { when ip not in offices score 5 }
        rule dear { when cart > 100 score 7 unknown skip }
        rule place "Where it is" { when geo.country == "FR" score 1 unknown score 3 }
        decide { deny when score >= 95 step_up totp, webauthn when score >= 50 allow otherwise }
        """

    private func prepared() throws -> Program {
        let program = try Program()
        try program.write("p.wary", Self.policy)
        try program.write("offices.txt", "192.0.2.0/28\n")
        return program
    }

    private func decide(_ program: Program, _ lines: [String]) throws -> [[String: Any]] {
        let answers = try program.wary("decide", "--policy", "p.wary", "--data", "data", "--format", "json", input: lines.joined(separator: "\n") + "\n")
        #expect(answers.code == 0, "\(answers.complaints)")
        return try answers.output.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    private static func requests(_ range: Range<Int>) -> [String] {
        range.map { i in
            let minute = 10 + i / 60 % 50, second = 10 + i % 50
            return #"{"op":"decide","at":"2026-01-01T1\#(i / 300):\#(minute):\#(second)Z","account":"u\#(i % 5)","ip":"192.0.2.\#(i % 23)","#
                + #""device":"d\#(i * 7 % 11)","credential":"\#(i % 3 == 0 ? "invalid" : "valid")","factors":["totp"],"inputs":{"cart":\#(i * 13 % 150)}}"#
        }
    }

    @Test func itIsTheSameAfterEverythingChanged() throws {
        let program = try prepared()
        defer { program.remove() }
        let answers = try decide(program, Self.requests(0..<40))
        let report = answers.prefix(30).enumerated().map { index, answer in
            #"{"op":"report","at":"2026-01-01T11:00:00Z","decision_id":"\#(answer["decision_id"] ?? "")","outcome":"\#(index % 4 == 0 ? "abandoned" : "succeeded")"}"#
        }
        _ = try program.wary("decide", "--policy", "p.wary", "--data", "data", "--format", "json", input: report.joined(separator: "\n") + "\n")
        let more = try decide(program, Self.requests(300..<340))

        // Another list, another policy, more events, and everything from an account erased.
        try program.write("offices.txt", "198.51.100.0/24\n")
        try program.write("p.wary", Self.policy.replacingOccurrences(of: "score 50 }", with: "score 99 }"))
        _ = try decide(program, Self.requests(600..<640))

        for answer in answers + more {
            let id = try #require(answer["decision_id"] as? String)
            let replay = try program.wary("replay", id, "--data", "data", "--format", "json")
            #expect(replay.code == 0, "\(replay.output) \(replay.complaints)")
            let object = try replay.object()
            #expect(object["same"] as? Bool == true)
            #expect((object["missing"] as? [String])?.isEmpty == true)
            let replayed = try #require(object["replayed"] as? [String: Any])
            for part in ["decision", "score", "reasons", "unknown", "degraded"] {
                #expect(try Self.text(replayed[part]) == Self.text(answer[part]), "\(part)")
            }
            if answer["decision"] as? String == "step_up" { #expect(replayed["factors"] as? [String] == answer["factors"] as? [String]) }
        }
        let outcomes = Set((answers + more).compactMap { $0["decision"] as? String })
        #expect(outcomes.count > 1, "\(outcomes)")
    }

    @Test func whatIsMissingIsSaid() throws {
        let program = try prepared()
        defer { program.remove() }
        let answers = try decide(program, Self.requests(0..<20))
        let none = try program.wary("replay", "01JGFJJZ00M5Q4XJ8T9V0W1X2Y", "--data", "data")
        #expect(none.code == 1)
        #expect(none.complaints.contains("no such decision"))
        for account in ["u0", "u1", "u2"] { _ = try program.wary("erase", "account", account, "--data", "data", "--yes") }
        let replay = try program.wary("replay", try #require(answers[19]["decision_id"] as? String), "--data", "data", "--format", "json")
        let missing = try #require(try replay.object()["missing"] as? [String])
        #expect(missing.contains { $0.contains("accounts erased since") }, "\(missing)")
    }

    private static func text(_ part: Any?) throws -> String {
        guard let part else { return "" }
        return String(decoding: try JSONSerialization.data(withJSONObject: part, options: [.sortedKeys, .fragmentsAllowed]), as: UTF8.self)
    }
}
