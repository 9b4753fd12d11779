import Foundation
import Synchronization

/// One connection: answers come in the order of the requests, read by a thread of its own.
final class Link: Sendable {
    private struct State {
        var waiting: [(ticket: UInt64, reply: CheckedContinuation<Result<Data, WaryError>, Never>)] = []
        var next: UInt64 = 0
        var isGone = false
    }

    private let path: String
    private let descriptor: Int32
    private let state = Mutex(State())

    init(_ path: String, timeout: Duration) throws(WaryError) {
        self.path = path
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < room else { throw .unreachable("\(path): the path is longer than a socket's may be") }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let (seconds, attoseconds) = timeout.components
        var patience = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let status = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else { throw .unreachable("\(path): \(String(cString: strerror(errno)))") }
        let reader = Thread { [self] in read() }
        reader.name = "wary-client"
        reader.start()
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    var waiting: Int { state.withLock { $0.waiting.count } }

    var isGone: Bool { state.withLock { $0.isGone } }

    func ask(_ line: Data, timeout: Duration) async throws(WaryError) -> Data {
        let ticket = state.withLock { state in
            state.next += 1
            return state.next
        }
        let clock = Task { [weak self] in
            try await Task.sleep(for: timeout)
            self?.giveUp(ticket, "no answer in \(timeout)")
        }
        defer { clock.cancel() }
        let result = await withCheckedContinuation { reply in
            let isSent = state.withLock { state in
                guard !state.isGone else { return false }
                state.waiting.append((ticket, reply))
                return send(line + [UInt8(ascii: "\n")])
            }
            if isSent { return }
            let isOurs = state.withLock { state in state.waiting.contains { $0.ticket == ticket } }
            if isOurs { end("the server closed the connection") } else { reply.resume(returning: .failure(gone("the connection is closed"))) }
        }
        return try result.get()
    }

    /// Ends the connection: whoever waits for an answer is told why.
    func end(_ reason: String) {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            state.isGone = true
            return state.waiting
        }
        shutdown(descriptor, Int32(SHUT_RDWR))
        for (_, reply) in waiting { reply.resume(returning: .failure(gone(reason))) }
    }

    private func gone(_ reason: String) -> WaryError { .unreachable("\(path): \(reason)") }

    /// An answer that is late would be taken for the next one's: the connection goes with it.
    private func giveUp(_ ticket: UInt64, _ reason: String) {
        if state.withLock({ state in state.waiting.contains { $0.ticket == ticket } }) { end(reason) }
    }

    private func send(_ line: Data) -> Bool {
        var rest = line[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private func read() {
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return end("the server closed the connection") }
            received.append(contentsOf: chunk[..<count])
            var start = 0
            while let newline = received[start...].firstIndex(of: UInt8(ascii: "\n")) {
                let reply = state.withLock { state in state.waiting.isEmpty ? nil : state.waiting.removeFirst().reply }
                guard let reply else { return end("an answer that nobody asked for") }
                reply.resume(returning: .success(Data(received[start..<newline])))
                start = newline + 1
            }
            received.removeFirst(start)
        }
    }
}
