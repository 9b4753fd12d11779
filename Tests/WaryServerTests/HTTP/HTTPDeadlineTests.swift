import Foundation
import NIOCore
import Testing
import WaryEngine
@testable import WaryServer

/// What slowhttptest does, in small: requests that never end, answers that nobody reads. Every one of these connections is
/// closed by the server; a test that hangs has failed.
@Suite struct HTTPDeadlineTests {
    /// So long that no machine is too slow for them.
    static func patient() -> HTTPDeadlines {
        var times = HTTPDeadlines()
        (times.header, times.body, times.answer, times.farewell) = (.minutes(10), .minutes(10), .minutes(10), .minutes(10))
        return times
    }

    /// One of them so short that a test can wait for it; the others never come, however slow the machine is.
    static func only(_ deadline: WritableKeyPath<HTTPDeadlines, TimeAmount>) -> HTTPDeadlines {
        var times = patient()
        times[keyPath: deadline] = .milliseconds(200)
        return times
    }

    /// For requests that may never end; what is answered has all the time in the world.
    static func ofRequests() -> HTTPDeadlines {
        var times = only(\.header)
        times.body = .milliseconds(200)
        return times
    }

    /// The bytes one by one: each of them in time, all of them together not.
    static func trickle(_ text: String) -> [[UInt8]] { text.utf8.map { [$0] } }

    @Test func aHeaderThatTricklesIsCutOffHoweverSteadyItIs() async throws {
        try await HTTPFixture.with(configure: { $0.deadlines = Self.only(\.header) }) { http async throws in
            let pieces = Self.trickle("POST /v1/decisions HTTP/1.1\r\nHost: w\r\n" + String(repeating: "X-A: b\r\n", count: 40))
            let responses = try HTTPClient.responses(in: try await http.client.exchange(pieces, pause: .milliseconds(10)))
            #expect(responses.map(\.status) == [408])
            #expect(http.metrics.timeouts.with("http", "header").value == 1)
        }
    }

    @Test func aBodyThatTricklesIsCutOff() async throws {
        try await HTTPFixture.with(configure: { $0.deadlines = Self.only(\.body) }) { http async throws in
            let head = "POST /v1/decisions HTTP/1.1\r\nHost: w\r\nContent-Length: 60000\r\n\r\n"
            let pieces = [Array(head.utf8)] + Self.trickle(String(repeating: " ", count: 100))
            let responses = try HTTPClient.responses(in: try await http.client.exchange(pieces, pause: .milliseconds(10)))
            #expect(responses.map(\.status) == [408])
            #expect(http.metrics.timeouts.with("http", "body").value == 1)
            #expect(http.backend.asked.withLock { $0.isEmpty })
        }
    }

    @Test func chunksThatTrickleAreCutOff() async throws {
        try await HTTPFixture.with(configure: { $0.deadlines = Self.only(\.body) }) { http async throws in
            let head = "POST /v1/decisions HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n"
            let pieces = [Array(head.utf8)] + (0..<60).map { _ in Array("1\r\n \r\n".utf8) }
            let responses = try HTTPClient.responses(in: try await http.client.exchange(pieces, pause: .milliseconds(10)))
            #expect(responses.map(\.status) == [408])
        }
    }

    @Test func halfAHeaderIsNotWaitedForForEver() async throws {
        try await HTTPFixture.with(configure: { $0.deadlines = Self.only(\.header) }) { http async throws in
            let responses = try HTTPClient.responses(in: try await http.client.exchange([Array("POST /v1/dec".utf8)]))
            #expect(responses.map(\.status) == [408])
        }
    }

    @Test func aRequestInTimeIsAnsweredThoughTheEngineIsSlowerThanTheDeadlines() async throws {
        try await HTTPFixture.with(configure: { $0.deadlines = Self.ofRequests() }) { http async throws in
            http.backend.script.withLock { $0.delay = .milliseconds(800) }
            #expect(try await http.client.send("POST", "/v1/decisions", HTTPFixture.attempt).status == 200)
        }
    }

    @Test func idleConnectionsEndOnlyWhereTheyAreToldTo() async throws {
        var times = Self.patient()
        times.idle = .milliseconds(100)
        let short = times
        try await HTTPFixture.with(configure: { $0.deadlines = short }) { http async throws in
            #expect(try await http.client.exchange([]).isEmpty)
            // A client that is slower than the idle time is closed before it has asked: another tries.
            let request = "GET /healthz HTTP/1.1\r\nHost: w\r\n\r\n"
            var statuses: [Int] = []
            while statuses.isEmpty {
                statuses = try HTTPClient.responses(in: try await http.client.exchange([Array(request.utf8)])).map(\.status)
            }
            #expect(statuses == [200])
        }
    }

    @Test func aClientThatDoesNotReadIsCutOff() async throws {
        try await HTTPFixture.with(configure: { $0.deadlines = Self.only(\.answer) }) { http async throws in
            // Far more answers than the socket's buffers hold; the client sends on as long as it can and reads nothing.
            let request = Array(String(repeating: "GET /openapi.json HTTP/1.1\r\nHost: w\r\n\r\n", count: 1000).utf8)
            let descriptor = try http.client.connect()
            _ = try await HTTPClient.onThread { send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) }
            while http.metrics.timeouts.with("http", "answer").value == 0 { try await Task.sleep(for: .milliseconds(10)) }
            close(descriptor)
            // On a machine that takes longer than the deadline to answer at all, another try is served.
            while (try? await http.client.send("GET", "/healthz").status) != 200 {}
        }
    }

    @Test func slowClientsHoldNobodyUp() async throws {
        try await HTTPFixture.with { http async throws in
            var held: [Int32] = []
            for _ in 0..<200 {
                let descriptor = try http.client.connect()
                let half = Array("POST /v1/decisions HTTP/1.1\r\nContent-".utf8)
                send(descriptor, half, half.count, Int32(MSG_NOSIGNAL))
                held.append(descriptor)
            }
            for _ in 0..<20 { #expect(try await http.client.send("POST", "/v1/decisions", HTTPFixture.attempt).status == 200) }
            for descriptor in held { close(descriptor) }
        }
    }

    @Test func connectionsAreBounded() async throws {
        try await HTTPFixture.with(configure: { $0.maximumConnections = 2 }) { http async throws in
            let held = [try http.client.connect(), try http.client.connect()]
            while http.server.connections < 2 { try await Task.sleep(for: .milliseconds(1)) }
            let refused = try await http.client.send("GET", "/healthz")
            #expect(refused.status == 503)
            #expect(refused.headers["retry-after"] == "1")
            #expect(http.metrics.refusedConnections.with("http", "limit").value == 1)
            for descriptor in held { close(descriptor) }
            while http.server.connections > 0 { try await Task.sleep(for: .milliseconds(1)) }
            #expect(try await http.client.send("GET", "/healthz").status == 200)
        }
    }
}

@Suite struct HTTPStoppingTests {
    @Test func whatHasBeenReadWholeIsAnsweredAndTheRestIsClosed() async throws {
        try await HTTPFixture.with { http async throws in
            http.backend.script.withLock { $0.delay = .milliseconds(300) }
            let half = try http.client.connect(), idle = try http.client.connect()
            let begun = Array("POST /v1/decisions HTTP/1.1\r\n".utf8)
            send(half, begun, begun.count, Int32(MSG_NOSIGNAL))
            async let answered = http.client.send("POST", "/v1/decisions", HTTPFixture.attempt)
            while http.backend.asked.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(1)) }
            await http.server.stop()
            #expect(try await answered.status == 200)
            #expect(try await HTTPClient.onThread { HTTPClient.readToEnd(half) }.isEmpty)
            #expect(try await HTTPClient.onThread { HTTPClient.readToEnd(idle) }.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: http.path))
            close(half)
            close(idle)
        }
    }
}

@Suite struct HTTPHostileInputTests {
    /// In the manner of JSONTestSuite: what a parser must refuse, and what it may not choke on.
    static let refused = [
        "{\"account\":\"a\",}", "{account:\"a\"}", "{'account':'a'}", "{\"account\":\"a\" \"ip\":\"b\"}", "{\"account\"}", "{,}", "{]",
        "[", "]", "{", "}", "nul", "TRUE", "NaN", "{\"account\":NaN}", "{\"account\":+1}", "{\"account\":01}", "{\"account\":.5}",
        "{\"account\":1.}", "{\"account\":1e}", "{\"account\":0x1}", "{\"account\":\"\u{1}\"}", "{\"account\":\"\\x41\"}",
        "{\"account\":\"\\u12\"}", "{\"account\":\"\\ud800\"}", "{\"account\":\"\\udc00\\ud800\"}", "{\"account\":\"a", "\u{feff}{}x",
        "{\"a\":1}{\"b\":2}", "{\"a\":1},", "/* c */ {}", "{} // c", "{\"a\":1e400}", "[1,]", "[1 2]", "\"", "\\", "\0", "{\"a\":\"\t\"}",
        String(repeating: "[", count: 5000), String(repeating: "{\"a\":", count: 5000),
    ]

    @Test func noBadJSONIsAcceptedAndNoneHangsTheServer() async throws {
        try await HTTPFixture.with { http async throws in
            for body in Self.refused {
                let response = try await http.client.send("POST", "/v1/decisions", body)
                #expect(response.status == 400, "\(body.prefix(40).debugDescription)")
            }
            #expect(http.backend.asked.withLock { $0.isEmpty })
        }
    }

    @Test func randomBytesAreRefused() async throws {
        var generator = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 0...UInt64.max, using: &generator)
        var random = SplitMix(state: seed)
        try await HTTPFixture.with(configure: { $0.deadlines = HTTPDeadlineTests.ofRequests() }) { http async throws in
            for _ in 0..<60 {
                let body = (0..<Int(random.next() % 200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                let head = "POST /v1/decisions HTTP/1.1\r\nHost: w\r\nConnection: close\r\nContent-Length: \(body.count)\r\n\r\n"
                let inBody = try HTTPClient.responses(in: try await http.client.exchange([Array(head.utf8) + body]))
                #expect(inBody.map(\.status) == [400], "seed \(seed)")
                let raw = try await http.client.exchange([body], closesOutput: true)
                #expect(try HTTPClient.responses(in: raw).allSatisfy { $0.status >= 400 }, "seed \(seed)")
            }
            #expect(try await http.client.send("GET", "/healthz").status == 200)
        }
    }

    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    /// Two lengths, or a length and chunks: what one reader takes for a body is another's next request.
    @Test(arguments: [
        "Content-Length: 2\r\nContent-Length: 3", "Content-Length: 2\r\nTransfer-Encoding: chunked", "Content-Length: -1",
        "Content-Length: 2x", "Transfer-Encoding: chunked, identity", "Transfer-Encoding: xchunked",
    ])
    func smuggledRequestsAreNotCarriedOut(_ fields: String) async throws {
        try await HTTPFixture.with(configure: { $0.deadlines = HTTPDeadlineTests.ofRequests() }) { http async throws in
            let smuggled = "POST /v1/policies/reload HTTP/1.1\r\nHost: w\r\nContent-Length: 0\r\n\r\n"
            let text = "POST /v1/decisions HTTP/1.1\r\nHost: w\r\n\(fields)\r\n\r\n{}\(smuggled)"
            let bytes = try await http.client.exchange([Array(text.utf8)], closesOutput: true)
            #expect(!(try HTTPClient.responses(in: bytes).contains { $0.status == 200 }), "\(String(decoding: bytes, as: UTF8.self))")
        }
    }
}
