import HummingbirdCore
import HTTPTypes
import Logging
import NIOCore
import NIOHTTPTypes
import NIOPosix
import NIOSSL
import Synchronization
import WaryEngine
import WaryVocabulary

/// The HTTP interface at one address: Hummingbird's HTTP/1.1 behind deadlines, a bound on connections, and the peer check
/// or TLS.
public final class HTTPServer: Sendable {
    public struct Options: Sendable {
        public var address: HTTPAddress
        public var maximumConnections = ServerLimits.connections
        public var threads = 1
        /// Set where tests cannot wait; otherwise by the kind of address.
        public var deadlines: HTTPDeadlines?
        /// How long a stop waits for answers in hand.
        public var drain: Duration = .seconds(ServerLimits.drainSeconds)
        /// The keys that are valid now; asked for each request over TCP, so that a reload counts at once.
        public var keys: @Sendable () -> APIKeys = { APIKeys([]) }
        /// Routes beside the decision API's.
        var further: [HTTPRoute] = []
        /// Proxies whose `X-Forwarded-For` is believed.
        var proxies: [Network] = []

        public init(address: HTTPAddress) { self.address = address }
    }

    private typealias Parts = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    /// One accepted connection.
    private struct Guest: Sendable {
        var parts: Parts
        var verdict: ConnectionGate.Verdict
    }

    private let listener: HTTPListener
    private let group: MultiThreadedEventLoopGroup
    private let gate: ConnectionGate
    private let guests: Guests
    private let server: NIOAsyncChannel<Guest, Never>
    private let serving: Task<Void, Never>
    private let stopping = Mutex<Task<Void, Never>?>(nil)
    private let tls: TLSContext?
    private let drain: Duration

    /// Where it listens: a path, or an address with its port.
    public var name: String { listener.name }

    /// The port of a TCP address.
    public var port: Int? { server.channel.localAddress?.port }

    /// Connections now.
    public var connections: Int { gate.count }

    /// Reads certificate, key and authorities again; connections that come from now on use them. On an error the old ones stay.
    public func reloadTLS() throws(TLSFiles.Failure) { try tls?.reload() }

    /// Binds and begins to serve.
    /// - Throws: `UnixListener.Failure`, `HTTPListenFailure`, `TLSFiles.Failure`, or the system's error.
    public static func start(_ options: Options, backend: any HTTPBackend, metrics: ServerMetrics,
                             logger: Logger) async throws -> HTTPServer {
        let listener = try HTTPListener(options.address)
        let tls = try listener.tls.map { try TLSContext($0) }
        let service = HTTPService(router: HTTPRouter(routes: HTTPRoutes(backend: backend, metrics: metrics).all + options.further),
                                  keys: options.keys, proxies: options.proxies, metrics: metrics, logger: logger)
        let origin = listener.origin
        let http = HTTP1Channel(
            responder: { request, writer, channel in
                try await service.respond(request, writer, origin: origin, peer: channel.remoteAddress)
            },
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [HTTPPartWatch()],
                httpDecoderConfiguration: .init(maxHeaderFieldSize: ServerLimits.httpHeaderFieldBytes,
                                                maxHeaderListSize: ServerLimits.httpHeaderBytes,
                                                maxHeaderFieldCount: ServerLimits.httpHeaderFields)))
        let gate = ConnectionGate(peers: listener.peers, maximum: options.maximumConnections,
                                  metrics: ConnectionMetrics(metrics, interface: origin.interface))
        let deadlines = options.deadlines ?? HTTPDeadlines(
            idle: origin == .network ? .seconds(ServerLimits.httpIdleSeconds) : nil)
        let interface = origin.interface
        let guests = Guests()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: options.threads)
        let server: NIOAsyncChannel<Guest, Never>
        do {
            server = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: ServerLimits.backlog)
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .bind(listener.descriptor) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let operations = channel.pipeline.syncOperations
                        let verdict = try operations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { gate.enter($0) }
                        guests.enter(channel)
                        channel.closeFuture.whenComplete { _ in
                            guests.leave(channel)
                            gate.leave()
                        }
                        try operations.addHandler(ConnectionDeadlines(deadlines) { phase in
                            metrics.timeouts.with(interface, phase.rawValue).add()
                        })
                        if let tls { try operations.addHandler(NIOSSLServerHandler(context: tls.current)) }
                        return verdict ?? .stranger
                    }.flatMap { verdict in
                        http.setup(channel: channel, logger: logger).map { Guest(parts: $0, verdict: verdict) }
                    }
                }
        } catch {
            listener.unix?.unlinkPath()
            try? await group.shutdownGracefully()
            throw error
        }
        return HTTPServer(listener: listener, group: group, gate: gate, guests: guests, http: http, server: server,
                          tls: tls, drain: options.drain, logger: logger)
    }

    private init(listener: HTTPListener, group: MultiThreadedEventLoopGroup, gate: ConnectionGate, guests: Guests,
                 http: HTTP1Channel, server: NIOAsyncChannel<Guest, Never>, tls: TLSContext?, drain: Duration, logger: Logger) {
        self.tls = tls
        self.drain = drain
        self.listener = listener
        self.group = group
        self.gate = gate
        self.guests = guests
        self.server = server
        serving = Task {
            await withDiscardingTaskGroup { group in
                try? await server.executeThenClose { inbound in
                    for try await guest in inbound {
                        group.addTask { await Self.serve(guest, http: http, logger: logger) }
                    }
                }
            }
        }
    }

    private static func serve(_ guest: Guest, http: HTTP1Channel, logger: Logger) async {
        let failure: WireFailure
        switch guest.verdict {
        case .welcome: return await http.handle(value: guest.parts, logger: logger)
        case .stranger:
            failure = WireFailure(.notAllowed, "this user may not use this socket; see allow_users and allow_groups")
        case .full:
            failure = WireFailure(.overloaded, "too many connections",
                                  retryAfterMilliseconds: EngineLimits.retryAfterFaultMilliseconds)
        }
        let answer = HTTPResponseParts(ProblemDetails.answer(failure, requestID: ""), requestID: nil, closes: true)
        try? await guest.parts.executeThenClose { inbound, outbound in
            try await outbound.write(.head(answer.head))
            if let body = answer.body { try await outbound.write(.body(body)) }
            try await outbound.write(.end(nil))
            // What the client has sent is taken from it, so that it can read the answer instead of failing while it writes.
            for try await _ in inbound {}
        }
    }

    /// Accepts no more, answers what has been read whole, closes everything, removes the socket's file. Takes
    /// `ServerLimits.drainSeconds` at most. The engine must still be running.
    public func stop() async {
        let task = stopping.withLock { running in
            let task = running ?? Task { await carryOutStop() }
            running = task
            return task
        }
        await task.value
    }

    private func carryOutStop() async {
        try? await server.channel.close()
        listener.unix?.unlinkPath()
        guests.askToLeave()
        let deadline = ContinuousClock.now + drain
        while gate.count > 0, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(5)) }
        serving.cancel()
        guests.close()
        await serving.value
        try? await group.shutdownGracefully()
    }
}

/// The open connections, so that they can be told when the server stops.
private final class Guests: Sendable {
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    func enter(_ channel: any Channel) { channels.withLock { $0[ObjectIdentifier(channel)] = channel } }

    func leave(_ channel: any Channel) { channels.withLock { $0[ObjectIdentifier(channel)] = nil } }

    func close() {
        for channel in channels.withLock({ Array($0.values) }) { channel.close(promise: nil) }
    }

    func askToLeave() {
        for channel in channels.withLock({ Array($0.values) }) {
            channel.pipeline.fireUserInboundEventTriggered(HTTPServerLeaves())
        }
    }
}
