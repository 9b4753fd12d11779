import Foundation
import Testing
import WaryEditor

/// A client in one process: sends requests, keeps what is published.
private struct Client {
    var server = LanguageServer(version: "test")
    var problems: [String: [JSON]] = [:]
    private var id = 0

    init(started: Bool = true) {
        if started {
            _ = request("initialize", ["processId": nil, "rootUri": nil, "capabilities": [:]])
            notify("initialized", [:])
        }
    }

    mutating func request(_ method: String, _ params: JSON) -> JSON {
        id += 1
        let replies = server.handle(["jsonrpc": "2.0", "id": .int(id), "method": .string(method), "params": params])
        return replies.first { $0["id"].int == id } ?? .null
    }

    mutating func notify(_ method: String, _ params: JSON) {
        for message in server.handle(["jsonrpc": "2.0", "method": .string(method), "params": params]) {
            guard let uri = message["params"]["uri"].string else { continue }
            problems[uri] = message["params"]["diagnostics"].array
        }
    }

    mutating func open(_ text: String, _ uri: String = Self.uri) {
        notify("textDocument/didOpen", ["textDocument": ["uri": .string(uri), "languageId": "wary", "version": 1, "text": .string(text)]])
    }

    /// A request about the place marked `‸` in the text, which is opened without the mark.
    mutating func ask(_ method: String, _ marked: String, extra: [String: JSON] = [:]) -> JSON {
        let parts = marked.components(separatedBy: "‸")
        open(parts.joined())
        let lines = parts[0].components(separatedBy: "\n")
        var params: [String: JSON] = ["textDocument": ["uri": .string(Self.uri)],
                                      "position": ["line": .int(lines.count - 1), "character": .int(lines[lines.count - 1].utf16.count)]]
        params.merge(extra) { _, new in new }
        return request(method, .object(params))["result"]
    }

    mutating func labels(_ marked: String) -> [String] { ask("textDocument/completion", marked).array.compactMap { $0["label"].string } }

    static let uri = "file:///nowhere/p.wary"
}

@Suite struct LanguageServerTests {
    private static let policy = """
    policy p {
        for login
    }

    let failures = count(login.failed by account within 10m)

    rule guessing "Repeated wrong passwords" {
        when  failures >= 5
        score 8 * failures up to 60
    }

    rule settled {
        when  not device.new
        score -30
    }

    decide {
        deny  when fired(guessing) and score >= 90
        allow otherwise
    }

    test "nothing" {
        login { account "a" ip 192.0.2.1 }
        expect allow because settled
    }

    """

    @Test func life() {
        var client = Client(started: false)
        #expect(client.request("textDocument/hover", [:])["error"]["code"].int == -32002)
        #expect(client.request("initialize", [:])["result"]["capabilities"]["hoverProvider"].bool == true)
        #expect(client.request("initialize", [:])["error"]["code"].int == -32600)
        #expect(client.request("textDocument/nothing", [:])["error"]["code"].int == -32601)
        #expect(client.request("textDocument/hover", ["textDocument": ["uri": "file:///not/open"]])["error"]["code"].int == -32602)
        #expect(client.request("shutdown", .null)["result"] == .null)
        client.notify("exit", .null)
        #expect(client.server.exitCode == 0)
    }

    @Test func exitWithoutShutdown() {
        var client = Client()
        client.notify("exit", .null)
        #expect(client.server.exitCode == 1)
    }

    @Test func diagnosticsAndQuickFixes() throws {
        var client = Client()
        client.open(Self.policy.replacing("8 * failures up to", with: "8 * failures upto"))
        let found = try #require(client.problems[Client.uri])
        #expect(found.map { $0["code"].string } == ["E-syntax"])
        #expect(found.first?["range"]["start"] == ["line": 8, "character": 23])
        let actions = client.request("textDocument/codeAction", [
            "textDocument": ["uri": .string(Client.uri)], "range": found.first?["range"] ?? .null, "context": ["diagnostics": []],
        ])["result"].array
        #expect(actions.first?["edit"]["changes"][Client.uri].array.first?["newText"].string == "up to")
        client.notify("textDocument/didChange", [
            "textDocument": ["uri": .string(Client.uri), "version": 2],
            "contentChanges": [["range": found.first?["range"] ?? .null, "text": "up to"]],
        ])
        #expect(client.problems[Client.uri]?.contains { $0["severity"].int == 1 } == false)
        client.notify("textDocument/didClose", ["textDocument": ["uri": .string(Client.uri)]])
        #expect(client.problems[Client.uri]?.isEmpty == true)
    }

    @Test func positionsCountUTF16() {
        var client = Client()
        client.open("policy p { for login }\nlet x = \"🔒é\" ?? 900 knots\n")
        let place = client.problems[Client.uri]?.first { $0["code"].string == "E-unit" }?["range"]
        #expect(place == ["start": ["line": 1, "character": 17], "end": ["line": 1, "character": 26]])
    }

    @Test func hover() throws {
        var client = Client()
        func text(_ reply: JSON) -> String { reply["contents"]["value"].string ?? "" }
        let signal = text(client.ask("textDocument/hover", "policy p { for login }\nrule r { when travel.sp‸eed > 1 km/h unknown skip deny }"))
        #expect(signal.contains("speed") && signal.contains("computed by Wary") && signal.contains("May be unknown"))
        let rule = text(client.ask("textDocument/hover", Self.policy.replacing("fired(guessing", with: "fired(gue‸ssing")))
        #expect(rule.contains("Repeated wrong passwords") && rule.contains("at most 60"))
        #expect(text(client.ask("textDocument/hover", Self.policy.replacing("5\n", with: "5\n").replacing("when  fail", with: "when  f‸ail")))
            .contains("count(login.failed by account within 10m)"))
        #expect(text(client.ask("textDocument/hover", Self.policy.replacing("count(", with: "co‸unt("))).contains("Never unknown"))
        #expect(text(client.ask("textDocument/hover", Self.policy.replacing("otherwise", with: "other‸wise"))).contains("no line above"))
        #expect(client.ask("textDocument/hover", "‸ ") == .null)
    }

    @Test func completionKnowsWhereItIs() {
        var client = Client()
        #expect(client.labels("‸").contains("rule"))
        #expect(client.labels("rule r {\n    ‸\n}").first == "when")
        #expect(client.labels("rule r {\n    when geo.‸\n}").contains("geo.country"))
        #expect(client.labels("rule r {\n    when ip.new ‸\n}").contains("and"))
        #expect(client.labels("rule r {\n    unknown ‸\n}") == ["skip", "fire", "score"])
        #expect(client.labels("rule r {\n    step_up webauthn, ‸\n}").contains("totp"))
        #expect(client.labels("let x = count(login by ‸").contains("account"))
        #expect(client.labels("let x = count(‸").contains("login.failed"))
        #expect(client.labels("list l of ‸").contains("network"))
        #expect(client.labels("policy p {\n    for ‸").contains("login"))
        #expect(client.labels("policy p {\n    ‸") == ["for", "on_error", "no_factor", "timezone"])
        #expect(client.labels("let a = 1\nrule r { deny }\ndecide {\n    deny when fired(‸").contains("r"))
        #expect(client.labels("list office of ip = []\nrule r {\n    when ip in ‸").contains("office"))
        #expect(client.labels("rule q { deny }\ntest \"t\" {\n    login { account \"a\" ‸").contains("device.id"))
        #expect(client.labels("rule q { deny }\ntest \"t\" {\n    expect deny because ‸").contains("q"))
        #expect(client.labels("rule q { deny } # in a com‸").isEmpty)
        #expect(client.labels("let x = \"in te‸xt\"").isEmpty)
    }

    @Test func navigation() {
        var client = Client()
        let use = Self.policy.replacing("* failures", with: "* fai‸lures")
        #expect(client.ask("textDocument/definition", use).array.map { $0["range"]["start"]["line"].int } == [4])
        #expect(client.ask("textDocument/references", use, extra: ["context": ["includeDeclaration": true]]).array.count == 3)
        #expect(client.ask("textDocument/references", use, extra: ["context": ["includeDeclaration": false]]).array.count == 2)
        #expect(client.ask("textDocument/documentHighlight", use).array.count == 3)
        let edits = client.ask("textDocument/rename", Self.policy.replacing("rule settled", with: "rule sett‸led"), extra: ["newName": "familiar"])
        #expect(edits["changes"][Client.uri].array.count == 2)
        #expect(client.ask("textDocument/prepareRename", Self.policy.replacing("device.new", with: "device.n‸ew")) == .null)
        for name in ["guessing", "when", "Bad", "a.b", ""] {
            #expect(client.ask("textDocument/rename", Self.policy.replacing("rule settled", with: "rule sett‸led"), extra: ["newName": .string(name)]) == .null)
        }
    }

    @Test func outline() {
        var client = Client()
        client.open(Self.policy)
        let document: JSON = ["textDocument": ["uri": .string(Client.uri)]]
        let symbols = client.request("textDocument/documentSymbol", document)["result"].array
        #expect(symbols.compactMap { $0["name"].string } == ["p", "failures", "guessing", "settled", "decide", "nothing"])
        let lenses = client.request("textDocument/codeLens", document)["result"].array
        #expect(lenses.first?["command"]["arguments"] == [.string(Client.uri), "nothing"])
        let hints = client.request("textDocument/inlayHint", document)["result"].array
        #expect(hints.map { $0["label"].string } == ["score 0 to 60"])
        #expect(client.request("textDocument/formatting", document)["result"] == .array([]))
        client.open("let  x=1")
        #expect(client.request("textDocument/formatting", document)["result"].array.first?["newText"].string == "let x = 1\n")
    }

    @Test func includedFilesBelongToTheirPolicy() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wary-editor-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder.appendingPathComponent("common"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let policy = folder.appendingPathComponent("p.wary"), part = folder.appendingPathComponent("common/part.wary")
        try "policy p { for login }\ninclude \"common/part.wary\"\nrule r { when fail > 1 deny }\ndecide { allow otherwise }\n"
            .write(to: policy, atomically: true, encoding: .utf8)
        let text = "let fail = count(login.failed by account within 1h)\n"
        try text.write(to: part, atomically: true, encoding: .utf8)
        var client = Client()
        client.open(text, part.absoluteString)
        #expect(client.problems[part.absoluteString]?.contains { $0["severity"].int == 1 } == false)
        let uses = client.request("textDocument/references", [
            "textDocument": ["uri": .string(part.absoluteString)], "position": ["line": 0, "character": 5], "context": ["includeDeclaration": true],
        ])["result"].array
        #expect(Set(uses.compactMap { $0["uri"].string }) == [policy.absoluteString, part.absoluteString])
    }

    @Test func anythingMayBeSent() {
        var client = Client()
        let odd: [JSON] = [.null, [], [:], ["method": 5], ["method": "textDocument/didChange"], ["id": 1], ["id": "x", "method": "textDocument/hover"],
                           ["method": "textDocument/didOpen", "params": ["textDocument": ["uri": "untitled:1", "text": "let"]]]]
        for message in odd { _ = client.server.handle(message) }
        client.open("rule r { when a")
        for line in [-5, 0, 1, 1_000_000] {
            for character in [-1, 0, 3, 1_000_000] {
                for method in ["hover", "completion", "definition", "references", "rename", "codeAction", "documentSymbol"] {
                    let position: JSON = ["line": .int(line), "character": .int(character)]
                    _ = client.request("textDocument/" + method, ["textDocument": ["uri": .string(Client.uri)], "position": position,
                                                                  "range": ["start": position, "end": position]])
                }
            }
        }
        client.notify("textDocument/didChange", ["textDocument": ["uri": .string(Client.uri)], "contentChanges": [
            ["range": ["start": ["line": 9, "character": 9], "end": ["line": 0, "character": 0]], "text": "x"], ["text": "let x = 1\n"],
        ]])
        #expect(client.problems[Client.uri]?.contains { $0["severity"].int == 1 } == false)
    }
}

@Suite struct MessageFramingTests {
    @Test func messagesArriveInPieces() throws {
        let messages: [JSON] = [["a": 1, "b": [true, nil, "é", .number(1.5)]], ["c": [:]]]
        var framing = MessageFraming(), received: [JSON] = []
        for byte in messages.flatMap(MessageFraming.framed) {
            framing.receive([byte])
            while let message = try framing.next() { received.append(message) }
        }
        #expect(received == messages)
    }

    @Test func faults() throws {
        func first(_ text: String) throws(MessageFraming.Fault) -> JSON? {
            var framing = MessageFraming()
            framing.receive(text.utf8)
            return try framing.next()
        }
        #expect(throws: MessageFraming.Fault.json) { try first("Content-Length: 2\r\n\r\n{x") }
        #expect(throws: MessageFraming.Fault.header) { try first("Content-Type: x\r\n\r\n{}") }
        #expect(throws: MessageFraming.Fault.header) { try first("Content-Length: -1\r\n\r\n{}") }
        #expect(throws: MessageFraming.Fault.header) { try first("Content-Length: 99999999999\r\n\r\n{}") }
        #expect(throws: MessageFraming.Fault.header) { try first(String(repeating: "x", count: 5000)) }
        #expect(try first("content-length: 2\r\nX: y\r\n\r\n{}") == [:])
        #expect(try first("Content-Length: 9\r\n\r\n{}") == nil)
    }

    @Test func theScoresReachComesFromTheConditions() {
        var client = Client()
        // The rule cannot add 10 000 points: an unfamiliarity ends at 100; and it fires always, so never 0.
        client.open("policy p { for login }\nrule a { when unfamiliarity >= 0 score 5 + unfamiliarity / 10 }\ndecide { deny when score > 50 allow otherwise }\n")
        let hints = client.request("textDocument/inlayHint", ["textDocument": ["uri": .string(Client.uri)]])["result"].array
        #expect(hints.map { $0["label"].string } == ["score 5 to 15"])
    }

    @Test func workspaceSymbolsAreThoseOfAllPoliciesInTheFolder() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wary-symbols-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder.appendingPathComponent("common"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("policy first { for login }\nrule guessing { when ip.new score 5 }\n".utf8).write(to: folder.appendingPathComponent("a.wary"))
        try Data("list office of network = [10.0.0.0/8]\n".utf8).write(to: folder.appendingPathComponent("common/n.wary"))
        var client = Client(started: false)
        _ = client.request("initialize", ["processId": nil, "rootUri": .string(folder.absoluteString), "capabilities": [:]])
        func names(_ query: String) -> [String?] {
            client.request("workspace/symbol", ["query": .string(query)])["result"].array.map { $0["name"].string }
        }
        #expect(names("") == ["first", "guessing", "office"])
        #expect(names("GsSing") == ["guessing"])
        #expect(names("offx").isEmpty)
        // What is open counts as the editor has it.
        client.open("let spread = 1\n", folder.appendingPathComponent("a.wary").absoluteString)
        #expect(names("spr") == ["spread"] && names("guess").isEmpty)
    }
}
