import Glibc
import Logging
import WaryEngine

/// Starts the HTTP interface as the configuration says: on a Unix socket, and on TCP where an address is given.
enum HTTPSetup {
    static func start(_ configuration: ServerConfiguration, peers: PeerPolicy, inherited: Int32?, keys: KeyRing?, further: [HTTPRoute],
                      backend: any HTTPBackend, metrics: ServerMetrics, logger: Logger) async throws -> [HTTPServer] {
        var servers: [HTTPServer] = []
        do {
            if let path = configuration.httpSocket {
                var options = HTTPServer.Options(
                    address: inherited.map { .inherited(descriptor: $0, peers: peers, tls: nil) }
                        ?? .unix(path: path, mode: mode_t(configuration.socketMode), peers: peers))
                options.maximumConnections = configuration.maximumConnections
                options.further = further
                servers.append(try await HTTPServer.start(options, backend: backend, metrics: metrics, logger: logger))
            }
            if let (host, port) = try address(configuration.httpListen) {
                guard let keys else {
                    throw HTTPListenFailure("http_listen needs http_keys: a file of the API keys that may use it; `wary key NAME` makes one")
                }
                var options = HTTPServer.Options(address: .tcp(host: host, port: port, tls: configuration.tls))
                options.maximumConnections = configuration.maximumConnections
                options.keys = { keys.current }
                options.further = further
                options.proxies = configuration.accounts?.proxies ?? []
                servers.append(try await HTTPServer.start(options, backend: backend, metrics: metrics, logger: logger))
            }
        } catch {
            for server in servers { await server.stop() }
            throw error
        }
        return servers
    }

    /// `127.0.0.1:8080`, `[::1]:8080`.
    static func address(_ text: String?) throws(HTTPListenFailure) -> (host: String, port: Int)? {
        guard let text else { return nil }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw HTTPListenFailure("http_listen should be an address and a port, such as \"127.0.0.1:8080\" or \"[::1]:8080\"")
        }
        let host = text[..<colon]
        return (String(host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host), Int(port))
    }
}
