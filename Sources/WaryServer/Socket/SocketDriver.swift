import Synchronization
import WaryEngine

/// The decision socket as the clerk's own thread serves it.
final class SocketDriver: ClerkDriver {
    /// What other threads may say to it and see of it.
    final class Control: Sendable {
        let wake: WakeUp
        private let ending = Atomic<Bool>(false)
        private let finished = Atomic<Bool>(false)

        init() throws(Poller.Failure) { wake = try WakeUp() }

        func end() {
            ending.store(true, ordering: .releasing)
            wake.ring()
        }

        var isEnding: Bool { ending.load(ordering: .acquiring) }

        var isFinished: Bool { finished.load(ordering: .acquiring) }

        fileprivate func finish() { finished.store(true, ordering: .releasing) }
    }

    private let loop: SocketLoop
    private let control: Control
    private var deadline: UInt64?

    init(listener: Int32, gate: ConnectionGate, control: Control, spinNanoseconds: UInt64) throws {
        self.control = control
        loop = try SocketLoop(gate: gate, wake: control.wake, listener: listener, spinNanoseconds: spinNanoseconds)
    }

    func collect(milliseconds: Int32, _ hand: Hand) {
        loop.poll(milliseconds: milliseconds, wake: control.wake, hand)
        if control.isEnding, deadline == nil {
            deadline = monotonicNanoseconds() + UInt64(ServerLimits.drainSeconds) * 1_000_000_000
            loop.end()
            loop.flush(hand)
        }
        if isFinished { control.finish() }
    }

    func answer(_ ticket: DriverTicket, _ reply: EngineReply) { loop.answer(ticket, reply) }

    func flush(_ hand: Hand) {
        loop.flush(hand)
        if isFinished { control.finish() }
    }

    var isFinished: Bool {
        guard let deadline else { return false }
        return loop.isEmpty || monotonicNanoseconds() >= deadline
    }
}
