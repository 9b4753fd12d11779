import Foundation
import Testing
import WaryAuth
@testable import WaryServer
import WaryVocabulary

@Suite struct AuthRoutesTests {
    @Test func signUpSignInAndStepUp() async throws {
        let bench = try AuthBench()
        let person = try await bench.person("anna")
        let begun = try await bench.call("POST", "/v1/me/factors/totp", #"{"label":"phone"}"#, token: person.token)
        #expect(begun.status == 201)
        let key = TOTP.Key(secret: try #require(TextForm.bytes(base32: begun.body["secret"]?.text ?? "")))
        func code(_ later: Int64) -> String { TOTP.code(key, step: TOTP.step(at: Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)), key) + later) }
        let id = begun.body["id"]?.text ?? ""
        let bound = try await bench.call("POST", "/v1/me/factors/totp/\(id)", #"{"code":"\#(code(0))"}"#, token: person.token, device: person.device)
        #expect(bound.status == 201 && bound.body["factor"]?.text == "totp")

        bench.engine.answers(.stepUp, [.totp])
        let signIn = try await bench.call("POST", "/v1/sign-ins", #"{"identifier":"anna","credential":{"password":"\#(AuthBench.password)"}}"#, device: person.device)
        #expect(signIn.status == 200 && signIn.body["status"]?.text == "step_up" && signIn.body["factors"] == .array([.text("totp")]))
        let flow = signIn.body["id"]?.text ?? ""
        #expect(try await bench.call("POST", "/v1/sign-ins/\(flow)/challenges", #"{"factor":"totp"}"#, device: person.device).status == 201)
        let wrong = try await bench.call("POST", "/v1/sign-ins/\(flow)/answers", #"{"code":"000"}"#, device: person.device)
        #expect(wrong.status == 403 && wrong.body["answers_left"]?.int == 4)
        let done = try await bench.call("POST", "/v1/sign-ins/\(flow)/answers", #"{"code":"\#(code(1))","session":"signed"}"#, device: person.device)
        #expect(done.body["status"]?.text == "complete")
        #expect(done.body["session"]?["acr"]?.text == "urn:wary:acr:2")
        let me = try await bench.call("GET", "/v1/me", token: done.body["token"]?.text)
        #expect(me.status == 200, "an opaque token is a token too; \(me)")
    }

    @Test func aCookieIsOnlyForOurOwnPages() async throws {
        let bench = try AuthBench()
        let person = try await bench.person("anna")
        let answer = try await bench.call("POST", "/v1/sign-ins", #"{"identifier":"anna","session":"cookie","credential":{"password":"\#(AuthBench.password)"}}"#, device: person.device)
        #expect(answer.body["token"] == nil, "a page's scripts never see it")
        let cookie = try #require(answer.cookie("__Host-wary_session"))
        #expect(answer.header("Set-Cookie").allSatisfy { $0.contains("HttpOnly") && $0.contains("Secure") && $0.contains("SameSite=Lax") && !$0.contains("Domain") })
        let jar = ["cookie": "a=b; __Host-wary_session=\(cookie)"]
        #expect(try await bench.call("GET", "/v1/me", headers: jar).status == 200)
        #expect(try await bench.call("PUT", "/v1/me/profile/shop", #"{"a":1}"#, headers: jar.merging(["sec-fetch-site": "same-origin", "origin": "http://localhost"]) { $1 }).status == 204)
        for headers in [["sec-fetch-site": "cross-site"], ["sec-fetch-site": "same-site"], ["origin": "https://evil.example"]] {
            #expect(try await bench.call("PUT", "/v1/me/profile/shop", #"{"a":1}"#, headers: jar.merging(headers) { $1 }).status == 403)
        }
        #expect(try await bench.call("GET", "/v1/me", headers: ["cookie": "__Host-wary_session=\(cookie); __Host-wary_session=x"]).status == 401)
        let out = try await bench.call("DELETE", "/v1/sessions/current", headers: jar)
        #expect(out.status == 204 && out.header("Set-Cookie").contains { $0.contains("Max-Age=0") })
        #expect(try await bench.call("GET", "/v1/me", headers: jar).status == 401)
    }

    @Test(arguments: [
        (#"{"identifier":"anna","identifier":"bert","credential":{"password":"x"}}"#, 400), (#"{"identifer":"anna","credential":{"password":"x"}}"#, 400), ("[]", 400), ("{", 400), ("", 400),
        (#"{"identifier":"anna","credential":{"password":"x","extra":1}}"#, 400), (#"{"identifier":1,"credential":{"password":"x"}}"#, 400), (#"{"identifier":"anna","credential":{}}"#, 400),
        (#"{"identifier":"an na","credential":{"password":"x"}}"#, 400), (#"{"identifier":"anna","credential":{"password":"x\u0000"}}"#, 400), (#"{"identifier":"anna","credential":{"password":"x"},"context":{"ip":"192.0.2.1"}}"#, 400),
        (#"{"identifier":"anna","credential":{"password":"x"},"session":"none"}"#, 400), (#"{"identifier":"anna","credential":{"password":"x"},"tenant":"a/b"}"#, 400),
        (#"{"identifier":"anna","credential":{"password":"x"}}"#, 403), (#"{"identifier":"nobody@example.org","credential":{"password":"x"}}"#, 403),
    ])
    func badRequestsAreNamedAndTheRestDenied(_ body: String, _ status: Int) async throws {
        let bench = try AuthBench()
        _ = try await bench.person("anna")
        let answer = try await bench.call("POST", "/v1/sign-ins", body)
        #expect(answer.status == status)
        #expect(answer.code == (status == 400 ? "bad_request" : "denied"))
        let text = answer.body["detail"]?.text ?? ""
        #expect(!text.contains("nobody") && !text.contains("an na"), "nothing that was sent is quoted")
    }

    @Test func aWrongNameIsPutRight() async throws {
        let answer = try await AuthBench().call("POST", "/v1/recoveries", #"{"identifier":"anna@example.org","tennant":"x"}"#)
        #expect(answer.body["detail"]?.text == "tennant: is not known here; did you mean \"tenant\"?")
    }

    @Test func trustedCallersSayForWhomTheyAsk() async throws {
        let bench = try AuthBench()
        let answer = try await bench.call("POST", "/v1/registrations", #"{"identifier":"anna","password":"\#(AuthBench.password)","context":{"ip":"192.0.2.1","user_agent":"App/1","inputs":{"a":[1,true,"x"]}}}"#, trusted: true)
        #expect(answer.status == 201)
        #expect(answer.body["session"]?["ip"]?.text == "192.0.2.1")
    }

    @Test func whatIsSensitiveSaysWhatItNeeds() async throws {
        let bench = try AuthBench()
        let person = try await bench.person("anna")
        _ = try await bench.call("POST", "/v1/me/recovery-codes", token: person.token, device: person.device)
        let answer = try await bench.call("DELETE", "/v1/me", token: person.token)
        #expect(answer.status == 401 && answer.code == "insufficient_user_authentication")
        #expect(answer.header("WWW-Authenticate") == ["Bearer error=\"insufficient_user_authentication\", acr_values=\"urn:wary:acr:2r urn:wary:acr:2 urn:wary:acr:3\", max_age=\"600\""])
    }

    @Test func operatorsAloneLock() async throws {
        let bench = try AuthBench()
        let person = try await bench.person("anna")
        let id = try await bench.call("GET", "/v1/me", token: person.token).body["id"]?.text ?? ""
        #expect(bench.routes.operators.allSatisfy { $0.http.scope == .accounts }, "the HTTP service lets nobody else reach them")
        #expect(try await bench.call("PUT", "/v1/operator/accounts/\(id)/state", #"{"state":"locked"}"#, trusted: true).status == 204)
        #expect(try await bench.call("GET", "/v1/me", token: person.token).status == 401)
        #expect(try await bench.call("DELETE", "/v1/operator/accounts/\(id)", trusted: true).status == 204)
        #expect(try await bench.call("DELETE", "/v1/operator/accounts/\(id)", trusted: true).status == 404)
    }

    @Test func everythingOfOnesOwnNeedsASession() async throws {
        let bench = try AuthBench()
        for route in bench.routes.ownAccount + bench.routes.factors + bench.routes.addresses + bench.routes.devices where route.method != "PUT" {
            let path = route.pattern.replacingOccurrences(of: "{", with: "").replacingOccurrences(of: "}", with: "")
            for token in [nil, "made-up", "a.b.c"] {
                let body = #"{"code":"1","label":"","identifier":"a@example.org","credential":{"response":{"clientDataJSON":"","attestationObject":""}},"public_key":"","handle":"h","signature":""}"#
                let status = try await bench.call(route.method, path, route.method == "POST" ? "" : body, token: token).status
                #expect(status == 401 || status == 400, "\(route.method) \(path)")
            }
            if route.method != "POST" { #expect(try await bench.call(route.method, path).status == 401, "\(route.method) \(path)") }
        }
    }

    @Test func keysArePublished() async throws {
        let answer = try await AuthBench().call("GET", "/.well-known/jwks.json")
        #expect(answer.body["keys"]?.array?.first?["alg"]?.text == "ES256")
        #expect(answer.body["keys"]?.array?.first?["d"] == nil)
    }
}
