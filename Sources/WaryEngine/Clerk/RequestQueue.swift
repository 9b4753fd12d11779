import Dispatch
import Synchronization

/// The bounded line of what waits for the clerk. Any thread adds; one takes, all that has arrived at once.
final class RequestQueue<Item: Sendable>: Sendable {
    enum Refusal: Error { case full, closed }

    private struct State {
        var items: [Item] = []
        var isClosed = false
        /// The taker sleeps, or is about to.
        var isTakerWaiting = false
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let capacity: Int
    private let ring: (@Sendable () -> Void)?

    /// - Parameter ring: wakes a taker that waits for other things, too, and so uses `takeNow`.
    init(capacity: Int, ring: (@Sendable () -> Void)? = nil) {
        self.capacity = capacity
        self.ring = ring
    }

    /// Adds an item at the end. `isUrgent` items are let in above the capacity: they are the engine's own, and few.
    func add(_ item: Item, isUrgent: Bool = false) throws(Refusal) {
        let result: Result<Bool, Refusal> = state.withLock { state in
            if state.isClosed { return .failure(.closed) }
            if !isUrgent, state.items.count >= capacity { return .failure(.full) }
            state.items.append(item)
            defer { state.isTakerWaiting = false }
            return .success(state.isTakerWaiting)
        }
        if try result.get() { signal() }
    }

    enum Taken {
        /// Oldest first.
        case items([Item])
        /// Nothing came in time.
        case nothing
        /// Closed, and drained.
        case closed
    }

    /// The items that wait, at most `limit`; while there are none, blocks, for `milliseconds` at most where given.
    func take(atMost limit: Int, within milliseconds: Int64? = nil) -> Taken {
        while true {
            let taken = takeNow(atMost: limit)
            guard case .nothing = taken else { return taken }
            guard let milliseconds else {
                wake.wait()
                continue
            }
            if wake.wait(timeout: .now() + .milliseconds(Int(clamping: milliseconds))) == .timedOut, !wasWoken() { return .nothing }
        }
    }

    /// The items that wait, at most `limit`; does not block. After `nothing` the next item, or the end, rings.
    func takeNow(atMost limit: Int) -> Taken {
        state.withLock { state in
            if state.items.isEmpty {
                state.isTakerWaiting = !state.isClosed
                return state.isClosed ? .closed : .nothing
            }
            if state.items.count <= limit {
                defer { state.items = [] }
                return .items(state.items)
            }
            defer { state.items.removeFirst(limit) }
            return .items(Array(state.items.prefix(limit)))
        }
    }

    private func signal() {
        if let ring { ring() } else { wake.signal() }
    }

    /// Whether an item came between the time running out and now; its signal is then taken too.
    private func wasWoken() -> Bool {
        let came = state.withLock { state in
            defer { state.isTakerWaiting = false }
            return !state.isTakerWaiting
        }
        if came { wake.wait() }
        return came
    }

    /// Lets nothing more in; what waits is still taken.
    func close() {
        let isWaiting = state.withLock { state in
            state.isClosed = true
            defer { state.isTakerWaiting = false }
            return state.isTakerWaiting
        }
        if isWaiting { signal() }
    }

    /// How many wait now.
    var count: Int { state.withLock { $0.items.count } }
}
