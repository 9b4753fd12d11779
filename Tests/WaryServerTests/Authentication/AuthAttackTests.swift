import Foundation
import Testing
import WaryAuth
@testable import WaryServer
import WaryVocabulary

/// What somebody with bad intentions sends to a running server. Attacks on tokens, passkeys and mail by others' software
/// stand in Tests/Authentication.
@Suite struct AuthAttackTests {
    typealias Running = AccountsServingTests.Running

    /// A person with an authenticator app, and a step-up that waits for its code.
    struct Victim {
        let token: String
        let device: String
        let key: TOTP.Key
        let flow: String
        /// The step whose code bound the app.
        let bound: Int64

        func code(_ later: Int64 = 0) -> String { TOTP.code(key, step: TOTP.step(at: Victim.now, key) + later) }

        /// Six digits that are no code of these minutes.
        func wrong(_ number: Int) -> String {
            let right = (-4...4).map { code(Int64($0)) }
            return (0...).lazy.map { String(format: "%06d", (number * 7919 + $0) % 1_000_000) }.first { !right.contains($0) } ?? ""
        }

        static var now: Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
    }

    private func victim(_ running: Running) async throws -> Victim {
        let (token, device) = try await running.person("anna"), headers = ["Authorization": "Bearer \(token)", "Wary-Device": device, "User-Agent": "Mozilla/5.0"]
        let offer = try HTTPFixture.object(try await running.people.send("POST", "/v1/me/factors/totp", "{}", headers: headers).body)
        let secret = try #require(offer["secret"] as? String)
        let key = TOTP.Key(secret: try #require(TextForm.bytes(base32: secret)))
        let step = TOTP.step(at: Victim.now, key)
        let bound = try await running.people.send("POST", "/v1/me/factors/totp/\(try #require(offer["id"] as? String))", #"{"code":"\#(TOTP.code(key, step: step))"}"#, headers: headers)
        #expect(bound.status == 201, "\(bound)")
        let begun = try HTTPFixture.object(try await running.people.send("POST", "/v1/sessions/current/step-up", "{}", headers: headers).body)
        let victim = Victim(token: token, device: device, key: key, flow: "/v1/sign-ins/\(try #require(begun["id"] as? String))", bound: step)
        #expect(try await running.people.send("POST", "\(victim.flow)/challenges", #"{"factor":"totp"}"#, headers: headers).status == 201)
        return victim
    }

    private func answer(_ running: Running, _ victim: Victim, _ code: String, device: String?) async throws -> HTTPClient.Response {
        try await running.people.send("POST", "\(victim.flow)/answers", #"{"code":"\#(code)"}"#, headers: device.map { ["Wary-Device": $0] } ?? [:])
    }

    @Test func guessingACodeEndsAfterFive() async throws {
        try await AccountsServingTests.serve { running async throws in
            let victim = try await victim(running)
            var left: [Int] = []
            for number in 0..<5 {
                let response = try await answer(running, victim, victim.wrong(number), device: victim.device)
                #expect(response.status == 403)
                left.append(try HTTPFixture.object(response.body)["answers_left"] as? Int ?? -1)
            }
            #expect(left == [4, 3, 2, 1, 0])
            #expect(try await answer(running, victim, victim.code(1), device: victim.device).status == 410, "even the right one")
        }
    }

    @Test func aStolenFlowIsWorthNothingElsewhere() async throws {
        try await AccountsServingTests.serve { running async throws in
            let victim = try await victim(running), thief = try await running.person("mallory")
            for device in [nil, thief.device, "made up"] { #expect(try await answer(running, victim, victim.code(1), device: device).status == 410) }
            #expect(try await answer(running, victim, victim.code(1), device: victim.device).status == 200, "the owner goes on")
        }
    }

    @Test func ofParallelAnswersExactlyOneWins() async throws {
        try await AccountsServingTests.serve { running async throws in
            let victim = try await victim(running), code = victim.code(1)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<16 { group.addTask { try await answer(running, victim, code, device: victim.device).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 200 } == 1, "\(statuses)")
        }
    }

    @Test func aCodeIsNotReplayed() async throws {
        try await AccountsServingTests.serve { running async throws in
            let victim = try await victim(running)
            // The one that bound the app, and everything before it.
            for step in [victim.bound, victim.bound - 1] {
                #expect(try await answer(running, victim, TOTP.code(victim.key, step: step), device: victim.device).status == 403)
            }
        }
    }

    @Test func aSessionIsNeverOneThatWasThere() async throws {
        try await AccountsServingTests.serve { running async throws in
            let person = try await running.person("anna"), planted = String(repeating: "A", count: 43)
            let headers = ["Cookie": "__Host-wary_session=\(planted); __Host-wary_device=\(person.device)", "User-Agent": "Mozilla/5.0"]
            let signIn = try await running.people.send("POST", "/v1/sign-ins", #"{"identifier":"anna","credential":{"password":"seven quiet rivers"}}"#, headers: headers)
            let token = try #require(try HTTPFixture.object(signIn.body)["token"] as? String)
            #expect(token != planted && token != person.token)
            #expect(try await running.people.send("GET", "/v1/me", headers: headers).status == 401)
        }
    }

    @Test func namesAreNotTold() async throws {
        try await AccountsServingTests.serve { running async throws in
            _ = try await running.person("anna")
            func told(_ method: String, _ path: String, _ body: String) async throws -> [String: String] {
                let response = try await running.people.send(method, path, body, headers: ["User-Agent": "Mozilla/5.0"])
                // What differs from answer to answer, whoever asks.
                let ids: Set<String> = ["request_id", "id", "device", "expires_at"]
                return try HTTPFixture.object(response.body).filter { !ids.contains($0.key) }.mapValues { "\($0)" }.merging(["": "\(response.status) \(response.headers.keys.sorted())"]) { $1 }
            }
            for password in ["wrong wrong wrong", "x"] {
                let known = try await told("POST", "/v1/sign-ins", #"{"identifier":"anna","credential":{"password":"\#(password)"}}"#)
                #expect(try await told("POST", "/v1/sign-ins", #"{"identifier":"nora","credential":{"password":"\#(password)"}}"#) == known)
            }
            let registered = try await told("POST", "/v1/registrations", #"{"identifier":"a@example.org","password":"seven quiet rivers"}"#)
            try await running.letter(with: "registration_code")
            #expect(try await told("POST", "/v1/registrations", #"{"identifier":"a@example.org","password":"another one, long"}"#) == registered)
            let recovery = try await told("POST", "/v1/recoveries", #"{"identifier":"nobody@example.org"}"#)
            #expect(try await told("POST", "/v1/recoveries", #"{"identifier":"a@example.org"}"#) == recovery)
        }
    }

    @Test func floodsAndAmbiguitiesAreRefused() async throws {
        try await AccountsServingTests.serve { running async throws in
            let flood = try await running.people.send("POST", "/v1/sign-ins", String(repeating: "a", count: 10 << 20))
            #expect(flood.status == 413)
            let nested = String(repeating: "[", count: 30_000)
            for body in [#"{"identifier":"anna","credential":{"password":"x"},"identifier":"mallory"}"#, #"{"identifier":"anna","credential":{"password":"x","\u0070assword":"y"}}"#,
                         #"{"identifier":"\ud800","credential":{"password":"x"}}"#, nested, #"{"a":"# + nested] {
                #expect(try await running.people.send("POST", "/v1/sign-ins", body).status == 400, "\(body.prefix(60))")
            }
        }
    }

    @Test func erasedIsErasedInTheEngineToo() async throws {
        try await AccountsServingTests.serve { running async throws in
            let person = try await running.person("anna"), headers = ["Authorization": "Bearer \(person.token)"]
            let export = try HTTPFixture.object(try await running.people.send("GET", "/v1/me/export", headers: headers).body)
            let account = try #require(export["id"] as? String), history = try #require(export["history"] as? [String: Any])
            #expect(history["account"] as? String == account)
            #expect((history["events"] as? [[String: Any]])?.first?["event"] as? String == "registration")
            #expect(try await running.people.send("DELETE", "/v1/me", headers: headers).status == 204)
            let left = await running.server.clerk.perform { try? $0.history.export(account: account) }
            #expect(left == .some(nil), "\(String(describing: left))")
            #expect(try await running.people.send("GET", "/v1/me", headers: headers).status == 401)
        }
    }
}
