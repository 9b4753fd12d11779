import Synchronization

/// Counts connections and says who may come in.
final class ConnectionGate: Sendable {
    enum Verdict: Sendable { case welcome, stranger, full }

    /// Nil where the kernel knows nothing of a peer: TCP, where keys say who it is.
    private let peers: PeerPolicy?
    private let maximum: Int
    private let metrics: ConnectionMetrics?
    private let present = Atomic<Int>(0)

    init(peers: PeerPolicy?, maximum: Int, metrics: ConnectionMetrics? = nil) {
        self.peers = peers
        self.maximum = maximum
        self.metrics = metrics
    }

    var count: Int { present.load(ordering: .relaxed) }

    /// To be followed by one `leave`, whatever the verdict.
    func enter(_ descriptor: Int32) -> Verdict {
        let count = present.add(1, ordering: .relaxed).newValue
        metrics?.present.set(Double(count))
        if let peers, !peers.admits(peerOf: descriptor) {
            metrics?.strangers.add()
            return .stranger
        }
        guard count > maximum else { return .welcome }
        metrics?.aboveLimit.add()
        return .full
    }

    func leave() {
        let count = present.subtract(1, ordering: .relaxed).newValue
        metrics?.present.set(Double(count))
    }

    /// A connection is closed because half a request waited too long for the rest.
    func noteTimeout() { metrics?.timeouts.add() }
}

/// What is counted of one interface's connections.
public struct ConnectionMetrics: Sendable {
    let present: Gauge
    let strangers, aboveLimit, timeouts: Counter

    /// - Parameter interface: `socket`, `http`, `http_tcp`.
    public init(_ metrics: ServerMetrics, interface: String) {
        present = metrics.connections.with(interface)
        strangers = metrics.refusedConnections.with(interface, "not_allowed")
        aboveLimit = metrics.refusedConnections.with(interface, "limit")
        timeouts = metrics.timeouts.with(interface, "request")
    }
}
