import Dispatch
import Synchronization

/// Lets so many hashes be computed at once and no more: each takes a core and 19 MiB, and a flood of sign-ins must not
/// take all of them. What does not fit waits; what does not fit there either is refused at once.
final class HashGate: Sendable {
    private struct State {
        var running = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
        /// How long hashing took lately, in nanoseconds; a ring.
        var durations: [UInt64] = []
        var next = 0
    }

    private let state = Mutex(State())
    private let atOnce: Int
    private let waitingAtMost: Int
    private let queue = DispatchQueue(label: "wary.password-hashing", qos: .userInitiated, attributes: .concurrent)

    init(atOnce: Int, waitingAtMost: Int) {
        self.atOnce = max(1, atOnce)
        self.waitingAtMost = waitingAtMost
    }

    /// Runs `work` on a thread of its own, not on those that serve everybody.
    /// - Throws: `.tooMany` when as many are already waiting as may.
    func run<Answer: Sendable>(_ work: @escaping @Sendable () -> Answer) async throws(AuthError) -> Answer {
        guard await enter() else { throw .tooMany(retryAfterSeconds: 1) }
        let answer = await withCheckedContinuation { (continuation: CheckedContinuation<Answer, Never>) in
            queue.async {
                let start = DispatchTime.now().uptimeNanoseconds
                let answer = work()
                self.note(DispatchTime.now().uptimeNanoseconds - start)
                continuation.resume(returning: answer)
            }
        }
        leave()
        return answer
    }

    /// Waits as long as some recent hash took, without computing one: a refusal before the hash then takes as long as
    /// one after it. Nothing to wait for before the first hash.
    func pretend() async {
        let duration = state.withLock { $0.durations.randomElement() }
        if let duration { try? await Task.sleep(nanoseconds: duration) }
    }

    private func enter() async -> Bool {
        enum Place { case runs, waits, full }
        let isAdmitted = Mutex(true)
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let place = state.withLock { state -> Place in
                if state.running < atOnce {
                    state.running += 1
                    return .runs
                }
                guard state.waiting.count < waitingAtMost else { return .full }
                state.waiting.append(continuation)
                return .waits
            }
            if place == .full { isAdmitted.withLock { $0 = false } }
            if place != .waits { continuation.resume() }
        }
        return isAdmitted.withLock { $0 }
    }

    /// Hands the place on to who waits longest.
    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.waiting.isEmpty {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }

    private func note(_ duration: UInt64) {
        state.withLock { state in
            if state.durations.count < 64 {
                state.durations.append(duration)
            } else {
                state.durations[state.next] = duration
                state.next = (state.next + 1) % 64
            }
        }
    }
}
