import Glibc
import Synchronization
import WaryEngine

/// The decision socket: NDJSON over a Unix stream socket, served by epoll loops of our own: on the clerk's thread, where no
/// request changes threads, or on threads beside it.
public final class DecisionSocket: Sendable {
    public struct Options: Sendable {
        public var path: String
        public var mode: mode_t
        public var peers: PeerPolicy
        public var maximumConnections: Int
        /// Threads that read, decode, encode and write.
        public var threads: Int
        /// A socket that a service manager has bound for us, in place of `path`.
        public var inherited: Int32?
        /// How long a thread looks for work before it sleeps.
        public var spinNanoseconds: UInt64 = 0
        /// Where connections are counted; nil where nobody asks.
        public var metrics: ConnectionMetrics?

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

    private enum Service: Sendable {
        case threads([SocketThread])
        case clerk(SocketDriver.Control)

        var isRunning: Bool {
            switch self {
            case .threads(let threads): threads.contains(where: \.isRunning)
            case .clerk(let control): !control.isFinished
            }
        }

        func end() {
            switch self {
            case .threads(let threads): for thread in threads { thread.end() }
            case .clerk(let control): control.end()
            }
        }
    }

    private let listener: UnixListener
    private let service: Service
    private let gate: ConnectionGate

    /// Where it listens.
    public var path: String { listener.path }

    /// Binds, and serves on `options.threads` threads of its own.
    /// - Throws: `UnixListener.Failure` where the path cannot be bound, `Poller.Failure` where descriptors are short.
    public static func start(_ options: Options, submit: @escaping Submit) throws -> DecisionSocket {
        let (listener, gate) = try bound(options)
        var threads: [SocketThread] = []
        do {
            for number in 1...max(1, options.threads) {
                threads.append(try SocketThread(
                    number: number, listener: listener.descriptor, gate: gate, spinNanoseconds: options.spinNanoseconds, submit: submit))
            }
        } catch {
            threads.forEach { $0.end() }
            listener.unlinkPath()
            throw error
        }
        return DecisionSocket(listener, gate, .threads(threads))
    }

    /// A socket that the clerk's thread will serve. `driving` goes into the clerk's options; once the clerk has begun, the
    /// path is bound and `socket` is there.
    public struct Driven: Sendable {
        public let driving: ClerkDriving
        fileprivate let box: Box

        fileprivate final class Box: Sendable {
            let socket = Mutex<DecisionSocket?>(nil)
        }

        public var socket: DecisionSocket? { box.socket.withLock { $0 } }
    }

    /// Leaves the serving to the clerk's thread. The path is bound there, after the history has been opened.
    public static func driven(_ options: Options) throws(Poller.Failure) -> Driven {
        let control = try SocketDriver.Control()
        let box = Driven.Box()
        let driving = ClerkDriving(
            makeDriver: {
                let (listener, gate) = try bound(options)
                let driver = try SocketDriver(listener: listener.descriptor, gate: gate, control: control,
                                              spinNanoseconds: options.spinNanoseconds)
                box.socket.withLock { $0 = DecisionSocket(listener, gate, .clerk(control)) }
                return driver
            },
            wake: { control.wake.ring() })
        return Driven(driving: driving, box: box)
    }

    private static func bound(_ options: Options) throws -> (UnixListener, ConnectionGate) {
        let listener = if let descriptor = options.inherited {
            UnixListener(inheriting: descriptor, path: options.path)
        } else {
            try UnixListener(binding: options.path, mode: options.mode)
        }
        do throws(UnixListener.Failure) {
            try listener.listen()
        } catch {
            listener.unlinkPath()
            throw error
        }
        return (listener, ConnectionGate(peers: options.peers, maximum: options.maximumConnections, metrics: options.metrics))
    }

    private init(_ listener: UnixListener, _ gate: ConnectionGate, _ service: Service) {
        self.listener = listener
        self.service = service
        self.gate = gate
    }

    /// Connections now.
    public var connections: Int { gate.count }

    /// Accepts and reads no more, answers what was read whole, closes everything, removes the socket's file. Takes
    /// `ServerLimits.drainSeconds` at most. The engine must still be running.
    public func stop() async {
        listener.unlinkPath()
        service.end()
        while service.isRunning { try? await Task.sleep(for: .milliseconds(2)) }
        listener.close()
    }
}
