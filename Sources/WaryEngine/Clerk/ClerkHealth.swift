import Logging
import Synchronization
import WaryHistory

/// How the clerk fares: whether it can read and write history. Any thread may ask.
public final class ClerkHealth: Sendable {
    private let fault = Mutex<HistoryError?>(nil)
    private let fill = Mutex<FillProgress?>(nil)
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    /// What keeps history from being read or written; nil while all is well.
    public var current: HistoryError? { fault.withLock { $0 } }

    /// How far what coming policies need is filled from the journal; nil while none are coming.
    public internal(set) var warming: FillProgress? {
        get { fill.withLock { $0 } }
        set { fill.withLock { $0 = newValue } }
    }

    /// Notes how the last batch went, and logs where that is a change.
    func note(_ error: HistoryError?) {
        let before = fault.withLock { fault in
            defer { fault = error }
            return fault
        }
        switch (before, error) {
        case (nil, let error?):
            logger.error("history cannot be used: decisions are degraded", metadata: ["reason": .string(error.description)])
        case (.some, nil):
            logger.notice("history can be used again")
        default:
            break
        }
    }
}
