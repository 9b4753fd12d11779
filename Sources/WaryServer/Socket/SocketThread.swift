import Dispatch
import Foundation
import Synchronization
import WaryEngine

/// A thread that serves connections, and the mailbox through which the engine's replies reach it. Replies of one batch
/// share one wake-up.
final class SocketThread: Sendable {
    private struct Letter: Sendable {
        var ticket: DriverTicket
        var reply: EngineReply
    }

    private struct Mail: Sendable {
        var letters: [Letter] = []
        var isEnding = false
    }

    private let mail = Mutex(Mail())
    private let wake: WakeUp
    private let submit: DecisionSocket.Submit
    private let hasEnded = Atomic<Bool>(false)

    /// Starts to serve what `listener` accepts.
    init(number: Int, listener: Int32, gate: ConnectionGate, spinNanoseconds: UInt64,
         submit: @escaping DecisionSocket.Submit) throws {
        wake = try WakeUp()
        self.submit = submit
        let started = DispatchSemaphore(value: 0)
        let failure = Mutex<(any Error)?>(nil)
        let thread = Thread { [self] in
            do {
                let loop = try SocketLoop(gate: gate, wake: wake, listener: listener, spinNanoseconds: spinNanoseconds)
                started.signal()
                run(loop)
            } catch {
                failure.withLock { $0 = error }
                started.signal()
            }
            hasEnded.store(true, ordering: .releasing)
        }
        thread.name = "socket-\(number)"
        thread.start()
        started.wait()
        if let error = failure.withLock({ $0 }) { throw error }
    }

    var isRunning: Bool { !hasEnded.load(ordering: .acquiring) }

    /// Accepts and reads no more; the thread ends when everything has been answered, or in `ServerLimits.drainSeconds`.
    func end() {
        mail.withLock { $0.isEnding = true }
        wake.ring()
    }

    private func run(_ loop: SocketLoop) {
        var deadline: UInt64?
        while true {
            if loop.poll(milliseconds: -1, wake: wake, hand) {
                let received = mail.withLock { mail in
                    defer { mail.letters = [] }
                    return mail
                }
                for letter in received.letters { loop.answer(letter.ticket, letter.reply) }
                if received.isEnding, deadline == nil {
                    deadline = monotonicNanoseconds() + UInt64(ServerLimits.drainSeconds) * 1_000_000_000
                    loop.end()
                }
            }
            loop.flush(hand)
            if let deadline, loop.isEmpty || monotonicNanoseconds() >= deadline { return }
        }
    }

    private func hand(_ request: EngineRequest, _ ticket: DriverTicket, _ arrived: ContinuousClock.Instant) {
        submit(request, arrived) { [self] reply in post(Letter(ticket: ticket, reply: reply)) }
    }

    private func post(_ letter: Letter) {
        let isFirst = mail.withLock { mail in
            mail.letters.append(letter)
            return mail.letters.count == 1
        }
        if isFirst { wake.ring() }
    }
}
