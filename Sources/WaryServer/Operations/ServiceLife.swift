import Dispatch
import Foundation
import Logging
import WaryEngine

/// What goes on beside serving: SIGHUP and changed files reload policies, position databases, API keys and certificates, and
/// the service manager hears how we are.
public final class ServiceLife: Sendable {
    private let tasks: [Task<Void, Never>]
    private let manager: ServiceManager

    /// - Parameter isWatching: whether a change of the files is acted on by itself.
    public init(_ server: Server, manager: ServiceManager = ServiceManager(), isWatching: Bool = true) {
        self.manager = manager
        var tasks = [Task { await Self.reloadOnSignal(server, manager) }]
        if isWatching {
            let configured = server.configuration.policies + server.configuration.shadow
            // A policy named by itself brings its includes and lists along, wherever in its folder they lie.
            let policies = FileWatch(paths: { configured + ((try? PolicyLibrary.load(configured))?.dependencies ?? []) })
            tasks.append(Task { await policies.run { _ = await server.reloader.reload(because: "change") } })
            if server.hasPositions {
                let sources = server.configuration.positionSources.paths
                let positions = FileWatch(paths: { sources })
                tasks.append(Task { await positions.run { await server.reloadPositions(because: "change") } })
            }
            if !server.credentialPaths.isEmpty {
                let files = server.credentialPaths
                let credentials = FileWatch(paths: { files })
                tasks.append(Task { await credentials.run { server.reloadCredentials(because: "change") } })
            }
        }
        if let watchdog = manager.watchdog { tasks.append(Task { await Self.reassure(server, manager, every: watchdog / 2) }) }
        self.tasks = tasks
        manager.ready(Self.status(server))
    }

    /// To be called before the server stops.
    public func end() {
        manager.stopping()
        for task in tasks { task.cancel() }
    }

    private static func reloadOnSignal(_ server: Server, _ manager: ServiceManager) async {
        let (signals, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        signal(SIGHUP, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
        source.setEventHandler { continuation.yield() }
        source.resume()
        defer { source.cancel() }
        for await _ in signals {
            manager.reloading()
            server.reloadCredentials(because: "signal")
            await server.reloadPositions(because: "signal")
            _ = await server.reloader.reload(because: "signal")
            manager.ready(status(server))
        }
    }

    /// The watchdog hears of us only while the clerk still takes its turns.
    private static func reassure(_ server: Server, _ manager: ServiceManager, every interval: Duration) async {
        while (try? await Task.sleep(for: interval)) != nil {
            if await server.isClerkAlive() { manager.isAlive() }
        }
    }

    private static func status(_ server: Server) -> String {
        let policies = server.reloader.inForce.policies.map(\.label).joined(separator: ", ")
        return server.reloader.fault.map { "Deciding by \(policies); not reloaded: \($0)" } ?? "Deciding by \(policies)"
    }
}
