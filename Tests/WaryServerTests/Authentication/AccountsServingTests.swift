import Foundation
import Logging
import Testing
import WaryAuth
@testable import WaryServer
import WaryVocabulary

/// The authentication API as `wary serve` carries it: a server, its folder, the starter policies, real connections.
@Suite struct AccountsServingTests {
    struct Running {
        let server: Server
        let people: HTTPClient
        let programs: HTTPClient
        let key: String
        let folder: URL

        func person(_ name: String) async throws -> (token: String, device: String) {
            let answer = try await people.send("POST", "/v1/registrations", #"{"identifier":"\#(name)","password":"seven quiet rivers"}"#, headers: ["User-Agent": "Mozilla/5.0"])
            let body = try HTTPFixture.object(answer.body)
            return (try #require(body["token"] as? String, "\(answer)"), try #require(body["device"] as? String))
        }

        /// Waits for a message that goes out behind an answer.
        func letter(with text: String) async throws {
            for _ in 0..<12_000 where !(mail.contains(text) && mail.hasSuffix("\n")) { try await Task.sleep(for: .milliseconds(10)) }
            #expect(mail.contains(text))
        }

        var mail: String { (try? String(contentsOf: folder.appendingPathComponent("mail"), encoding: .utf8)) ?? "" }
    }

    static func serve(_ more: String = "", _ body: (Running) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wary-\(UInt32.random(in: 0...UInt32.max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (key, hash) = APIKey.make(name: "app")
        try "[app]\nhash = \"\(hash)\"\nscopes = [\"accounts\"]\n".write(to: folder.appendingPathComponent("keys.toml"), atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.appendingPathComponent("keys.toml").path)
        var reader = ConfigurationReader()
        let policies = Repository.root.appendingPathComponent("Policies").path
        try reader.read(toml: """
            data = "data"
            policies = ["\(policies)/customer_sign_in.wary", "\(policies)/accounts"]
            http_listen = "127.0.0.1:0"
            http_keys = "keys.toml"
            [accounts]
            folder = "accounts"
            messages_file = "mail"
            \(more)
            """, named: "wary.toml", folder: folder.path)
        let server = try await Server.start(try ServerConfiguration(reader, environment: [:]), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let port = try #require(server.addresses.last?.split(separator: ":").last.flatMap { Int($0) })
        let running = Running(server: server, people: HTTPClient(port: port), programs: HTTPClient(unix: folder.appendingPathComponent("data/http.sock").path), key: key, folder: folder)
        do { try await body(running) } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    @Test func peopleRegisterAndSignInOverTCPWithoutAKey() async throws {
        try await Self.serve { running async throws in
            let person = try await running.person("anna")
            let me = try await running.people.send("GET", "/v1/me", headers: ["Authorization": "Bearer \(person.token)"])
            #expect(me.status == 200 && me.body.contains("\"anna\""))
            let signIn = try await running.people.send("POST", "/v1/sign-ins", #"{"identifier":"anna","session":"cookie","credential":{"password":"seven quiet rivers"}}"#,
                                                       headers: ["User-Agent": "Mozilla/5.0", "Wary-Device": person.device])
            #expect(signIn.status == 200)
            #expect(signIn.headers["cache-control"] == "no-store")
            let decisions = try await running.people.send("GET", "/v1/policies")
            #expect(decisions.status == 401, "the decision API still asks for a key")
        }
    }

    @Test func bothCookiesAreSent() {
        var answer = HTTPAnswer.done
        answer.headers = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
        #expect(HTTPResponseParts(answer, requestID: nil, closes: false).head.headerFields[values: .setCookie] == ["a=1", "b=2"])
    }

    @Test func onlyProgramsOfOursSayForWhomTheyAsk() async throws {
        try await Self.serve { running async throws in
            func register(_ name: String) -> String { #"{"identifier":"\#(name)","password":"seven quiet rivers","context":{"ip":"192.0.2.1","user_agent":"Mozilla/5.0"}}"# }
            #expect(try await running.people.send("POST", "/v1/registrations", register("a1")).status == 400)
            let keyed = try await running.people.send("POST", "/v1/registrations", register("a2"), headers: ["Wary-Key": running.key])
            #expect(keyed.status == 201 && keyed.body.contains("192.0.2.1"))
            #expect(try await running.people.send("POST", "/v1/registrations", register("a3"), headers: ["Authorization": "Bearer \(running.key)"]).status == 201)
            #expect(try await running.people.send("POST", "/v1/registrations", register("a4"), headers: ["Wary-Key": "wary_app_x"]).status == 401)
            #expect(try await running.programs.send("POST", "/v1/registrations", register("a5")).status == 201)
            let silent = try await running.programs.send("POST", "/v1/registrations", #"{"identifier":"a6","password":"seven quiet rivers"}"#)
            #expect(silent.status == 400, "a Unix socket has no address to stand for the person's")
        }
    }

    @Test func operatorsNeedTheScope() async throws {
        try await Self.serve { running async throws in
            let person = try await running.person("anna"), session = ["Authorization": "Bearer \(person.token)"]
            let me = try HTTPFixture.object(try await running.people.send("GET", "/v1/me", headers: session).body)
            let path = "/v1/operator/accounts/\(try #require(me["id"] as? String))"
            #expect(try await running.people.send("DELETE", path, headers: session).status == 401)
            #expect(try await running.people.send("PUT", "\(path)/state", #"{"state":"locked"}"#, headers: ["Authorization": "Bearer \(running.key)"]).status == 204)
            #expect(try await running.people.send("GET", "/v1/me", headers: session).status == 401)
            #expect(try await running.programs.send("DELETE", path).status == 204)
        }
    }

    @Test func aProxyOfOursIsBelievedAndNobodyElse() async throws {
        let body = #"{"identifier":"anna","password":"seven quiet rivers"}"#
        let headers = ["X-Forwarded-For": "198.51.100.99, 203.0.113.7, 127.0.0.2", "User-Agent": "Mozilla/5.0"]
        try await Self.serve("proxies = [\"127.0.0.0/8\"]") { running async throws in
            #expect(try await running.people.send("POST", "/v1/registrations", body, headers: headers).body.contains("\"ip\":\"203.0.113.7\""))
        }
        try await Self.serve { running async throws in
            #expect(try await running.people.send("POST", "/v1/registrations", body, headers: headers).body.contains("\"ip\":\"127.0.0.1\""))
        }
    }

    @Test func addressesAreProvenByTheCodeThatIsSent() async throws {
        try await Self.serve("service = \"Corner Shop\"") { running async throws in
            let answer = try HTTPFixture.object(try await running.people.send("POST", "/v1/registrations", #"{"identifier":"anna@example.org","password":"seven quiet rivers"}"#,
                                                                              headers: ["User-Agent": "Mozilla/5.0"]).body)
            let id = try #require(answer["id"] as? String), device = try #require(answer["device"] as? String)
            try await running.letter(with: "registration_code")
            let letter = try HTTPFixture.object(running.mail)
            #expect((letter["text"] as? String)?.contains("Corner Shop") == true)
            let code = try #require((letter["subject"] as? String)?.split(separator: " ").last)
            let done = try await running.people.send("POST", "/v1/registrations/\(id)/verification", #"{"code":"\#(code)"}"#, headers: ["Wary-Device": device, "User-Agent": "Mozilla/5.0"])
            #expect(done.status == 201)
        }
    }

    @Test func theEngineIsAskedOverNoWire() async throws {
        try await Self.serve { running async throws in
            let transfer = EventKind(rawValue: "transfer"), point = ClerkDecisionPoint(clerk: running.server.clerk), fields = EventFields(account: "anna", ip: IPAddress("192.0.2.1"))
            await #expect(throws: DecisionFailure.noPolicy(transfer)) { try await point.decide(DecisionQuestion(event: transfer, fields: fields)) }
            #expect(await point.inputs(of: .login) == [])
            let verdict = try await point.decide(DecisionQuestion(event: .login, fields: fields))
            let id = try #require(verdict.id)
            try await point.report(DecisionReport(decision: id, end: .succeeded))
            await #expect(throws: DecisionFailure.conflict) { try await point.report(DecisionReport(decision: id, end: .failed)) }
            #expect(try await point.export(account: "anna")?.contains(id) == true)
            try await point.erase(account: "anna")
            try await point.erase(account: "nobody")
            #expect(try await point.export(account: "anna") == nil)
            await #expect(throws: DecisionFailure.notFound) { try await point.label(id, isFraud: true) }
        }
    }

    @Test func whatTheConfigurationLacksIsNamed() {
        for (text, message) in [
            ("[accounts]\nservice = \"x\"", "accounts.service needs accounts.folder, too"), ("[accounts]\nfoldr = \"x\"", "w:4: unknown key \"accounts.foldr\"; did you mean \"accounts.folder\"?"),
            ("[accounts]\nfolder = \"a\"\nsmtp = \"mail:25\"", "accounts.smtp needs accounts.smtp_from, too"),
            ("replay = true\n[accounts]\nfolder = \"a\"", "replay = true and accounts.folder do not go together: people sign in now"),
            ("[accounts]\nfolder = \"a\"\nproxies = [\"10.0.0.1/8\"]", "accounts.proxies: \"10.0.0.1/8\" is no address or network; did you mean 10.0.0.0/8?"),
            ("[accounts]\nfolder = \"a\"\nsmtp = \"mail.example.org:25\"\nsmtp_from = \"a@example.org\"\nsmtp_security = \"none\"", "accounts.smtp_security = \"none\" is only for a mail server on this machine: codes would be sent in clear"),
        ] {
            let error = #expect(throws: ConfigurationError.self) {
                var reader = ConfigurationReader()
                try reader.read(toml: "data = \"d\"\npolicies = \"p\"\n" + text, named: "w")
                _ = try ServerConfiguration(reader, environment: [:])
            }
            #expect(error?.description == message)
        }
    }
}
