import Foundation

/// What systemd and its kin tell a service, and what they want to hear, as sd_notify(3) and sd_listen_fds(3) have it.
public struct ServiceManager: Sendable {
    private let socket: String?
    /// Sockets that were made for us, by their names (`FileDescriptorName=`).
    public let sockets: [String: Int32]
    /// How often the watchdog wants to hear of us; nil where there is none.
    public let watchdog: Duration?

    /// The first descriptor that is handed over.
    private static let firstDescriptor: Int32 = 3

    public init(environment: [String: String] = ProcessInfo.processInfo.environment, pid: Int32 = getpid()) {
        socket = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        watchdog = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap { microseconds in
            let isOurs = environment["WATCHDOG_PID"].map { $0 == String(pid) } ?? true
            return isOurs && microseconds > 0 ? .microseconds(microseconds) : nil
        }
        var sockets: [String: Int32] = [:]
        if environment["LISTEN_PID"] == String(pid), let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }), count > 0 {
            let names = (environment["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
            for index in 0..<min(count, Int32(ServerLimits.inheritedSockets)) {
                let name = names.indices.contains(Int(index)) ? String(names[Int(index)]) : "unknown"
                sockets[name] = Self.firstDescriptor + index
            }
        }
        self.sockets = sockets
    }

    /// Decisions are served from now on.
    public func ready(_ status: String) { tell("READY=1\nSTATUS=\(Self.line(status))") }

    /// Policies are being exchanged; `ready` follows, whatever comes of it.
    public func reloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        tell("RELOADING=1\nMONOTONIC_USEC=\(Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000)")
    }

    public func stopping() { tell("STOPPING=1") }

    public func isAlive() { tell("WATCHDOG=1") }

    private static func line(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }

    /// Says something; where nobody listens, or the message cannot be delivered, nothing happens: it is a courtesy.
    private func tell(_ message: String) {
        guard let socket, let address = Self.address(socket) else { return }
        let descriptor = Foundation.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(message.utf8)
        // The length ends behind the name: an abstract name is all of what follows the family.
        let length = socklen_t(MemoryLayout<sa_family_t>.size + socket.utf8.count + (socket.hasPrefix("@") ? 0 : 1))
        _ = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }

    /// A path, or an abstract name that begins with `@`.
    private static func address(_ text: String) -> sockaddr_un? {
        var bytes = Array(text.utf8)
        guard bytes.count <= UnixListener.longestPath, text.hasPrefix("/") || text.hasPrefix("@") else { return nil }
        if text.hasPrefix("@") { bytes[0] = 0 }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return address
    }
}
