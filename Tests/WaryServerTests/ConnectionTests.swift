import Testing
import WaryEngine
import WaryServer

/// SMALL_PRINT A5, A6, A21: the state machine, without a socket.
@Suite("A connection")
struct ConnectionTests {
    /// Drives a connection with an engine that answers `ping` when told to.
    struct Bench {
        var connection = Connection()
        var tickets: [UInt64] = []
        var sent: [UInt8] = []
        let decoder: RequestDecoder

        init() throws { decoder = try RequestDecoder() }

        mutating func receive(_ text: String, now: UInt64 = 0) { receive(Array(text.utf8)[...], now: now) }

        mutating func receive(_ bytes: ArraySlice<UInt8>, now: UInt64 = 0) {
            bytes.withUnsafeBytes { connection.receive($0) }
            pump(now: now)
        }

        mutating func pump(now: UInt64 = 0) {
            while let (ticket, _) = connection.next(decoder, now: now) { tickets.append(ticket) }
        }

        /// Answers what is in flight, in an order of the caller's.
        mutating func answer(_ order: ([UInt64]) -> [UInt64] = { $0 }) {
            for ticket in order(tickets) { connection.answer(ticket, .ok) }
            tickets = []
            pump()
        }

        mutating func send() {
            let bytes = connection.takeOutput()
            sent += bytes
            connection.wrote(bytes.count)
        }

        var lines: [String] { String(decoding: sent, as: UTF8.self).split(separator: "\n").map(String.init) }
    }

    static func ping(_ id: Int) -> String { "{\"op\":\"ping\",\"id\":\"\(id)\"}\n" }
    static func ok(_ id: Int) -> String { "{\"id\":\"\(id)\",\"ok\":true}" }

    @Test("However the bytes are cut and the replies ordered, the answers are the same", arguments: 0..<40)
    func anyChunking(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var text = "", wanted: [String] = []
        for id in 0..<200 {
            switch random.next() % 6 {
            case 0: text += ["\n", "\r\n", "  \t\n"][Int(random.next() % 3)]
            case 1: text += "nonsense\n"; wanted.append("bad_json")
            case 2: text += "{\"op\":\"ping\",\"id\":\"\(id)\",\"x\":1}\n"; wanted.append("bad_request")
            default: text += Self.ping(id); wanted.append(Self.ok(id))
            }
        }
        let bytes = Array((text + "{\"op\":\"ping\"").utf8)
        var bench = try Bench()
        var place = 0
        while place < bytes.count {
            let end = min(bytes.count, place + 1 + Int(random.next() % 300))
            bench.receive(bytes[place..<end])
            place = end
            if random.next() % 3 == 0 {
                bench.answer { $0.shuffled(using: &random) }
                bench.send()
            }
        }
        bench.connection.end()
        bench.answer { $0.shuffled(using: &random) }
        bench.send()
        #expect(bench.lines.count == wanted.count, "seed \(seed)")
        for (line, wanted) in zip(bench.lines, wanted) { #expect(line.contains(wanted), "seed \(seed)") }
        #expect(bench.connection.isFinished)
    }

    @Test("65,536 bytes with the newline are served, one more is too long", arguments: [1, 100, 65_536, 70_000])
    func longestLine(_ chunk: Int) throws {
        for (extra, isServed) in [(0, true), (1, false)] {
            let start = "{\"op\":\"ping\",\"id\":\"1\"", end = "}"
            let line = start + String(repeating: " ", count: 65_535 + extra - start.utf8.count - end.utf8.count) + end
            let bytes = Array((Self.ping(0) + line + "\n" + Self.ping(2)).utf8)
            var bench = try Bench()
            for place in stride(from: 0, to: bytes.count, by: chunk) {
                bench.receive(bytes[place..<min(bytes.count, place + chunk)])
                bench.answer()
                bench.send()
            }
            if isServed {
                #expect(bench.lines == [Self.ok(0), Self.ok(1), Self.ok(2)])
                #expect(!bench.connection.wasCutOff)
            } else {
                #expect(bench.lines.count == 2)
                #expect(bench.lines.last?.hasPrefix("{\"error\":{\"code\":\"too_long\"") == true)
                #expect(bench.connection.isFinished)
                #expect(bench.connection.wasCutOff)
            }
        }
    }

    @Test("too_long is said as soon as it is certain, after the answers before it")
    func tooLongAtOnce() throws {
        var bench = try Bench()
        bench.receive(Self.ping(0))
        bench.receive(String(repeating: "x", count: 65_536))
        bench.send()
        #expect(bench.lines.isEmpty)
        bench.answer()
        bench.send()
        #expect(bench.lines.count == 2)
        #expect(bench.connection.isFinished)
    }

    @Test("After a half-close everything complete is answered, what is half is not carried out")
    func halfClose() throws {
        var bench = try Bench()
        bench.receive(Self.ping(0) + Self.ping(1) + "{\"op\":\"ping\"}")
        bench.connection.end()
        #expect(!bench.connection.isFinished)
        bench.answer()
        #expect(!bench.connection.isFinished)
        bench.send()
        #expect(bench.lines == [Self.ok(0), Self.ok(1)])
        #expect(bench.connection.isFinished)
    }

    @Test("256 requests in flight stop the reading; an answer lets it go on")
    func inFlight() throws {
        var bench = try Bench()
        bench.receive((0..<300).map(Self.ping).joined())
        #expect(bench.tickets.count == 256)
        #expect(!bench.connection.wantsToRead)
        bench.answer()
        #expect(bench.tickets.count == 44)
        bench.answer()
        bench.send()
        #expect(bench.lines == (0..<300).map(Self.ok))
        #expect(bench.connection.wantsToRead)
    }

    @Test("A client that does not read is not read from after a mebibyte")
    func unread() throws {
        var bench = try Bench()
        var count = 0
        while bench.connection.wantsToRead, count < 100_000 {
            bench.receive(Self.ping(count))
            bench.answer()
            count += 1
        }
        #expect((1 << 20) / count < 40)
        bench.receive(Self.ping(count))
        #expect(bench.tickets.isEmpty)
        bench.send()
        #expect(bench.connection.wantsToRead)
        bench.pump()
        #expect(bench.tickets.count == 1)
    }

    @Test("Half a request has a deadline from its first byte; an idle connection has none")
    func deadline() throws {
        var bench = try Bench()
        #expect(bench.connection.deadline == nil)
        bench.receive("{\"op\":", now: 5)
        let deadline = try #require(bench.connection.deadline)
        #expect(deadline == 30_000_000_005)
        bench.receive("\"ping\"", now: 10_000_000_000)
        #expect(bench.connection.deadline == deadline)
        bench.receive("}\n", now: 11_000_000_000)
        #expect(bench.connection.deadline == nil)
        bench.receive("{}\n{", now: 12_000_000_000)
        #expect(bench.connection.deadline == 42_000_000_000)
    }

    @Test("A refused client gets one line, whatever it sent")
    func refused() throws {
        var bench = try Bench()
        bench.connection.refuse(WireFailure(.notAllowed, "no"))
        bench.receive(Self.ping(0))
        bench.send()
        #expect(bench.lines == [#"{"error":{"code":"not_allowed","message":"no"}}"#])
        #expect(bench.connection.isFinished)
    }
}

/// Seeded random numbers: SplitMix64.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}
