import Glibc
import WaryServer

/// The floor: answers each line with a line of a decision's length, over the same kind of socket, and does nothing else.
final class EchoServer {
    private let listener: UnixListener
    private let poller: Poller
    private let answer: [UInt8]

    init(path: String, answerBytes: Int) throws {
        listener = try UnixListener(binding: path)
        try listener.listen()
        poller = try Poller()
        answer = Array(repeating: UInt8(ascii: "x"), count: answerBytes - 1) + [UInt8(ascii: "\n")]
        try poller.add(listener.descriptor, token: 0)
    }

    /// Serves until the process ends.
    func run() -> Never {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        var answers: [UInt8] = []
        while true {
            poller.wait(milliseconds: -1) { event in
                if event.token == 0 { return accept() }
                let descriptor = Int32(event.token)
                let count = recv(descriptor, &buffer, buffer.count, 0)
                guard count > 0 else {
                    if count == 0 || (errno != EAGAIN && errno != EINTR) { close(descriptor) }
                    return
                }
                answers.removeAll(keepingCapacity: true)
                for _ in 0..<Self.lines(buffer, count) { answers += answer }
                var sent = 0
                while sent < answers.count {
                    let more = answers.withUnsafeBytes {
                        Glibc.send(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent, Int32(MSG_NOSIGNAL))
                    }
                    if more <= 0, errno != EAGAIN { break }
                    sent += max(0, more)
                }
            }
        }
    }

    private static func lines(_ buffer: [UInt8], _ count: Int) -> Int {
        buffer.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            var place = 0, lines = 0
            while place < count, let found = memchr(base + place, 0x0a, count - place) {
                place = UnsafeRawPointer(found) - base + 1
                lines += 1
            }
            return lines
        }
    }

    private func accept() {
        let descriptor = Glibc.accept(listener.descriptor, nil, nil)
        guard descriptor >= 0 else { return }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        try? poller.add(descriptor, token: UInt64(descriptor))
    }
}
