import Foundation
import Testing

/// From shadow to promotion and back, and the questions before it, as a user asks them.
@Suite(.timeLimit(.minutes(5))) struct TryingTests {
    private static let live = """
        policy p { for login }
        let fails = count(login.failed by account within 1h)
        rule guessing { when fails >= 4 score 50 }
        rule watched monitor { when device.new score 1 }
        decide { deny when score >= 90 step_up when score >= 40 allow otherwise }
        test "t" { login { account "a" ip 192.0.2.1 } expect allow }
        """

    private func prepared() throws -> Program {
        let program = try Program()
        try program.write("Policies/live.wary", Self.live)
        try program.write("next.wary", Self.live.replacingOccurrences(of: "fails >= 4", with: "fails >= 2"))
        try program.write("broken.wary", "policy b {")
        try program.write("wary.toml", """
            data = "data"
            policies = ["Policies/live.wary"]
            shadow = ["next.wary", "broken.wary"]
            """)
        return program
    }

    private static func wrong(_ count: Int, from minute: Int = 0) -> String {
        (0..<count).map { "{\"account\":\"alice\",\"ip\":\"203.0.113.7\",\"credential\":\"invalid\",\"device\":\"d\",\"at\":\"2026-03-01T10:\($0 + minute + 10):00Z\"}" }
            .joined(separator: "\n")
    }

    @Test func aDiffSaysWhatChangesAndForWhom() throws {
        let program = try prepared()
        defer { program.remove() }
        let same = try program.wary("diff", "Policies/live.wary", "Policies/live.wary")
        #expect(same.code == 0 && same.output.contains("the same policy"))
        let found = try program.wary("diff", "Policies/live.wary", "next.wary", "--trials", "3000", "--format", "json")
        #expect(found.code == 1, "\(found.complaints)")
        let object = try found.object()
        let parts = try #require(object["parts"] as? [[String: Any]])
        #expect(parts.map { $0["name"] as? String } == ["guessing"] && parts.map { $0["change"] as? String } == ["changed"])
        let witness = try #require((object["witnesses"] as? [[String: Any]])?.first)
        #expect((witness["values"] as? [String: String])?.keys.contains { $0.contains("login.failed") } == true)
        #expect((witness["before"] as? [String: Any])?["decision"] as? String == "allow")
        #expect((witness["after"] as? [String: Any])?["decision"] as? String == "step_up")
        #expect(try program.wary("diff", "Policies/live.wary", "broken.wary").code == 2)
    }

    @Test func whatIfAtAnInstantWithSignalsAndSeveralPolicies() throws {
        let program = try prepared()
        defer { program.remove() }
        let played = try program.wary("decide", "--policy", "Policies/live.wary", "--data", "data", input: Self.wrong(6))
        #expect(played.code == 0, "\(played.complaints)")
        func decisions(_ more: String..., ip: String = "203.0.113.7") throws -> [String?] {
            let arguments = ["decide", "--what-if", "--policy", "Policies/live.wary", "--policy", "next.wary", "--data", "data", "--format", "json"] + more
            let outcome = try program.run(arguments, input: "{\"account\":\"alice\",\"ip\":\"\(ip)\"}")
            #expect(outcome.code == 0, "\(outcome.complaints)")
            return try outcome.output.split(separator: "\n").map { line in
                (try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["decision"] as? String
            }
        }
        #expect(try decisions("--at", "2026-03-01T10:09:00Z") == ["allow", "allow"])
        #expect(try decisions("--at", "2026-03-01T10:12:00Z") == ["allow", "step_up"])
        #expect(try decisions("--at", "2026-03-01T10:14:00Z") == ["step_up", "step_up"])
        #expect(try decisions("--at", "2026-03-01T10:14:00Z", "--signal", "account=bob") == ["allow", "allow"])
        #expect(try program.wary("decide", "--what-if", "--policy", "next.wary", "--signal", "device.nw=true", input: "{\"account\":\"a\",\"ip\":\"192.0.2.1\"}").code == 1)
        #expect(try program.wary("decide", "--policy", "next.wary", "--at", "2026-03-01T10:14:00Z", input: "{}").code == 2)
    }

    @Test func fromShadowToPromotionAndBackBesideAServer() throws {
        let program = try prepared()
        defer { program.remove() }
        let server = Process()
        server.executableURL = Program.executable
        server.arguments = ["serve", "--config", "wary.toml"]
        server.currentDirectoryURL = program.folder
        server.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("WARY_") }
        let said = Pipe()
        server.standardOutput = said
        server.standardError = FileHandle(forWritingAtPath: "/dev/null")
        try server.run()
        defer { if server.isRunning { server.terminate(); server.waitUntilExit() } }
        #expect(String(decoding: said.fileHandleForReading.availableData, as: UTF8.self).contains("listens on"))

        let early = try program.wary("promote", "next.wary", "--config", "wary.toml")
        #expect(early.code == 1 && early.complaints.contains("no answer in shadow"), "\(early.complaints)")
        let input = Self.wrong(6).replacingOccurrences(of: ",\"at\":\"[^\"]*\"", with: "", options: .regularExpression)
        let decided = try program.wary("decide", "--socket", "data/decide.sock", input: input)
        #expect(decided.code == 0, "\(decided.complaints)")
        let report = try program.wary("shadow", "report", "--data", "data", "--format", "json").object()
        let shadow = try #require((report["shadows"] as? [[String: Any]])?.first)
        #expect(((shadow["changes"] as? [String: Any])?["allow"] as? [String: Int])?["step_up"] == 2)
        #expect(((report["live"] as? [[String: Any]])?.first?["rules"] as? [[String: Any]])?.first { $0["rule"] as? String == "watched" }?["hits"] as? Int == 6)

        let promoted = try program.wary("promote", "next.wary", "--config", "wary.toml")
        #expect(promoted.code == 0, "\(promoted.complaints)")
        #expect(try program.read("Policies/live.wary") == program.read("next.wary"))
        let back = try program.wary("rollback", "--config", "wary.toml")
        #expect(back.code == 0, "\(back.complaints)")
        #expect(try program.read("Policies/live.wary") == Self.live)
        server.terminate()
        server.waitUntilExit()

        // Without a server, too; and the journal tells it all.
        let forth = try program.wary("rollback", "--config", "wary.toml")
        #expect(forth.code == 0, "\(forth.complaints)")
        #expect(try program.read("Policies/live.wary") == program.read("next.wary"))
        let trail = try program.wary("rollback", "--list", "--config", "wary.toml").output.split(separator: "\n")
        #expect(trail.count == 3 && trail[0].contains("promoted") && trail[1].contains("rolled_back") && trail[2].contains("rolled_back"), "\(trail)")
    }

    @Test func numbersAreSuggestedAndNothingIsChanged() throws {
        let program = try prepared()
        defer { program.remove() }
        // Frauds come from a device of their own, on nearly every account: which accounts are held out, the random key decides.
        let lines = (0..<400).map { i -> String in
            let isFraud = i % 21 == 20, minute = i % 60, hour = i / 60 + 10
            return "{\"at\":\"2026-01-01T\(hour):\(minute < 10 ? "0" : "")\(minute):00Z\",\"account\":\"u\(i % 20)\",\"ip\":\"192.0.2.\(i % 20 + 1)\","
                + "\"device\":\"\(isFraud ? "f\(i)" : "d\(i % 20)")\",\"outcome\":\"succeeded\"\(isFraud ? ",\"label\":\"fraud\"" : "")}"
        }
        try program.write("events.ndjson", lines.joined(separator: "\n") + "\n")
        #expect(try program.wary("import", "ndjson", "events.ndjson", "--data", "data").code == 0)
        let policy = """
            policy q { for login }
            rule stranger { when device.new score 20 }
            decide { step_up when score >= 40 allow otherwise }
            """
        try program.write("q.wary", policy)
        let tuned = try program.wary("tune", "--policy", "q.wary", "--data", "data", "--budget", "120 step-ups per 1000", "--format", "json")
        #expect(tuned.code == 0, "\(tuned.complaints)")
        let object = try tuned.object()
        let now = try #require(object["now"] as? [String: Int]), suggested = try #require(object["suggested"] as? [String: Int])
        #expect(now["attempts"] == 400 && now["frauds"] == 19 && now["caught"] == 0)
        #expect(suggested["caught"] == 19, "\(tuned.output)")
        #expect((suggested["step_ups"] ?? 0) * 1000 <= 120 * 400)
        #expect((object["diff"] as? String)?.contains("+++ q.wary") == true)
        #expect(try program.read("q.wary") == policy)
        #expect(try program.wary("tune", "--policy", "q.wary", "--data", "data", "--budget", "few").code == 2)
        let odd = policy.replacingOccurrences(of: "score >= 40", with: "score > 40")
        try program.write("odd.wary", odd)
        #expect(try program.wary("tune", "--policy", "odd.wary", "--data", "data", "--budget", "1 stop per 100").code == 1)
    }
}
