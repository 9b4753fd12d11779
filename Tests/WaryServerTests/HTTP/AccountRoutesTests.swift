import Foundation
import Logging
import Testing
import WaryEngine
@testable import WaryServer

/// A whole server in a folder of its own, asked over HTTP.
private func withServer(_ policy: String, _ others: [String: String] = [:], _ body: (HTTPClient) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wary-server-\(UInt32.random(in: 0...UInt32.max))")
    defer { try? FileManager.default.removeItem(at: folder) }
    for (path, text) in others.merging(["policies/login.wary": policy], uniquingKeysWith: { $1 }) {
        let file = folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }
    var reader = ConfigurationReader()
    try reader.read(toml: "data = \"data\"\npolicies = \"policies\"\ndurability = \"interval 50ms\"", named: "wary.toml", folder: folder.path)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let server = try await Server.start(try ServerConfiguration(reader, environment: [:]), logger: logger)
    do {
        try await body(HTTPClient(unix: folder.appendingPathComponent("data/http.sock").path))
    } catch {
        await server.stop()
        throw error
    }
    await server.stop()
}

@Suite struct AccountRoutesTests {
    private static let policy = """
        policy counting "Counts" { for login }
        let earlier = count(login by account within 1h)
        rule seen "Attempts before this one" { when earlier >= 1 score 10 * earlier up to 90 }
        decide { deny when score >= 50 allow otherwise }
        """

    private static func attempt(_ account: String) -> String { #"{"account":"\#(account)","ip":"203.0.113.7","device":"d1"}"# }

    @Test func whatIsHeldIsToldExportedAndForgotten() async throws {
        try await withServer(Self.policy) { client in
            var ids: [String] = []
            for _ in 0..<3 {
                let answer = try await client.send("POST", "/v1/decisions", Self.attempt("a/b"))
                ids.append(try #require(try HTTPFixture.object(answer.body)["decision_id"] as? String))
            }
            _ = try await client.send("POST", "/v1/decisions", Self.attempt("other"))
            #expect(try await client.send("POST", "/v1/decisions/\(ids[0])/outcome", #"{"outcome":"succeeded"}"#).status == 204)

            let timeline = try HTTPFixture.object(try await client.send("GET", "/v1/accounts/a%2Fb/history").body)
            let events = try #require(timeline["events"] as? [[String: Any]])
            #expect(events.map { $0["type"] as? String } == ["outcome", "decision", "decision", "decision"])
            #expect(events.dropFirst().map { $0["decision_id"] as? String } == ids.reversed())
            let last = try HTTPFixture.object(try await client.send("GET", "/v1/accounts/a%2Fb/history?limit=1").body)
            #expect((last["events"] as? [Any])?.count == 1)
            for wrong in ["limit=0", "limit=x", "limits=1", "limit=1001"] {
                #expect(try await client.send("GET", "/v1/accounts/a%2Fb/history?\(wrong)").status == 400)
            }

            let export = try HTTPFixture.object(try await client.send("GET", "/v1/accounts/a%2Fb/export").body)
            #expect((export["events"] as? [[String: Any]])?.first?["decision_id"] as? String == ids[0])
            #expect(export["baselines"] is [String: Any])

            let receipt = try await client.send("DELETE", "/v1/accounts/a%2Fb")
            #expect(receipt.status == 200)
            #expect(try HTTPFixture.object(receipt.body)["events"] as? Int == 4)
            #expect(try await client.send("DELETE", "/v1/accounts/a%2Fb").body == receipt.body)
            for path in ["accounts/a%2Fb/history", "accounts/a%2Fb/export", "decisions/\(ids[1])", "accounts/nobody/export"] {
                #expect(try await client.send("GET", "/v1/\(path)").status == 404, "\(path)")
            }
            #expect(try await client.send("DELETE", "/v1/accounts/nobody").status == 404)
            #expect(try await client.send("GET", "/v1/accounts/other/export").status == 200)
        }
    }

    @Test func aLongPastIsReadInSlices() async throws {
        let count = EngineLimits.timelineSlice + 7
        try await withServer(Self.policy) { client in
            for _ in 0..<count { _ = try await client.send("POST", "/v1/decisions", Self.attempt("a")) }
            let export = try HTTPFixture.object(try await client.send("GET", "/v1/accounts/a/export").body)
            #expect((export["events"] as? [Any])?.count == count)
            let timeline = try HTTPFixture.object(try await client.send("GET", "/v1/accounts/a/history?limit=1000").body)
            #expect((timeline["events"] as? [Any])?.count == count)
        }
    }

    @Test func aPastDecisionIsExplainedAtItsPlaceInHistory() async throws {
        try await withServer(Self.policy) { client in
            var ids: [String] = []
            for _ in 0..<(EngineLimits.explanationSlice + 20) {
                let answer = try await client.send("POST", "/v1/decisions", Self.attempt("a"))
                ids.append(try #require(try HTTPFixture.object(answer.body)["decision_id"] as? String))
            }
            for (place, score) in [(0, 0), (3, 30), (EngineLimits.explanationSlice + 10, 90)] {
                let past = try HTTPFixture.object(try await client.send("GET", "/v1/decisions/\(ids[place])").body)
                let explanation = try #require(past["explanation"] as? [String: Any])
                #expect(explanation["agrees"] as? Bool == true)
                #expect(explanation["score"] as? Int == score && past["score"] as? Int == score)
                #expect((explanation["rules"] as? [[String: Any]])?.first?["rule"] as? String == "seen")
            }
            #expect(try await client.send("GET", "/v1/decisions/01JD8M2Q4T7VZ0C9R6XW5KB3NE").status == 404)
        }
    }

    @Test func aDraftIsCheckedWithWhatItIncludes() async throws {
        let included = "let limit_here = 5\n"
        try await withServer(Self.policy, ["policies/common/limits.wary": included]) { client in
            func check(_ text: String, path: String? = nil) async throws -> String {
                var body: [String: String] = ["text": text]
                body["path"] = path
                let data = try JSONSerialization.data(withJSONObject: body)
                return try await client.send("POST", "/v1/policies/check", String(decoding: data, as: UTF8.self)).body
            }
            let good = "include \"common/limits.wary\"\n" + Self.policy.replacing("earlier >= 1", with: "earlier >= limit_here")
            let sound = [try await check(good), try await check(good.replacing("common/", with: ""), path: "common/draft.wary")]
            #expect(sound.allSatisfy { !$0.contains("\"error\"") }, "\(sound)")
            let faulty = [try await check(good.replacing("common/", with: "")), try await check(good.replacing("common/", with: "../")),
                          try await check("include \"/etc/passwd\"\n" + Self.policy)]
            #expect(faulty.allSatisfy { $0.contains("E-include") }, "\(faulty)")
            #expect(try await client.send("POST", "/v1/policies/check", #"{"text":"","path":"/etc/passwd"}"#).status == 400)
        }
    }

    @Test func aFormIsToldHowToBecomeJSON() async throws {
        try await HTTPFixture.with { http async throws in
            let form = try await http.client.send("POST", "/v1/decisions", HTTPFixture.attempt, headers: ["Content-Type": "application/x-www-form-urlencoded"])
            #expect(form.status == 415)
            #expect(form.body.contains("Content-Type: application/json"))
        }
    }
}
