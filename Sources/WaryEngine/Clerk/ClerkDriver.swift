/// Something that the clerk's own thread serves beside its queue: a socket whose requests then need no hand-over from
/// one thread to another, which on few cores costs more than deciding. Made and used on the clerk's thread only.
public protocol ClerkDriver: AnyObject {
    /// Takes a request that came in, with the time of its last byte.
    typealias Hand = (_ request: EngineRequest, _ ticket: DriverTicket, _ arrived: ContinuousClock.Instant) -> Void

    /// Hands out the requests that have come; waits for some for `milliseconds` at most (−1: until there are some, or
    /// the clerk is woken).
    func collect(milliseconds: Int32, _ hand: Hand)

    /// Takes the reply to a request that was handed out.
    func answer(_ ticket: DriverTicket, _ reply: EngineReply)

    /// Sends the answers of a batch; may hand out requests that waited for them.
    func flush(_ hand: Hand)

    /// It was told to end, and everything has been answered.
    var isFinished: Bool { get }
}

/// Which request of which connection an answer is for.
public struct DriverTicket: Sendable, Hashable {
    public var connection: UInt64
    public var number: UInt64

    public init(connection: UInt64, number: UInt64) {
        self.connection = connection
        self.number = number
    }
}

/// How a clerk gets its driver.
public struct ClerkDriving: Sendable {
    /// Called once, on the clerk's thread.
    public var makeDriver: @Sendable () throws -> any ClerkDriver
    /// Makes `collect` return; called from any thread.
    public var wake: @Sendable () -> Void

    public init(makeDriver: @escaping @Sendable () throws -> any ClerkDriver, wake: @escaping @Sendable () -> Void) {
        self.makeDriver = makeDriver
        self.wake = wake
    }
}
