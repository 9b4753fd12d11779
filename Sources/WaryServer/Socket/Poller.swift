import CEpoll
import Glibc

/// Waits for many descriptors at once: a thin wrapper around Linux's epoll, level-triggered.
public final class Poller {
    public struct Failure: Error, Sendable, CustomStringConvertible {
        public let call: String
        public let code: Int32
        public var description: String { "\(call): \(String(cString: strerror(code)))" }
    }

    /// What a descriptor is ready for.
    public struct Event {
        /// As it was added.
        public let token: UInt64
        public let canRead: Bool
        public let canWrite: Bool
        /// The other side is gone: nothing that is written will arrive.
        public let isBroken: Bool
    }

    private let descriptor: Int32
    private var events: [epoll_event]

    public init(capacity: Int = 256) throws(Failure) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        events = Array(repeating: epoll_event(), count: capacity)
        guard descriptor >= 0 else { throw Failure(call: "epoll_create1", code: errno) }
    }

    deinit { close(descriptor) }

    public func add(_ watched: Int32, token: UInt64, reads: Bool = true, writes: Bool = false) throws(Failure) {
        try control(EPOLL_CTL_ADD, watched, token, reads, writes)
    }

    public func change(_ watched: Int32, token: UInt64, reads: Bool, writes: Bool) throws(Failure) {
        try control(EPOLL_CTL_MOD, watched, token, reads, writes)
    }

    /// Closing a descriptor removes it, too.
    public func remove(_ watched: Int32) {
        var event = epoll_event()
        epoll_ctl(descriptor, EPOLL_CTL_DEL, watched, &event)
    }

    /// Waits until something is ready, at most `milliseconds` (−1: for ever), and hands each event out. Returns how many.
    @discardableResult
    public func wait(milliseconds: Int32, _ body: (Event) -> Void) -> Int {
        let count = Int(epoll_wait(descriptor, &events, Int32(events.count), milliseconds))
        guard count > 0 else { return 0 }
        for index in 0..<count {
            let flags = events[index].events
            body(Event(token: events[index].data.u64, canRead: flags & Self.readable != 0,
                       canWrite: flags & EPOLLOUT.rawValue != 0, isBroken: flags & Self.broken != 0))
        }
        return count
    }

    private static let readable = EPOLLIN.rawValue | EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue
    private static let broken = EPOLLHUP.rawValue | EPOLLERR.rawValue

    private func control(_ operation: Int32, _ watched: Int32, _ token: UInt64, _ reads: Bool, _ writes: Bool) throws(Failure) {
        var event = epoll_event(
            events: (reads ? EPOLLIN.rawValue | EPOLLRDHUP.rawValue : 0) | (writes ? EPOLLOUT.rawValue : 0),
            data: epoll_data_t(u64: token))
        guard epoll_ctl(descriptor, operation, watched, &event) == 0 else { throw Failure(call: "epoll_ctl", code: errno) }
    }
}

/// A descriptor that becomes readable when another thread rings it.
public final class WakeUp: Sendable {
    public let descriptor: Int32

    public init() throws(Poller.Failure) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard descriptor >= 0 else { throw Poller.Failure(call: "eventfd", code: errno) }
    }

    deinit { close(descriptor) }

    /// From any thread.
    public func ring() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    /// Makes it quiet again.
    public func answer() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }
}

/// A descriptor that becomes readable at a set time.
public final class Alarm {
    public let descriptor: Int32

    public init() throws(Poller.Failure) {
        descriptor = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_NONBLOCK) | Int32(TFD_CLOEXEC))
        guard descriptor >= 0 else { throw Poller.Failure(call: "timerfd_create", code: errno) }
    }

    deinit { close(descriptor) }

    /// Sets it to a time of CLOCK_MONOTONIC in nanoseconds; whatever it was set to before is forgotten.
    public func set(to nanoseconds: UInt64) {
        var time = itimerspec()
        time.it_value = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        timerfd_settime(descriptor, Int32(TFD_TIMER_ABSTIME), &time, nil)
    }

    public func answer() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }
}

/// CLOCK_MONOTONIC in nanoseconds.
public func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
