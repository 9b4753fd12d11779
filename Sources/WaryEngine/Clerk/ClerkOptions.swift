import Logging
import WaryHistory

/// What a clerk is started with.
public struct ClerkOptions: Sendable {
    /// Opens the history; called once, on the clerk's own thread.
    public var openHistory: @Sendable () throws(HistoryError) -> History
    public var policies: PolicySet
    public var decider: DeciderOptions
    /// Requests that may wait; above it callers are told to come back.
    public var queueCapacity: Int
    /// Requests that share one commit at most.
    public var batchCapacity: Int

    /// Makes what learns of the clerk's work; called once, on the clerk's own thread.
    public var makeObserver: (@Sendable () -> any ClerkObserver)?
    /// What the clerk's thread serves beside its queue.
    public var driving: ClerkDriving?
    /// Told when history cannot be used, and when it can again.
    public var logger: Logger

    public init(policies: PolicySet, decider: DeciderOptions = DeciderOptions(),
                queueCapacity: Int = EngineLimits.queueCapacity, batchCapacity: Int = EngineLimits.batchCapacity,
                driving: ClerkDriving? = nil, logger: Logger = Logger(label: "wary.clerk"),
                openHistory: @escaping @Sendable () throws(HistoryError) -> History) {
        self.openHistory = openHistory
        self.policies = policies
        self.decider = decider
        self.queueCapacity = queueCapacity
        self.batchCapacity = batchCapacity
        self.driving = driving
        self.logger = logger
    }
}
