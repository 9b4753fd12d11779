import Foundation
import Testing
import WaryEngine
import WaryVocabulary
@testable import WaryServer

@Suite struct HTTPRoutesTests {
    @Test func aDecisionIsTheSocketsAnswer() async throws {
        try await HTTPFixture.with { http async throws in
            let response = try await http.client.send(
                "POST", "/v1/decisions", #"{"id":"r1","account":"alice","ip":"203.0.113.7","inputs":{"n":3}}"#,
                headers: ["Content-Type": "application/json; charset=utf-8", "X-Request-ID": "from-app.1"])
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "application/json")
            #expect(response.headers["x-request-id"] == "from-app.1")
            let answer = try HTTPFixture.object(response.body)
            #expect(answer["id"] as? String == "r1")
            #expect(answer["decision"] as? String == "allow")
            #expect(answer["decision_id"] as? String == ScriptedBackend.allowed.decisionID)
            guard case .decide(let asked) = http.backend.asked.withLock({ $0.first }) else {
                Issue.record("the engine was not asked")
                return
            }
            #expect(asked.fields.account == "alice")
            #expect(asked.fields.inputs == ["n": .int(3)])
            #expect(!asked.isWhatIf)
        }
    }

    @Test func simulationsRecordNothing() async throws {
        try await HTTPFixture.with { http async throws in
            #expect(try await http.client.send("POST", "/v1/simulations", HTTPFixture.attempt).status == 200)
            guard case .decide(let asked) = http.backend.asked.withLock({ $0.first }) else {
                Issue.record("the engine was not asked")
                return
            }
            #expect(asked.isWhatIf)
        }
    }

    @Test func whatFollowsADecisionTakesItsIdFromThePath() async throws {
        try await HTTPFixture.with { http async throws in
            http.backend.script.withLock { $0.reply = .ok }
            let outcome = try await http.client.send("POST", "/v1/decisions/D1/outcome", #"{"outcome":"succeeded","factor":"totp"}"#)
            #expect(outcome.status == 204)
            #expect(outcome.body.isEmpty)
            #expect(outcome.headers["content-length"] == nil)
            let label = try await http.client.send("POST", "/v1/decisions/D2/label", #"{"label":"fraud","decision_id":"D2"}"#)
            #expect(label.status == 204)
            let asked = http.backend.asked.withLock { $0 }
            guard asked.count == 2, case .report(let report) = asked[0], case .label(let labelled) = asked[1] else {
                Issue.record("the engine was not asked as it should be")
                return
            }
            #expect(report.decisionID == "D1")
            #expect(report.factor == .totp)
            #expect(labelled.decisionID == "D2")
            let other = try await http.client.send("POST", "/v1/decisions/D1/outcome", #"{"outcome":"failed","decision_id":"D9"}"#)
            #expect(other.status == 400)
            #expect(try await http.client.send("POST", "/v1/events", #"{"event":"password.changed","account":"a"}"#).status == 204)
        }
    }

    @Test(arguments: [
        (#"{"op":"decide","account":"a","ip":"192.0.2.1"}"#, "bad_request", "op"),
        (#"{"acount":"a","ip":"192.0.2.1"}"#, "bad_request", "did you mean \"account\""),
        (#"{"account":"a","ip":"192.0.2.1","outcome":"failed"}"#, "bad_request", "outcome"),
        (#"{"account":"a","account":"b","ip":"192.0.2.1"}"#, "bad_json", "twice"),
        (#"{"account":"a","ip":"192.0.2.1","inputs":{"x":1,"\u0078":2}}"#, "bad_json", "twice"),
        (#"{"account":"\ud800","ip":"192.0.2.1"}"#, "bad_json", "surrogate"),
        (#"{"account":"a","ip":"192.0.2.1"} {}"#, "bad_json", "one complete"),
        ("", "bad_json", "empty"),
        ("[]", "bad_request", "object"),
        (#"{"ip":"192.0.2.1"}"#, "bad_request", "\"account\" is required"),
    ])
    func wrongBodiesAreProblems(_ body: String, _ code: String, _ said: String) async throws {
        try await HTTPFixture.with { http async throws in
            let response = try await http.client.send("POST", "/v1/decisions", body)
            #expect(response.status == 400)
            #expect(response.headers["content-type"] == "application/problem+json")
            let problem = try HTTPFixture.object(response.body)
            #expect(problem["code"] as? String == code)
            #expect(problem["type"] as? String == "urn:wary:problem:\(code)")
            #expect(problem["status"] as? Int == 400)
            #expect(problem["request_id"] as? String == response.headers["x-request-id"])
            let detail = try #require(problem["detail"] as? String)
            #expect(detail.contains(said))
            #expect(http.backend.asked.withLock { $0.isEmpty })
        }
    }

    @Test(arguments: [
        (EngineFailure(.badRequest, "m"), 400), (EngineFailure(.notAllowed, "m"), 403), (EngineFailure(.notFound, "m"), 404),
        (EngineFailure(.conflict, "m"), 409), (EngineFailure(.internal, "m"), 500),
        (EngineFailure(.overloaded, "m", retryAfterMilliseconds: 50), 503),
    ])
    func theEnginesErrorsHaveTheirStatus(_ failure: EngineFailure, _ status: Int) async throws {
        try await HTTPFixture.with { http async throws in
            http.backend.script.withLock { $0.reply = .failure(failure) }
            let response = try await http.client.send("POST", "/v1/decisions", HTTPFixture.attempt)
            #expect(response.status == status)
            #expect(try HTTPFixture.object(response.body)["code"] as? String == failure.code.rawValue)
            #expect(response.headers["retry-after"] == (status == 503 ? "1" : nil))
        }
    }

    @Test func pathsArePercentDecoded() async throws {
        try await HTTPFixture.with { http async throws in
            #expect(try await http.client.send("GET", "/v1/decisions/01JD8M2Q4T7VZ0C9R6XW5KB3NE").status == 200)
            #expect(try await http.client.send("GET", "/v1/decisions/a%2Fb%20%C3%A9+").status == 404)
            #expect(http.backend.explained.withLock { $0 } == ["01JD8M2Q4T7VZ0C9R6XW5KB3NE", "a/b é+"])
            #expect(try await http.client.send("GET", "/v1/decisions/a%zz").status == 400)
            #expect(try await http.client.send("GET", "/v1/decisions/a%FF").status == 400)
            #expect(try await http.client.send("GET", "/v1/decisions//").status == 404)
        }
    }

    @Test func reloadsSayWhatBecameOfThem() async throws {
        try await HTTPFixture.with { http async throws in
            #expect(try await http.client.send("POST", "/v1/policies/reload").status == 200)
            #expect(try await http.client.send("POST", "/v1/policies/reload", "{}").status == 200)
            #expect(try await http.client.send("POST", "/v1/policies/reload", #"{"x":1}"#).status == 400)
            http.backend.script.withLock { $0.reload = .warming }
            #expect(try await http.client.send("POST", "/v1/policies/reload").status == 202)
            let diagnostics = #"[{"file":"p.wary","line":1}]"#
            http.backend.script.withLock { $0.reload = .refused(message: "1 error", diagnostics: Array(diagnostics.utf8)) }
            let refused = try await http.client.send("POST", "/v1/policies/reload")
            #expect(refused.status == 422)
            let problem = try HTTPFixture.object(refused.body)
            #expect(problem["detail"] as? String == "1 error")
            #expect((problem["diagnostics"] as? [[String: Any]])?.first?["file"] as? String == "p.wary")
        }
    }

    @Test func readinessHasItsReasons() async throws {
        try await HTTPFixture.with { http async throws in
            #expect(try await http.client.send("GET", "/readyz").status == 200)
            #expect(try await http.client.send("GET", "/healthz").body.contains("ok"))
            http.backend.script.withLock { $0.readiness = Readiness(faults: ["history cannot be written: disk full"]) }
            let response = try await http.client.send("GET", "/readyz")
            #expect(response.status == 503)
            #expect(try HTTPFixture.object(response.body)["faults"] as? [String] == ["history cannot be written: disk full"])
            #expect(try await http.client.send("GET", "/healthz").status == 200)
        }
    }

    @Test func metricsCountRequestsByRouteNotByPath() async throws {
        try await HTTPFixture.with { http async throws in
            _ = try await http.client.send("POST", "/v1/decisions", HTTPFixture.attempt)
            _ = try await http.client.send("GET", "/v1/decisions/secret-name")
            _ = try await http.client.send("GET", "/wp-login.php")
            let response = try await http.client.send("GET", "/metrics")
            #expect(response.headers["content-type"] == PrometheusText.contentType)
            #expect(response.body.contains(#"wary_http_responses_total{method="POST",route="/v1/decisions",status="200"} 1"#))
            #expect(response.body.contains(#"wary_http_responses_total{method="other",route="other",status="404"} 1"#))
            #expect(response.body.contains(#"wary_requests_total{interface="http",operation="decide",result="ok"} 1"#))
            #expect(!response.body.contains("secret-name"))
            #expect(!response.body.contains("wp-login"))
        }
    }
}

@Suite struct HTTPMannersTests {
    @Test func unknownPathsAndMethodsAreToldApart() async throws {
        try await HTTPFixture.with { http async throws in
            #expect(try await http.client.send("GET", "/nothing").status == 404)
            let response = try await http.client.send("PUT", "/v1/decisions/D1")
            #expect(response.status == 405)
            #expect(response.headers["allow"] == "GET, HEAD")
            #expect(try await http.client.send("GET", "/v1/decisions").headers["allow"] == "POST")
        }
    }

    @Test func headIsGetWithoutTheBody() async throws {
        try await HTTPFixture.with { http async throws in
            let bytes = try await http.client.exchange([Array("HEAD /healthz HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n".utf8)])
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.hasPrefix("HTTP/1.1 200"))
            #expect(text.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func otherMediaTypesAreRefused() async throws {
        try await HTTPFixture.with { http async throws in
            let response = try await http.client.send("POST", "/v1/decisions", HTTPFixture.attempt, headers: ["Content-Type": "text/plain"])
            #expect(response.status == 415)
        }
    }

    @Test func bodiesAreBounded() async throws {
        try await HTTPFixture.with { http async throws in
            let fits = #"{"account":"a","ip":"192.0.2.1","user_agent":""# + String(repeating: "x", count: 4000) + "\"}"
            #expect(try await http.client.send("POST", "/v1/decisions", fits).status == 200)
            let full = fits + String(repeating: " ", count: ServerLimits.bodyBytes - fits.utf8.count)
            #expect(try await http.client.send("POST", "/v1/decisions", full).status == 200)
            let declared = try await http.client.send("POST", "/v1/decisions", full + " ")
            #expect(declared.status == 413)
            #expect(declared.headers["connection"] == "close")
            let chunk = "8000\r\n" + String(repeating: " ", count: 0x8000) + "\r\n"
            let chunked = "POST /v1/decisions HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + chunk + chunk + "0\r\n\r\n"
            let responses = try HTTPClient.responses(in: try await http.client.exchange([Array(chunked.utf8)]))
            #expect(responses.map(\.status) == [413])
        }
    }

    @Test func usableRequestIdsAreKeptAndOthersReplaced() async throws {
        try await HTTPFixture.with { http async throws in
            for bad in ["with space", String(repeating: "x", count: 129), "newline?"] {
                let id = try await http.client.send("GET", "/healthz", headers: ["X-Request-ID": bad]).headers["x-request-id"]
                #expect(id?.count == 32)
            }
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await HTTPFixture.with { http async throws in
            let one = "GET /healthz HTTP/1.1\r\nHost: w\r\nX-Request-ID: a\r\n\r\n"
            let two = "GET /nothing HTTP/1.1\r\nHost: w\r\nX-Request-ID: b\r\nConnection: close\r\n\r\n"
            let responses = try HTTPClient.responses(in: try await http.client.exchange([Array((one + two).utf8)]))
            #expect(responses.map(\.status) == [200, 404])
            #expect(responses.map { $0.headers["x-request-id"] } == ["a", "b"])
        }
    }

    @Test func whatIsNotHTTPIsAProblem() async throws {
        try await HTTPFixture.with { http async throws in
            for garbage in ["HELLO\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{16}\u{3}\u{1}", "GET /\0 HTTP/1.1\r\n\r\n"] {
                let bytes = try await http.client.exchange([Array(garbage.utf8)], closesOutput: true)
                let responses = try HTTPClient.responses(in: bytes)
                #expect(responses.allSatisfy { $0.status == 400 }, "\(garbage.debugDescription)")
            }
            #expect(try await http.client.send("GET", "/healthz").status == 200)
        }
    }

    @Test func theSocketIsMadeWithItsModeAndRemovedInTheEnd() async throws {
        var path = ""
        try await HTTPFixture.with { http async throws in
            path = http.path
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect((attributes[.posixPermissions] as? Int) == 0o660)
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
