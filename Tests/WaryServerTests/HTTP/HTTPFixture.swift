import Foundation
import Logging
import NIOCore
import Synchronization
import Testing
import WaryEngine
import WaryLanguage
import WaryVocabulary
@testable import WaryServer

/// A backend that answers from a script and remembers what it was asked.
final class ScriptedBackend: HTTPBackend {
    struct Script {
        var reply: EngineReply = .decision(ScriptedBackend.allowed)
        var reload: ReloadResult = .done(policies: ["p@0123456789ab"])
        var readiness = Readiness(policies: ["p@0123456789ab"])
        var delay: Duration = .zero
    }

    static let allowed = DecisionAnswer(
        decisionID: "01JD8M2Q4T7VZ0C9R6XW5KB3NE", outcome: .allow, factors: [], score: 0, explanation: Explanation(),
        explain: .fired, notify: [], tags: [], policy: "p@0123456789ab", isDegraded: false, tookMicroseconds: 14)

    let script = Mutex(Script())
    let asked = Mutex<[EngineRequest]>([])
    let explained = Mutex<[String]>([])

    func answer(_ request: EngineRequest, arrived: ContinuousClock.Instant) async -> EngineReply {
        asked.withLock { $0.append(request) }
        let (reply, delay) = script.withLock { ($0.reply, $0.delay) }
        if delay > .zero { try? await Task.sleep(for: delay) }
        return reply
    }

    func decision(_ id: String) async throws(WireFailure) -> [UInt8] {
        explained.withLock { $0.append(id) }
        guard id == Self.allowed.decisionID else { throw WireFailure(.notFound, "there is no decision with this id") }
        return Array(#"{"decision_id":"\#(id)","decision":"allow","at":"2026-01-01T12:00:00Z"}"#.utf8)
    }

    func policies() async -> [UInt8] { Array(#"{"policies":[]}"#.utf8) }
    func check(_ draft: PolicyDraft) async -> [UInt8] { Array("[]".utf8) }

    /// "alice" is the one account that anything is held about.
    func history(of account: String, limit: Int) async throws(WireFailure) -> [UInt8] {
        explained.withLock { $0.append("\(account) \(limit)") }
        guard account == "alice" else { throw WireFailure(.notFound, "nothing is held about this account") }
        return Array(#"{"account":"alice","events":[]}"#.utf8)
    }

    func export(_ account: String) async throws(WireFailure) -> [UInt8] {
        guard account == "alice" else { throw WireFailure(.notFound, "nothing is held about this account") }
        return Array(#"{"account":"alice","events":[],"baselines":{}}"#.utf8)
    }

    func erase(_ account: String) async throws(WireFailure) -> [UInt8] {
        explained.withLock { $0.append("erase \(account)") }
        guard account == "alice" else { throw WireFailure(.notFound, "this account was never known") }
        return Array(#"{"receipt":"00","at":"2026-01-01T12:00:00Z","events":1,"first":"2026-01-01T12:00:00Z","last":"2026-01-01T12:00:00Z"}"#.utf8)
    }
    func reload() async -> ReloadResult { script.withLock { $0.reload } }
    func readiness() async -> Readiness { script.withLock { $0.readiness } }
}

/// A running HTTP server with a scripted backend.
struct HTTPFixture {
    let server: HTTPServer
    let backend: ScriptedBackend
    let metrics: ServerMetrics
    let client: HTTPClient
    let folder: URL

    var path: String { folder.appendingPathComponent("http.sock").path }

    /// Runs `body` against a server on a Unix socket, or on TCP in clear on loopback.
    static func with(tcp: Bool = false, configure: (inout HTTPServer.Options) -> Void = { _ in },
                     _ body: (HTTPFixture) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wary-http-\(UInt32.random(in: 0...UInt32.max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("http.sock").path
        var options = HTTPServer.Options(address: tcp
            ? .tcp(host: "127.0.0.1", port: 0, tls: nil) : .unix(path: path, mode: 0o660, peers: PeerPolicy()))
        // However slow the machine is, only a test that is about a deadline comes to one.
        options.deadlines = HTTPDeadlineTests.patient()
        options.drain = .seconds(600)
        configure(&options)
        let backend = ScriptedBackend(), metrics = ServerMetrics(version: "test")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = try await HTTPServer.start(options, backend: backend, metrics: metrics, logger: logger)
        let client = server.port.map { HTTPClient(port: $0) } ?? HTTPClient(unix: path)
        do {
            try await body(HTTPFixture(server: server, backend: backend, metrics: metrics, client: client, folder: folder))
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    static let attempt = #"{"account":"alice","ip":"203.0.113.7"}"#

    /// The members of a JSON object.
    static func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }
}
