import Glibc
import NIOCore
import NIOPosix
import Synchronization
import WaryEngine

/// The decision socket: NDJSON over a Unix stream socket, served by SwiftNIO.
public final class DecisionSocket: Sendable {
    public struct Options: Sendable {
        public var path: String
        public var mode: mode_t
        public var peers: PeerPolicy
        public var maximumConnections: Int
        /// Threads that read, decode, encode and write.
        public var threads: Int

        public init(path: String, mode: mode_t = 0o660, peers: PeerPolicy = PeerPolicy(),
                    maximumConnections: Int = ServerLimits.connections, threads: Int = 1) {
            self.path = path
            self.mode = mode
            self.peers = peers
            self.maximumConnections = maximumConnections
            self.threads = threads
        }
    }

    /// Hands a request to whoever answers it; the reply may come from any thread.
    public typealias Submit = @Sendable (
        _ request: EngineRequest, _ arrived: ContinuousClock.Instant, _ reply: @escaping @Sendable (EngineReply) -> Void
    ) -> Void

    private let listener: UnixListener
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let desks: [ObjectIdentifier: ConnectionDesk]
    private let gate: ConnectionGate

    /// Where it listens.
    public var path: String { listener.path }

    /// Binds and begins to serve.
    /// - Throws: `UnixListener.Failure` where the path cannot be bound.
    public static func start(_ options: Options, submit: @escaping Submit) async throws -> DecisionSocket {
        let listener = try UnixListener(binding: options.path, mode: options.mode)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: options.threads)
        let gate = ConnectionGate(peers: options.peers, maximum: options.maximumConnections)
        var desks: [ObjectIdentifier: ConnectionDesk] = [:]
        for loop in group.makeIterator() {
            desks[ObjectIdentifier(loop)] = try await loop.submit { try ConnectionDesk(loop: loop, submit: submit) }.get()
        }
        let serving = desks
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: ServerLimits.backlog)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let desk = serving[ObjectIdentifier(channel.eventLoop)] else { throw ChannelError.operationUnsupported }
                    let operations = channel.pipeline.syncOperations
                    let verdict = try operations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { gate.enter($0) }
                    try operations.addHandler(ConnectionHandler(desk: desk, gate: gate, verdict: verdict ?? .stranger))
                }
            }
            .withBoundSocket(listener.descriptor).get()
        return DecisionSocket(listener: listener, group: group, channel: channel, desks: desks, gate: gate)
    }

    private init(listener: UnixListener, group: MultiThreadedEventLoopGroup, channel: any Channel,
                 desks: [ObjectIdentifier: ConnectionDesk], gate: ConnectionGate) {
        self.listener = listener
        self.group = group
        self.channel = channel
        self.desks = desks
        self.gate = gate
    }

    /// Connections now.
    public var connections: Int { gate.count }

    /// Accepts and reads no more, answers what was read whole, closes everything, removes the socket's file. Takes
    /// `ServerLimits.drainSeconds` at most. The engine must still be running.
    public func stop() async {
        try? await channel.close()
        listener.unlinkPath()
        for desk in desks.values { desk.endAll() }
        let deadline = ContinuousClock.now + .seconds(ServerLimits.drainSeconds)
        while gate.count > 0, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(5)) }
        try? await group.shutdownGracefully()
    }
}

/// Counts connections and says who may come in.
final class ConnectionGate: Sendable {
    enum Verdict: Sendable { case welcome, stranger, full }

    private let peers: PeerPolicy
    private let maximum: Int
    private let present = Atomic<Int>(0)

    init(peers: PeerPolicy, maximum: Int) {
        self.peers = peers
        self.maximum = maximum
    }

    var count: Int { present.load(ordering: .relaxed) }

    /// To be followed by one `leave`, whatever the verdict.
    func enter(_ descriptor: Int32) -> Verdict {
        let count = present.add(1, ordering: .relaxed).newValue
        if !peers.admits(peerOf: descriptor) { return .stranger }
        return count > maximum ? .full : .welcome
    }

    func leave() { present.subtract(1, ordering: .relaxed) }
}
