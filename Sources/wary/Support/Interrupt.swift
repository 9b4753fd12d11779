import Foundation

/// Notices Ctrl-C once, so that what is done so far can be reported; a second one ends the program. To be made before other
/// threads are: they inherit that the signal waits.
struct Interrupt {
    private var isBlocked = true

    init() {
        var signals = Self.signals
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private static var signals: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        return signals
    }

    /// True from the first Ctrl-C on.
    mutating func hasCome() -> Bool {
        guard isBlocked else { return true }
        var pending = sigset_t()
        sigemptyset(&pending)
        guard sigpending(&pending) == 0, sigismember(&pending, SIGINT) == 1 else { return false }
        var signals = Self.signals, signal: Int32 = 0
        sigwait(&signals, &signal)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        isBlocked = false
        return true
    }
}
