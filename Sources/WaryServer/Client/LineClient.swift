import Glibc

/// A blocking client of the decision socket, for the command line: whole lines each way.
public final class LineClient {
    public struct Failure: Error, Sendable, CustomStringConvertible {
        public let path: String
        public let reason: String
        public var description: String { "\(path): \(reason); is the server running?" }
    }

    public let descriptor: Int32
    private let path: String
    private var received: [UInt8] = []
    private var start = 0

    public init(_ path: String) throws(Failure) {
        guard let address = try? UnixListener.address(of: path) else { throw Failure(path: path, reason: "no path for a socket") }
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.path = path
        guard descriptor >= 0, UnixListener.connect(descriptor, address) == 0 else {
            let reason = String(cString: strerror(errno))
            if descriptor >= 0 { close(descriptor) }
            throw Failure(path: path, reason: reason)
        }
    }

    deinit { close(descriptor) }

    /// Sends lines, perhaps on another thread while this one receives. Good as long as the client is.
    public struct Sender: Sendable {
        fileprivate let descriptor: Int32

        /// Sends a line; the newline is added. False when the connection is gone: receiving says why.
        public func send(_ line: [UInt8]) -> Bool {
            let bytes = line + [UInt8(ascii: "\n")]
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent, Int32(MSG_NOSIGNAL))
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }

    public var sender: Sender { Sender(descriptor: descriptor) }

    /// The next line without its newline.
    public func receive() throws(Failure) -> [UInt8] {
        while true {
            if let newline = received[start...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = newline + 1 }
                return Array(received[start..<newline])
            }
            received.removeFirst(start)
            start = 0
            var buffer = [UInt8](repeating: 0, count: ServerLimits.readBytes)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw count == 0 ? Failure(path: path, reason: "the server closed the connection") : failure() }
            received += buffer[..<count]
        }
    }

    private func failure() -> Failure { Failure(path: path, reason: String(cString: strerror(errno))) }
}
