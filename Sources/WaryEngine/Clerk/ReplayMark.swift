import WaryHistory

/// A folder that a replay wrote into holds instants that no clock showed: it is not served live afterwards.
enum ReplayMark {
    private static let name = "replayed"

    /// Marks the folder in replay mode.
    /// - Throws: `HistoryError.invalid` where a marked folder would be served live.
    static func settle(_ history: History, _ clock: ClockMode) throws(HistoryError) {
        let isMarked = try history.text(named: name) != nil
        switch clock {
        case .replay where !isMarked:
            try history.keepText(Array("replay = true".utf8), named: name)
            try history.commitNow()
        case .live where isMarked:
            throw .invalid("the data folder was written in replay mode, so its instants are not the clock's; "
                + "serve it with replay = true, or choose another folder")
        case .replay, .live, .offline: break
        }
    }
}
