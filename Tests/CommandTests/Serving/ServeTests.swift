import Foundation
import Synchronization
import Testing

@Suite("wary serve", .timeLimit(.minutes(10)))
struct ServeTests {
    @Test("Sixty-four guesses at once over sixty-four connections see 0…63, each once")
    func sixtyFour() throws {
        let server = try RunningServer()
        let clients = try (0..<64).map { _ in try server.client() }
        // All of them have been accepted before the first asks.
        for client in clients { #expect(try client.ask(#"{"op":"ping"}"#) != nil) }
        for client in clients { try client.send(RunningServer.decide("alice") + "\n") }
        let seen = try clients.map { RunningServer.earlier(try $0.line()) }
        #expect(seen.compactMap(\.self).sorted() == Array(0..<64))
        #expect(server.stop() == 0)
    }

    @Test("A Python script of ten lines gets an answer, and reports on it")
    func python() throws {
        let server = try RunningServer()
        let script = """
            import json, socket, sys
            s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); f = s.makefile("rw")
            def ask(**request):
                f.write(json.dumps(request) + "\\n"); f.flush()
                return json.loads(f.readline())
            answer = ask(op="decide", id="r1", event="login", account="alice", ip="203.0.113.7", credential="valid",
                         device="d-81f2", user_agent="Mozilla/5.0", method="password", app="web", factors=["totp", "sms"])
            print(sorted(answer)); print(answer["id"], answer["decision"])
            print(ask(op="report", id="r2", decision_id=answer["decision_id"], outcome="succeeded"))
            print(ask(op="decide", acount="alice", ip="203.0.113.7")["error"]["message"])
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, server.socket]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(text == """
            ['decision', 'decision_id', 'degraded', 'id', 'notify', 'policy', 'reasons', 'score', 'tags', 'took_us', 'unknown']
            r1 allow
            {'id': 'r2', 'ok': True}
            unknown field "acount"; did you mean "account"?

            """)
    }

    @Test("What is wrong gets its error; the server goes on")
    func badInput() throws {
        let server = try RunningServer()
        let client = try server.client()
        for (line, code) in [
            ("{\"op\":\"decide\"", "bad_json"), ("\u{1}", "bad_json"), ("[]", "bad_request"),
            (#"{"op":"decide","account":7,"ip":"192.0.2.1"}"#, "bad_request"),
            (#"{"op":"decide","account":"a","ip":"nowhere"}"#, "bad_request"),
            (#"{"op":"decide","account":"a","ip":"192.0.2.1","inputs":{"unheard_of":1}}"#, "bad_request"),
            (#"{"op":"decide","event":"transfer","account":"a","ip":"192.0.2.1"}"#, "bad_request"),
            (#"{"op":"decide","account":"a","ip":"192.0.2.1","at":"2026-01-01T00:00:00Z"}"#, "bad_request"),
            (#"{"op":"report","decision_id":"01JD0000000000000000000000","outcome":"succeeded"}"#, "not_found"),
        ] {
            #expect(try client.ask(line)?.contains("\"code\":\"\(code)\"") == true, "\(line)")
        }
        let long = try server.client()
        try long.send(String(repeating: "x", count: 1 << 20))
        #expect(try long.line()?.contains("too_long") == true)
        #expect(try long.line() == nil)
        #expect(RunningServer.earlier(try client.ask(RunningServer.decide("a"))) == 0)
    }

    @Test("kill -9 under load: every answered event is there, and profiles equal those rebuilt from nothing")
    func killed() throws {
        let folder = try TemporaryFolder()
        let answered = try load(folder, clients: 8)
        let accounts = answered.map(\.account)
        let server = try RunningServer(in: folder)
        let counts = try look(server, accounts)
        for ((account, told), count) in zip(answered, counts) {
            // What was under way may have been recorded without having been answered.
            #expect((told...Self.burst).contains(count), "\(account): \(told) answered, \(count) found")
        }
        #expect(answered.contains { $0.count > 0 })
        #expect(server.stop() == 0)
        try FileManager.default.removeItem(atPath: folder.path("data/profiles"))
        let rebuilt = try RunningServer(in: folder)
        #expect(try look(rebuilt, accounts) == counts)
    }

    /// Attempts at one account, few enough that history counts them one by one.
    private static let burst = 16

    /// Asks over several connections at once, an account a burst, kills the server meanwhile, and says how many answers each got.
    private func load(_ folder: TemporaryFolder, clients: Int) throws -> [(account: String, count: Int)] {
        let server = try RunningServer(in: folder)
        let answered = Mutex<[(account: String, count: Int)]>([])
        let done = DispatchGroup()
        for number in 0..<clients {
            let path = server.socket
            done.enter()
            Thread.detachNewThread {
                let client = try? SocketClient(path)
                var bursts = 0, count = Self.burst
                while let client, count == Self.burst {
                    bursts += 1
                    let account = "account-\(number)-\(bursts)"
                    let lines = String(repeating: RunningServer.decide(account) + "\n", count: Self.burst)
                    guard (try? client.send(lines)) != nil else { break }
                    count = 0
                    while count < Self.burst, let line = try? client.line(), line.contains("decision_id") { count += 1 }
                    answered.withLock { [count] in $0.append((account, count)) }
                }
                done.leave()
            }
        }
        Thread.sleep(forTimeInterval: 1.5)
        server.killHard()
        done.wait()
        return answered.withLock { $0 }
    }

    private func look(_ server: RunningServer, _ accounts: [String]) throws -> [Int] {
        let client = try server.client()
        return try accounts.map { RunningServer.earlier(try client.ask(RunningServer.decide($0, whatIf: true))) ?? -1 }
    }

    @Test("SIGTERM and SIGINT end it with 0, and its socket is gone", arguments: [SIGTERM, SIGINT])
    func stopping(_ number: Int32) throws {
        let server = try RunningServer()
        let client = try server.client()
        #expect(try client.ask(#"{"op":"ping"}"#) != nil)
        #expect(server.stop(number) == 0)
        #expect(try client.line() == nil)
        #expect(!FileManager.default.fileExists(atPath: server.socket))
    }

    @Test("It does not start on a bad policy, a folder in use or a mistaken configuration, and says why")
    func refusals() throws {
        let folder = try TemporaryFolder()
        try folder.write("policy p { for login }", to: "bad.wary")
        try folder.write(RunningServer.policy, to: "policy.wary")
        try folder.write("data = \"data\"\npolices = [\"policy.wary\"]\n", to: "wary.toml")
        let bad = try WaryProcess.run(["serve", "--data", folder.path("d"), "--policies", folder.path("bad.wary")])
        #expect(bad.status == 1)
        #expect(bad.errors.contains("bad.wary") && bad.errors.contains("E-"), "\(bad.errors)")
        let mistaken = try WaryProcess.run(["serve", "--config", folder.path("wary.toml")])
        #expect(mistaken.status == 2)
        #expect(mistaken.errors.contains("wary.toml:2: unknown key \"polices\"; did you mean \"policies\"?"), "\(mistaken.errors)")
        #expect(try WaryProcess.run(["serve", "--data", folder.path("d")]).status == 2)
        #expect(try WaryProcess.run(["serve", "--data", folder.path("d"), "--policies", folder.path("none.wary")]).status == 2)
        let server = try RunningServer(in: folder)
        let second = try WaryProcess.run(
            ["serve", "--data", folder.path("data"), "--policies", folder.path("policy.wary"), "--socket", folder.path("s")])
        #expect(second.status == 1)
        #expect(second.errors.contains("\(server.process.processIdentifier)"), "\(second.errors)")
    }

    @Test("Every key of the configuration is a flag with its help")
    func help() throws {
        let help = try WaryProcess.run(["serve", "--help"])
        #expect(help.status == 0)
        for flag in ["--config", "--data", "--policies", "--socket", "--allow-users", "--durability", "--log-level"] {
            #expect(help.output.contains(flag))
        }
    }
}
