import Foundation
import Testing
import WaryClient

/// A decision socket in small: answers each line by what `answer` makes of it; nil says nothing.
private final class StubServer {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("wary-stub-\(UInt32.random(in: 0...UInt32.max)).sock").path
    private let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)

    init(_ answer: @escaping @Sendable (String) -> String?) throws {
        let listener = listener
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        try #require(bound == 0 && listen(listener, 64) == 0)
        Thread {
            while case let client = accept(listener, nil, nil), client >= 0 { Thread { Self.serve(client, answer) }.start() }
        }.start()
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        unlink(path)
    }

    private static func serve(_ client: Int32, _ answer: (String) -> String?) {
        guard let stream = fdopen(client, "r") else { return }
        defer { fclose(stream) }
        var line: UnsafeMutablePointer<CChar>?, room = 0
        defer { free(line) }
        while getline(&line, &room, stream) > 0, let text = line.map({ String(cString: $0) }) {
            guard let reply = answer(text) else { continue }
            let bytes = Array((reply + "\n").utf8)
            send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }
    }
}

@Suite struct WaryClientTests {
    private static let allowed = #"{"decision_id":"D1","decision":"allow","score":5,"reasons":[{"rule":"r","text":"R","score":5,"because":{"a":"b"}}],"unknown":[],"notify":["user"],"tags":[],"policy":"p@1","degraded":false,"took_us":1}"#

    @Test func itAsksAndReportsInTheApisWords() async throws {
        let server = try StubServer { line in
            if line.contains(#""op":"decide""#) {
                let isWhole = line.contains(#""user_agent":"A""#) && line.contains(#""inputs":{"cart":12.5}"#) && line.contains(#""what_if":true"#)
                return isWhole ? Self.allowed : #"{"error":{"code":"bad_request","message":"no"}}"#
            }
            return line.contains(#""decision_id":"D1""#) || line.contains("password.changed") || line.contains("ping") ? #"{"ok":true}"#
                : #"{"error":{"code":"not_found","message":"no"}}"#
        }
        let wary = WaryClient(socket: server.path, timeout: .seconds(600))
        var attempt = Attempt(account: "alice", ip: "203.0.113.7")
        attempt.userAgent = "A"
        attempt.inputs = ["cart": .number(12.5)]
        attempt.whatIf = true
        let decision = try await wary.decide(attempt)
        #expect(decision.decision == .allow && decision.decisionId == "D1" && decision.reasons?.first?.because == ["a": "b"])
        try await wary.report(decision, "challenge_passed", factor: "totp")
        try await wary.label("D1", "fraud")
        try await wary.event("password.changed", account: "alice")
        try await wary.ping()
        await #expect(throws: WaryError.refused(code: "bad_request", message: "no", retryAfterMilliseconds: nil)) {
            try await wary.decide(Attempt(account: "alice", ip: "203.0.113.7"))
        }
        wary.close()
    }

    @Test func manyAtOnceGetTheirOwnAnswers() async throws {
        let server = try StubServer { line in
            let account = line.split(separator: "\"account\":\"")[1].prefix { $0 != "\"" }
            return Self.allowed.replacing("D1", with: account)
        }
        let wary = WaryClient(socket: server.path, timeout: .seconds(600), connections: 3)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<300 {
                group.addTask { try await wary.decide(Attempt(account: "a\(number)", ip: "192.0.2.1")).decisionId == "a\(number)" }
            }
            for try await isOurs in group { #expect(isOurs) }
        }
        wary.close()
    }

    @Test func withoutAnAnswerTheFailOverDecides() async throws {
        let silent = try StubServer { _ in nil }
        let busy = try StubServer { _ in #"{"error":{"code":"overloaded","message":"later","retry_after_ms":50}}"# }
        for (choice, outcome) in [(WaryClient.FailOver.allow, Decision.Outcome.allow), (.stepUp, .stepUp), (.deny, .deny)] {
            for path in [silent.path, busy.path, "/nonexistent/decide.sock"] {
                let wary = WaryClient(socket: path, timeout: path == silent.path ? .milliseconds(50) : .seconds(600), failOver: choice)
                let decision = try await wary.decide(Attempt(account: "a", ip: "192.0.2.1"))
                #expect(decision.decision == outcome && decision.degraded && decision.failure != nil && decision.decisionId == nil)
                try await wary.report(decision, "succeeded")
            }
        }
        await #expect(throws: WaryError.self) {
            try await WaryClient(socket: "/nonexistent/decide.sock").decide(Attempt(account: "a", ip: "192.0.2.1"))
        }
    }
}
