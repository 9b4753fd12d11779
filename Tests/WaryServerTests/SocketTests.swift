import Foundation
import Synchronization
import Testing
import WaryEngine
import WaryServer

/// The socket itself, with a stand-in for the engine.
@Suite("The decision socket", .serialized, .timeLimit(.minutes(10)))
struct SocketTests {
    /// A socket in a folder of its own, answered by `submit`.
    private func serve(
        _ change: (inout DecisionSocket.Options) -> Void = { _ in },
        submit: @escaping DecisionSocket.Submit = { _, _, reply in reply(.ok) },
        _ body: (DecisionSocket) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString.prefix(8).lowercased())
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var options = DecisionSocket.Options(path: folder.appendingPathComponent("decide.sock").path)
        change(&options)
        let socket = try DecisionSocket.start(options, submit: submit)
        do {
            try await body(socket)
        } catch {
            await socket.stop()
            throw error
        }
        await socket.stop()
        #expect(!FileManager.default.fileExists(atPath: socket.path))
    }

    @Test("Answers come in order, pipelined and blank lines between them; after a half-close the socket is closed")
    func order() async throws {
        try await serve { socket in
            let client = try SocketClient(socket.path)
            try client.send((0..<1000).map { "{\"op\":\"ping\",\"id\":\"\($0)\"}\n\n" }.joined() + "{\"op\":")
            client.finishSending()
            for id in 0..<1000 { #expect(try client.line() == "{\"id\":\"\(id)\",\"ok\":true}") }
            #expect(try client.line() == nil)
        }
    }

    @Test("The file has its mode whatever the umask; a stale one is replaced, any other file is not")
    func path() async throws {
        let before = umask(0o077)
        defer { umask(before) }
        try await serve { socket in
            var facts = stat()
            #expect(stat(socket.path, &facts) == 0)
            #expect(facts.st_mode & 0o7777 == 0o660)
            #expect(throws: UnixListener.Failure.self) {
                _ = try DecisionSocket.start(.init(path: socket.path)) { _, _, reply in reply(.ok) }
            }
        }
        let stale = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString.prefix(8)).sock").path
        let left = try UnixListener(binding: stale)
        close(left.descriptor)
        let taken = try UnixListener(binding: stale)
        taken.unlinkPath()
        close(taken.descriptor)
        #expect(FileManager.default.createFile(atPath: stale, contents: Data()))
        #expect(throws: UnixListener.Failure.self) { try UnixListener(binding: stale) }
        #expect(FileManager.default.fileExists(atPath: stale))
        try FileManager.default.removeItem(atPath: stale)
    }

    @Test("A line of a megabyte gets too_long and a closed connection; others do not notice")
    func tooLong() async throws {
        try await serve { socket in
            let other = try SocketClient(socket.path)
            let client = try SocketClient(socket.path)
            try client.send("{\"op\":\"ping\"}\n" + String(repeating: "x", count: 1 << 20))
            #expect(try client.line() == "{\"ok\":true}")
            #expect(try client.line()?.contains("\"too_long\"") == true)
            #expect(try client.line() == nil)
            #expect(try other.ask("{\"op\":\"ping\"}") == "{\"ok\":true}")
        }
    }

    @Test("Connections and refusals are counted; a loop that spins before it sleeps serves all the same")
    func counting() async throws {
        let metrics = ServerMetrics(version: "test")
        try await serve({
            $0.maximumConnections = 1
            $0.spinNanoseconds = 20_000
            $0.metrics = ConnectionMetrics(metrics, interface: "socket")
        }) { socket in
            let first = try SocketClient(socket.path)
            #expect(try first.ask("{\"op\":\"ping\"}") == "{\"ok\":true}")
            #expect(metrics.connections.with("socket").value == 1)
            #expect(try SocketClient(socket.path).line()?.contains("\"overloaded\"") == true)
            #expect(metrics.refusedConnections.with("socket", "limit").value == 1)
            #expect(metrics.refusedConnections.with("socket", "not_allowed").value == 0)
        }
    }

    @Test("Above the limit of connections there is one overloaded line; then there is room again")
    func connections() async throws {
        try await serve({ $0.maximumConnections = 2 }) { socket in
            let first = try SocketClient(socket.path)
            #expect(try first.ask("{\"op\":\"ping\"}") == "{\"ok\":true}")
            var second: SocketClient? = try SocketClient(socket.path)
            #expect(try second?.ask("{\"op\":\"ping\"}") == "{\"ok\":true}")
            let third = try SocketClient(socket.path)
            let line = try #require(try third.line())
            #expect(line.contains("\"overloaded\"") && line.contains("\"retry_after_ms\":"))
            #expect(try third.line() == nil)
            second = nil
            var answer: String?
            for _ in 0..<3000 where answer != "{\"ok\":true}" {
                answer = try? SocketClient(socket.path).ask("{\"op\":\"ping\"}")
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(answer == "{\"ok\":true}")
        }
    }

    @Test("Peers are admitted by user and group; unknown names are refused")
    func peers() throws {
        #expect(throws: PeerPolicy.UnknownName.self) { try PeerPolicy(users: ["nobody-of-this-name"], groups: []) }
        #expect(throws: PeerPolicy.UnknownName.self) { try PeerPolicy(users: [], groups: ["nobody-of-this-name"]) }
        #expect(try PeerPolicy(users: ["root", "1000"], groups: ["root"]) == PeerPolicy(users: [0, 1000], groups: [0]))
        var ends: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        #expect(PeerPolicy().admits(peerOf: ends[0]))
        ends.forEach { close($0) }
        #expect(!PeerPolicy().admits(peerOf: -1))
    }

    @Test("Stopping answers what was read whole, and lets idle and half-sent clients go at once")
    func stopping() async throws {
        let waiting = Mutex<[@Sendable (EngineReply) -> Void]>([])
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString.prefix(8).lowercased())
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("decide.sock").path
        let socket = try DecisionSocket.start(.init(path: path, threads: 2)) { _, _, reply in
            waiting.withLock { $0.append(reply) }
        }
        let idle = try SocketClient(path), half = try SocketClient(path), busy = try SocketClient(path)
        try half.send("{\"op\":")
        try busy.send("{\"op\":\"ping\",\"id\":\"a\"}\n{\"op\":\"ping\",\"id\":\"b\"}\n{\"op\"")
        while waiting.withLock({ $0.count }) < 2 { try await Task.sleep(for: .milliseconds(2)) }
        async let stopped: Void = socket.stop()
        #expect(try idle.line() == nil)
        #expect(try half.line() == nil)
        for reply in waiting.withLock({ $0 }).reversed() { reply(.ok) }
        #expect(try busy.line() == "{\"id\":\"a\",\"ok\":true}")
        #expect(try busy.line() == "{\"id\":\"b\",\"ok\":true}")
        #expect(try busy.line() == nil)
        await stopped
        #expect(socket.connections == 0)
    }
}
