import Foundation
import Testing

@Suite("wary decide", .timeLimit(.minutes(10)))
struct DecideTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(RunningServer.policy, to: "policy.wary")
    }

    private func decide(_ arguments: [String], _ input: String) throws -> WaryProcess.Finished {
        try WaryProcess.run(["decide", "--policy", folder.path("policy.wary")] + arguments, input: input)
    }

    @Test("One request, pretty-printed or not, with or without op, is decided on an empty history")
    func one() throws {
        for text in ["{\"account\":\"a\",\"ip\":\"192.0.2.1\"}", "{\n  \"op\": \"decide\",\n  \"account\": \"a\",\n  \"ip\": \"192.0.2.1\"\n}\n"] {
            let finished = try decide(["--format", "json"], text)
            #expect(finished.status == 0, "\(finished.errors)")
            #expect(RunningServer.earlier(finished.lines.first) == 0)
        }
        let human = try decide([], "{\"account\":\"a\",\"ip\":\"192.0.2.1\"}")
        #expect(human.output.contains("allow") && human.output.contains("seen") && human.output.contains("earlier"))
    }

    @Test("With a data folder decisions are recorded there; a what-if is not")
    func recorded() throws {
        let request = "{\"account\":\"a\",\"ip\":\"192.0.2.1\"}\n"
        let data = ["--data", folder.path("data"), "--format", "json"]
        #expect(try decide(data, request + request).lines.map { RunningServer.earlier($0) } == [0, 1])
        let whatIf = try decide(data + ["--what-if"], request)
        #expect(RunningServer.earlier(whatIf.lines.first) == 2)
        #expect(!whatIf.output.contains("decision_id"))
        #expect(RunningServer.earlier(try decide(data, request).lines.first) == 2)
    }

    @Test("A wrong request says what is wrong, and the exit code says that there was one")
    func wrong() throws {
        let finished = try decide(["--format", "json"], "{\"acount\":\"a\"}\n{\"account\":\"a\",\"ip\":\"192.0.2.1\"}\nxx\n")
        #expect(finished.status == 1)
        #expect(finished.lines.count == 3)
        #expect(finished.lines.first?.contains("did you mean") == true)
        #expect(finished.lines.last?.contains("bad_json") == true)
        #expect(try WaryProcess.run(["decide"]).status == 2)
    }

    @Test("Through a server's socket, many at once; without one it says so")
    func remote() throws {
        let server = try RunningServer(in: folder)
        let requests = (0..<2000).map { "{\"account\":\"a\",\"ip\":\"192.0.2.1\",\"id\":\"\($0)\"}\n" }.joined()
        let finished = try WaryProcess.run(
            ["decide", "--socket", server.socket, "--explain", "full", "--what-if", "--format", "json"], input: requests)
        #expect(finished.status == 0, "\(finished.errors)")
        #expect(finished.lines.count == 2000)
        #expect(finished.lines.last?.contains("\"id\":\"1999\"") == true)
        #expect(finished.lines.last?.contains("\"rules\":[") == true)
        let nobody = try WaryProcess.run(["decide", "--socket", folder.path("none.sock")], input: "{\"account\":\"a\",\"ip\":\"192.0.2.1\"}")
        #expect(nobody.status == 3)
    }
}
