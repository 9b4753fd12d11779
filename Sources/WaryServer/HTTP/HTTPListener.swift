import Glibc
import NIOCore

/// Where HTTP is served.
public enum HTTPAddress: Sendable, Hashable {
    /// A Unix socket made by us.
    case unix(path: String, mode: mode_t, peers: PeerPolicy)
    /// TCP; `tls` may be left out on loopback only.
    case tcp(host: String, port: Int, tls: TLSFiles?)
    /// A listening socket that systemd has made. A Unix socket checks its peers, a TCP one asks for keys.
    case inherited(descriptor: Int32, peers: PeerPolicy, tls: TLSFiles?)
}

/// Why HTTP cannot be served at an address.
public struct HTTPListenFailure: Error, Sendable, Equatable, CustomStringConvertible {
    public var message: String
    public var description: String { message }

    public init(_ message: String) { self.message = message }
}

/// A bound socket, and what is asked of those who come.
struct HTTPListener: Sendable {
    var descriptor: Int32
    var origin: HTTPService.Origin
    var peers: PeerPolicy?
    var tls: TLSFiles?
    /// What was made by us and is removed in the end.
    var unix: UnixListener?
    /// For logs: a path, or an address with its port.
    var name: String

    init(_ address: HTTPAddress) throws {
        switch address {
        case .unix(let path, let mode, let peers):
            let listener = try UnixListener(binding: path, mode: mode)
            self.init(descriptor: listener.descriptor, origin: .local, peers: peers, tls: nil, unix: listener, name: path)
        case .tcp(let host, let port, let tls):
            let address = try Self.resolve(host, port)
            try Self.refuseClearText(address, tls)
            let descriptor = try Self.bind(address)
            self.init(descriptor: descriptor, origin: .network, peers: nil, tls: tls, unix: nil,
                      name: Self.name(of: Self.boundAddress(descriptor) ?? address))
        case .inherited(let descriptor, let peers, let tls):
            guard let address = Self.boundAddress(descriptor) else {
                throw HTTPListenFailure("descriptor \(descriptor) is no listening socket of a kind that is served")
            }
            if case .unixDomainSocket = address {
                self.init(descriptor: descriptor, origin: .local, peers: peers, tls: nil, unix: nil, name: "systemd's Unix socket")
            } else {
                try Self.refuseClearText(address, tls)
                self.init(descriptor: descriptor, origin: .network, peers: nil, tls: tls, unix: nil, name: Self.name(of: address))
            }
        }
    }

    private init(descriptor: Int32, origin: HTTPService.Origin, peers: PeerPolicy?, tls: TLSFiles?, unix: UnixListener?, name: String) {
        self.descriptor = descriptor
        self.origin = origin
        self.peers = peers
        self.tls = tls
        self.unix = unix
        self.name = name
    }

    private static func resolve(_ host: String, _ port: Int) throws(HTTPListenFailure) -> SocketAddress {
        if let address = try? SocketAddress(ipAddress: host, port: port) { return address }
        if host == "localhost", let address = try? SocketAddress(ipAddress: "127.0.0.1", port: port) { return address }
        throw HTTPListenFailure("\"\(host)\" is no address to listen on; give an IPv4 or IPv6 address, such as 127.0.0.1")
    }

    /// Keys and answers must not cross a network that others can read.
    private static func refuseClearText(_ address: SocketAddress, _ tls: TLSFiles?) throws(HTTPListenFailure) {
        guard tls == nil, !isLoopback(address) else { return }
        throw HTTPListenFailure("\(name(of: address)) is not loopback: clear text is refused there; configure a TLS certificate and key, or listen on 127.0.0.1")
    }

    static func isLoopback(_ address: SocketAddress) -> Bool {
        switch address {
        case .v4(let v4): UInt32(bigEndian: v4.address.sin_addr.s_addr) >> 24 == 127
        case .v6: address.ipAddress == "::1"
        case .unixDomainSocket: true
        }
    }

    private static func name(of address: SocketAddress) -> String {
        let host = address.ipAddress ?? "?"
        return (host.contains(":") ? "[\(host)]" : host) + ":\(address.port ?? 0)"
    }

    private static func bind(_ address: SocketAddress) throws(HTTPListenFailure) -> Int32 {
        let family = address.protocol == .inet6 ? AF_INET6 : AF_INET
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw HTTPListenFailure("socket: \(String(cString: strerror(errno)))") }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let status = address.withSockAddr { pointer, size in Glibc.bind(descriptor, pointer, socklen_t(size)) }
        guard status == 0 else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw HTTPListenFailure("\(name(of: address)): \(reason)")
        }
        return descriptor
    }

    private static func boundAddress(_ descriptor: Int32) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard status == 0 else { return nil }
        return withUnsafePointer(to: storage) { pointer in
            switch Int32(pointer.pointee.ss_family) {
            case AF_INET: pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { SocketAddress($0.pointee) }
            case AF_INET6: pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { SocketAddress($0.pointee) }
            case AF_UNIX: pointer.withMemoryRebound(to: sockaddr_un.self, capacity: 1) { SocketAddress($0.pointee) }
            default: nil
            }
        }
    }
}
