import Glibc
import WaryServer

/// Puts load on a Unix socket from one thread, and measures. Each connection is a small state of its own; answers are
/// counted by their newlines and come in order.
final class LoadGenerator {
    /// How requests are paced.
    enum Pace {
        /// Each answer is followed by the next request; so many are in flight on each connection.
        case closed(depth: Int)
        /// So many a second, whether or not answers come; latency counts from when a request was due, so that a server
        /// that stalls cannot hide it (no coordinated omission).
        case open(rate: Double)
    }

    struct Outcome {
        var latencies = LatencyHistogram()
        /// Answers in the measured time, over that time in seconds.
        var answers = 0
        var seconds = 0.0
        var failures = 0
        var rate: Double { seconds > 0 ? Double(answers) / seconds : 0 }
    }

    struct Failure: Error, CustomStringConvertible { let description: String }

    private struct Link {
        let descriptor: Int32
        /// When each request in flight was sent, or due: a ring.
        var sent: [UInt64] = []
        var head = 0
        var unsent: [UInt8] = []
        var isBlocked = false
    }

    private let requests: BenchRequests
    private var next = 0
    private var links: [Link] = []
    private let poller: Poller
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)
    private var outcome = Outcome()
    private var isMeasuring = false

    init(path: String, connections: Int, requests: BenchRequests) throws {
        self.requests = requests
        poller = try Poller(capacity: connections + 1)
        for index in 0..<connections {
            let client = try LineClient(path)
            let descriptor = dup(client.descriptor)
            guard descriptor >= 0, fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else { throw Failure(description: "fcntl") }
            links.append(Link(descriptor: descriptor))
            try poller.add(descriptor, token: UInt64(index))
        }
    }

    deinit { for link in links { close(link.descriptor) } }

    /// Runs for a while after a tenth of that time to warm up.
    func run(_ pace: Pace, seconds: Double) throws -> Outcome {
        outcome = Outcome()
        let start = monotonicNanoseconds()
        let measureFrom = start + UInt64(seconds * 1e8), end = measureFrom + UInt64(seconds * 1e9)
        isMeasuring = false
        switch pace {
        case .closed(let depth):
            for index in links.indices { send(depth, on: index, due: start) }
            while case let now = monotonicNanoseconds(), now < end {
                begin(now, measureFrom)
                try turn(milliseconds: 100, refill: true)
            }
        case .open(let rate):
            try runOpen(rate, start: start, measureFrom: measureFrom, end: end)
        }
        outcome.seconds = Double(monotonicNanoseconds() - measureFrom) / 1e9
        isMeasuring = false
        try drain()
        return outcome
    }

    private func begin(_ now: UInt64, _ measureFrom: UInt64) {
        if !isMeasuring, now >= measureFrom { isMeasuring = true }
    }

    private func runOpen(_ rate: Double, start: UInt64, measureFrom: UInt64, end: UInt64) throws {
        let alarm = try Alarm()
        try poller.add(alarm.descriptor, token: UInt64(links.count))
        defer { poller.remove(alarm.descriptor) }
        let interval = 1e9 / rate
        var due = Double(start), turnOf = 0
        while case let now = monotonicNanoseconds(), now < end {
            begin(now, measureFrom)
            while due <= Double(now) {
                send(1, on: turnOf, due: UInt64(due))
                turnOf = (turnOf + 1) % links.count
                due += interval
            }
            alarm.set(to: UInt64(due))
            try turn(milliseconds: 100, refill: false)
            alarm.answer()
        }
    }

    /// Takes in the answers that are still under way.
    private func drain() throws {
        let end = monotonicNanoseconds() + 5_000_000_000
        while links.contains(where: { $0.head < $0.sent.count }), monotonicNanoseconds() < end {
            try turn(milliseconds: 50, refill: false)
        }
    }

    private func turn(milliseconds: Int32, refill: Bool) throws {
        var lost: Failure?
        poller.wait(milliseconds: milliseconds) { event in
            guard event.token < UInt64(links.count) else { return }
            let index = Int(event.token)
            if event.canWrite { flush(index) }
            guard event.canRead else { return }
            do throws(Failure) { try receive(index, refill: refill) } catch { lost = error }
        }
        if let lost { throw lost }
    }

    private func receive(_ index: Int, refill: Bool) throws(Failure) {
        let count = recv(links[index].descriptor, &buffer, buffer.count, 0)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else { throw Failure(description: "the server closed a connection") }
        let now = monotonicNanoseconds()
        var answers = 0
        buffer.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            var place = 0
            while place < count, let found = memchr(base + place, 0x0a, count - place) {
                let end = UnsafeRawPointer(found) - base
                // An error's line ends in `}}`; a decision's does not.
                if end - place > 2, bytes[end - 2] == UInt8(ascii: "}") { outcome.failures += 1 }
                place = end + 1
                answers += 1
            }
        }
        for _ in 0..<answers {
            if isMeasuring { outcome.latencies.record(now - min(now, links[index].sent[links[index].head])) }
            links[index].head += 1
        }
        if isMeasuring { outcome.answers += answers }
        if links[index].head > 4096 {
            links[index].sent.removeFirst(links[index].head)
            links[index].head = 0
        }
        if refill, answers > 0 { send(answers, on: index, due: now) }
    }

    private func send(_ count: Int, on index: Int, due: UInt64) {
        for _ in 0..<count {
            links[index].unsent += requests.lines[next]
            next = (next + 1) % requests.lines.count
            links[index].sent.append(due)
        }
        if !links[index].isBlocked { flush(index) }
    }

    private func flush(_ index: Int) {
        let descriptor = links[index].descriptor
        let sent = links[index].unsent.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if sent > 0 { links[index].unsent.removeFirst(sent) }
        let isBlocked = !links[index].unsent.isEmpty
        guard isBlocked != links[index].isBlocked else { return }
        links[index].isBlocked = isBlocked
        try? poller.change(descriptor, token: UInt64(index), reads: true, writes: isBlocked)
    }
}
