extension History {
    /// Whether something recorded is not on disk yet: the next `commit()` has work to do.
    public var hasUncommitted: Bool { journal.hasPending }

    /// How often commits are synced, in milliseconds; nil where each is.
    public var syncInterval: Int64? {
        if case .interval(let milliseconds) = options.durability { milliseconds } else { nil }
    }
}
