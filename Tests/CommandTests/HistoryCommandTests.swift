import Foundation
import Testing

/// From a log to a report: import, decide, history, explain, label, backtest.
@Suite struct HistoryCommandTests {
    private static let policy = """
        policy p "Sign-in" { for login }
        rule stranger "A device never seen" { when device.new and not account.new score 50 }
        rule failing { when count(login.failed by account within 1h) >= 2 score 40 }
        decide { deny when score >= 90 step_up totp when score >= 50 allow otherwise }
        test "new" { login { account "x" ip 192.0.2.1 } expect allow }
        test "stranger" {
            given 1h ago login.succeeded { account "x" ip 192.0.2.1 device.id "a" }
            login { account "x" ip 192.0.2.1 device.id "b" }
            expect step_up because stranger
        }
        test "failing" {
            given 2 login.failed over 10m { account "x" ip 192.0.2.1 }
            login { account "x" ip 192.0.2.1 }
            expect allow because failing
        }
        test "both" {
            given 1h ago login.succeeded { account "x" ip 192.0.2.1 device.id "a" }
            given 2 login.failed over 10m { account "x" ip 192.0.2.1 }
            login { account "x" ip 192.0.2.1 device.id "b" }
            expect deny
        }
        """

    private func prepared() throws -> Program {
        let program = try Program()
        try program.write("p.wary", Self.policy)
        let lines = (0..<40).map { i in
            let device = i % 13 == 12 ? "other" : "d\(i % 4)", outcome = i % 9 == 8 ? "failed" : "succeeded"
            let label = i % 13 == 12 ? ",\"label\":\"fraud\"" : ""
            return "{\"at\":\"2026-01-01T10:\(i + 10):00Z\",\"account\":\"u\(i % 4)\",\"ip\":\"192.0.2.\(i % 4 + 1)\","
                + "\"device\":\"\(device)\",\"outcome\":\"\(outcome)\"\(label)}"
        }
        // In any order.
        try program.write("events.ndjson", lines.reversed().joined(separator: "\n") + "\n")
        return program
    }

    @Test func eventsOfAnyOriginAreImportedOnce() throws {
        let program = try prepared()
        defer { program.remove() }
        let first = try program.wary("import", "ndjson", "events.ndjson", "--data", "data", "--format", "json", "--policy", "p.wary")
        #expect(first.code == 0, "\(first.complaints)")
        #expect(try first.object()["recorded"] as? Int == 40)
        #expect((try first.object()["decisions"] as? [String: Any])?["step_up"] as? Int ?? 0 > 0)
        let again = try program.wary("import", "ndjson", "events.ndjson", "--data", "data", "--format", "json")
        #expect(try again.object()["duplicates"] as? Int == 40)
        let wrong = try program.wary("import", "ndjson", "-", "--data", "data", "--format", "json", input: """
            {"at":"2026-01-02T00:00:00Z","account":"u1","ip":"192.0.2.1","outcome":"succeeded"}
            {"account":"u1"}
            {"at":"2026-01-02T00:00:00Z","acount":"u1"}
            {"at":"2026-01-02T00:00:00Z","account":"u1","account":"u2"}
            nonsense

            """)
        #expect(wrong.code == 1)
        #expect(try wrong.object()["recorded"] as? Int == 1)
        #expect(try wrong.object()["wrong"] as? Int == 4)
        #expect(wrong.complaints.contains("-:2: \"at\" is required"), "\(wrong.complaints)")
        #expect(wrong.complaints.contains("did you mean \"account\"?"), "\(wrong.complaints)")
    }

    @Test func aDecisionIsFoundExplainedAndLabelled() throws {
        let program = try prepared()
        defer { program.remove() }
        _ = try program.wary("import", "ndjson", "events.ndjson", "--data", "data")
        let decided = try program.wary("decide", "--policy", "p.wary", "--data", "data", "--format", "json",
                                       input: #"{"account":"u1","ip":"203.0.113.7","device":"strange"}"#)
        let answer = try decided.object()
        #expect(answer["decision"] as? String == "step_up", "\(decided.output)")
        let id = try #require(answer["decision_id"] as? String)
        let explained = try program.wary("explain", id, "--data", "data", "--format", "json")
        #expect(explained.code == 0, "\(explained.complaints)")
        let explanation = try explained.object()
        #expect(explanation["agrees"] as? Bool == true)
        #expect((explanation["rules"] as? [[String: Any]])?.count == 2)
        let human = try program.wary("explain", id, "--data", "data")
        #expect(human.output.contains("stranger"), "\(human.output)")
        #expect(try program.wary("explain", "01JGFJJZ00M5Q4XJ8T9V0W1X2Y", "--data", "data").code == 1)
        let label = try program.wary("label", "import", "-", "--data", "data", "--format", "json",
                                     input: "{\"decision_id\":\"\(id)\",\"label\":\"fraud\"}\n")
        #expect(try label.object()["labelled"] as? Int == 1, "\(label.complaints)")
        let timeline = try program.wary("history", "account", "u1", "--data", "data", "--format", "json", "--limit", "3")
        let events = try #require(try timeline.object()["events"] as? [[String: Any]])
        #expect(events.count == 3)
        #expect(events.last?["decision_id"] as? String == id)
        #expect(events.last?["label"] as? String == "fraud")
        #expect(try program.wary("history", "ip", "203.0.113.7", "--data", "data", "--format", "json").object()["total"] as? Int == 1)
        #expect(try program.wary("history", "device", "strange", "--data", "data", "--format", "json").object()["total"] as? Int == 1)
        #expect(try program.wary("history", "ip", "nonsense", "--data", "data").code == 2)
    }

    @Test func aBacktestInEveryForm() throws {
        let program = try prepared()
        defer { program.remove() }
        _ = try program.wary("import", "ndjson", "events.ndjson", "--data", "data")
        let json = try program.wary("backtest", "--policy", "p.wary", "--data", "data", "--format", "json")
        #expect(json.code == 0, "\(json.complaints)")
        let report = try json.object()
        #expect(report["attempts"] as? Int == 40)
        #expect(report["accounts"] as? Int == 4)
        let truth = try #require((report["labelled"] as? [String: Any])?["after"] as? [String: Any])
        #expect((truth["caught"] as? Int ?? 0) + (truth["missed"] as? Int ?? 0) == 3)
        let text = try program.wary("backtest", "--policy", "p.wary", "--data", "data", "--since", "20m", "--sample", "50%")
        #expect(text.code == 0)
        let html = try program.wary("backtest", "--policy", "p.wary", "--data", "data", "--format", "html", "--output", "report.html")
        #expect(html.code == 0, "\(html.complaints)")
        let page = try program.read("report.html")
        #expect(page.hasPrefix("<!doctype html>"))
        #expect(page.contains("<svg"))
        #expect(!page.contains("http"), "nothing is fetched")
        #expect(try program.wary("backtest", "--policy", "p.wary", "--data", "data", "--sample", "0").code == 2)
        #expect(try program.wary("backtest", "--policy", "p.wary", "--data", "nowhere").code == 1)
    }

    @Test func aScriptErasesWithoutBeingAskedAndADryRunDoesNot() throws {
        let program = try prepared()
        defer { program.remove() }
        try program.write("wary.toml", "data = \"data\"\npolicies = \"p.wary\"\n")
        #expect(try program.wary("import", "ndjson", "events.ndjson", "--data", "data").code == 0)
        let dry = try program.wary("erase", "account", "u1", "--dry-run", "--config", "wary.toml")
        #expect(dry.code == 0)
        #expect(dry.output == "10 events would go\n")
        #expect(try program.wary("export", "account", "u1", "--config", "wary.toml").code == 0)
        let done = try program.wary("erase", "account", "u1", "--config", "wary.toml")
        #expect(done.code == 0, "\(done.complaints)")
        #expect(done.output.contains("10 events"))
        #expect(try program.wary("erase", "account", "u1", "--config", "wary.toml").output == done.output)
        #expect(try program.wary("export", "account", "u1", "--config", "wary.toml").code == 1)
        #expect(try program.wary("erase", "account", "nobody", "--config", "wary.toml").code == 1)
    }
}
