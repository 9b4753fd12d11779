import Foundation
import Logging
import WaryEngine
import WaryHistory
import WarySignals

/// A running server: policies, positions, history's clerk and the decision socket, started in that order and stopped in
/// the other.
public final class Server: Sendable {
    /// Why it did not start.
    public enum Refusal: Error, Sendable {
        /// Something in the configuration leads nowhere: a user that does not exist, a path too long for a socket.
        case configuration(ConfigurationError)
        /// The policies are not fit to be put in force.
        case policies(PolicyStore.Refusal)
        /// The data folder cannot be opened; says why and how to mend it.
        case history(String)
        /// The socket cannot be bound.
        case socket(UnixListener.Failure)
        /// HTTP cannot be served as configured; says why and how to mend it.
        case http(String)
    }

    public let configuration: ServerConfiguration
    let clerk: Clerk
    let positions: PositionDatabases?
    private let socket: DecisionSocket
    let http: [HTTPServer]
    /// The API keys of HTTP over TCP; nil where it is not served.
    let keys: KeyRing?
    private let accounts: Accounts?
    let logger: Logger
    public let metrics: ServerMetrics
    public let reloader: PolicyReloader

    /// Where it listens.
    public var addresses: [String] { ["unix:\(socket.path)"] + http.map(\.name) }

    public static func start(_ configuration: ServerConfiguration, logger: Logger) async throws(Refusal) -> Server {
        let peers = try peers(configuration)
        let policies = try policies(configuration)
        let sources = SignalSources(configuration, logger)
        let manager = ServiceManager()
        var options = DecisionSocket.Options(
            path: configuration.socket, mode: mode_t(configuration.socketMode), peers: peers,
            maximumConnections: configuration.maximumConnections, threads: configuration.ioThreads)
        options.inherited = manager.sockets["decide"]
        let metrics = ServerMetrics(version: Version.current)
        options.metrics = ConnectionMetrics(metrics, interface: "socket")
        options.spinNanoseconds = UInt64(configuration.spinMicroseconds) * 1000
        let base = ClerkBase(policies: policies, sources: sources, metrics: metrics)
        let (clerk, socket) = try serve(configuration, base, options, logger)
        metrics.watchQueue(capacity: configuration.queueCapacity ?? EngineLimits.queueCapacity) { clerk.waiting }
        metrics.watchWarming { clerk.health.warming.map { $0.total == 0 ? 1 : Double($0.records) / Double($0.total) } }
        let reloader = PolicyReloader(store: store(configuration), inForce: policies, clerk: clerk,
                                      metrics: metrics, logger: logger)
        let http: [HTTPServer], keys: KeyRing?
        var accounts: Accounts?
        do {
            keys = configuration.httpListen == nil ? nil : try configuration.httpKeys.map { try KeyRing($0) }
            accounts = try configuration.accounts.map { try Accounts($0, clerk: clerk, logger: logger) }
            if accounts != nil { Self.warnOfUndecided(policies, logger) }
            let backend = EngineBackend(clerk: clerk, reloader: reloader, metrics: metrics)
            http = try await HTTPSetup.start(configuration, peers: peers, inherited: manager.sockets["http"], keys: keys, further: accounts?.routes ?? [],
                                             backend: backend, metrics: metrics, logger: logger)
        } catch {
            await accounts?.stop()
            await socket.stop()
            clerk.stop()
            throw .http("\(error)")
        }
        for fault in policies.shadowFaults { logger.warning("a shadow policy is not evaluated", metadata: ["fault": .string(fault)]) }
        let server = Server(configuration, clerk, sources.positions, socket, http, keys, accounts, logger, metrics, reloader)
        logger.info("serving", metadata: [
            "version": .string(Version.current), "addresses": .array(server.addresses.map { .string($0) }),
            "policies": .array(policies.policies.map { .string($0.label) }), "pid": .stringConvertible(Int(getpid())),
        ])
        return server
    }

    /// What the clerk stands on.
    private struct ClerkBase {
        var policies: PolicySet
        var sources: SignalSources
        var metrics: ServerMetrics
    }

    private static func serve(_ configuration: ServerConfiguration, _ base: ClerkBase, _ options: DecisionSocket.Options,
                              _ logger: Logger) throws(Refusal) -> (Clerk, DecisionSocket) {
        do {
            if options.threads > 0 {
                let clerk = try clerk(configuration, base, nil, logger)
                do {
                    return (clerk, try DecisionSocket.start(options) { clerk.submit($0, arrived: $1, reply: $2) })
                } catch {
                    clerk.stop()
                    throw error
                }
            }
            let driven = try DecisionSocket.driven(options)
            let clerk = try clerk(configuration, base, driven.driving, logger)
            guard let socket = driven.socket else { throw UnixListener.Failure.inUse(options.path) }
            return (clerk, socket)
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw refusal(error, configuration)
        }
    }

    private static func refusal(_ error: any Error, _ configuration: ServerConfiguration) -> Refusal {
        .socket(error as? UnixListener.Failure ?? .system(call: "listen", path: configuration.socket, errno: errno))
    }

    private init(_ configuration: ServerConfiguration, _ clerk: Clerk, _ positions: PositionDatabases?, _ socket: DecisionSocket,
                 _ http: [HTTPServer], _ keys: KeyRing?, _ accounts: Accounts?, _ logger: Logger, _ metrics: ServerMetrics,
                 _ reloader: PolicyReloader) {
        self.configuration = configuration
        self.clerk = clerk
        self.positions = positions
        self.socket = socket
        self.http = http
        self.accounts = accounts
        self.keys = keys
        self.logger = logger
        self.metrics = metrics
        self.reloader = reloader
    }

    /// Answers what is in hand, closes the history, removes the socket; `ServerLimits.drainSeconds` at most for the former.
    public func stop() async {
        logger.info("stopping", metadata: ["connections": .stringConvertible(socket.connections)])
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.socket.stop() }
            for server in http { group.addTask { await server.stop() } }
        }
        await accounts?.stop()
        clerk.stop()
        logger.info("stopped")
    }

    private static func warnOfUndecided(_ policies: PolicySet, _ logger: Logger) {
        let undecided = Accounts.events.filter { event in !policies.policies.contains { $0.event == event } }
        guard !undecided.isEmpty else { return }
        logger.warning("accounts ask about events that no policy decides: they are refused",
                       metadata: ["events": .array(undecided.map { .string($0.rawValue) })])
    }

    private static func peers(_ configuration: ServerConfiguration) throws(Refusal) -> PeerPolicy {
        do {
            return try PeerPolicy(users: configuration.allowUsers, groups: configuration.allowGroups)
        } catch {
            let key: ConfigurationKey = error.kind == "user" ? .allowUsers : .allowGroups
            throw .configuration(ConfigurationError(key.rawValue, error.description))
        }
    }

    private static func store(_ configuration: ServerConfiguration) -> PolicyStore {
        PolicyStore(paths: configuration.policies, breakGlass: configuration.breakGlass, shadow: configuration.shadow)
    }

    private static func policies(_ configuration: ServerConfiguration) throws(Refusal) -> PolicySet {
        do {
            return try store(configuration).load()
        } catch {
            throw .policies(error)
        }
    }

    private static func clerk(_ configuration: ServerConfiguration, _ base: ClerkBase, _ driving: ClerkDriving?,
                              _ logger: Logger) throws -> Clerk {
        let found: KeySource.Found
        do {
            found = try KeySource.key(forDataAt: configuration.data, file: configuration.keyFile)
        } catch {
            throw Refusal.history(error.description)
        }
        for note in found.notes { logger.warning("\(note)") }
        var history = HistoryOptions()
        if case .interval(let milliseconds) = configuration.durability { history.durability = .interval(milliseconds: milliseconds) }
        if let retention = configuration.retention { history.retention = retention }
        history.retentionByKind = configuration.retentionByKind
        history.logOrigin = configuration.logOrigin
        if let bytes = configuration.cacheBytes { history.cacheBytes = bytes }
        var decider = DeciderOptions(
            clock: configuration.isReplay ? .replay : .live, positions: base.sources.positions,
            agents: base.sources.agents, ignoresUndeclaredInputs: configuration.ignoresUndeclaredInputs)
        decider.trustedProxies = configuration.trustedProxies
        let (data, key, opening) = (configuration.data, found.key, history)
        do {
            var options = ClerkOptions(
                policies: base.policies, decider: decider, queueCapacity: configuration.queueCapacity ?? EngineLimits.queueCapacity,
                driving: driving
            ) { () throws(HistoryError) in
                let history = try History.open(data, key: key, options: opening)
                history.onWarning = { [warnings = base.metrics.warnings] in
                    warnings.with($0.name).add()
                    logger.warning("\($0)")
                }
                return history
            }
            options.logger = logger
            options.makeObserver = { [metrics = base.metrics] in ClerkMetrics(metrics) }
            return try Clerk(options)
        } catch let error as HistoryError {
            throw Refusal.history(error.description)
        }
    }
}
