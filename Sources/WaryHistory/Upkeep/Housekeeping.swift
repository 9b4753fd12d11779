import WaryVocabulary

/// When what has to be done from time to time is due next.
struct HousekeepingDates {
    var readers = ContinuousClock.now + .seconds(Limits.readerCheckSeconds)
    var trim = ContinuousClock.now
}

extension History {
    /// Does a small piece of what is due: looks for readers that died, removes what is older than the retention, brings
    /// profiles to disk that stand in the way of it. To be called between batches; what it takes from the journal goes with
    /// the next commit. What fails is tried again later and told by `maintenanceError`.
    /// - Returns: the milliseconds for which nothing more is due; 0 while there is more to do.
    public func tend(at now: Instant) -> Int64 {
        guard isReady, !options.isReadOnly, let writeBehind else { return .max }
        let clock = ContinuousClock.now
        if clock >= dates.readers {
            (journal.store as? LMDBStore)?.checkReaders()
            writeBehind.disk.store.checkReaders()
            dates.readers = clock + .seconds(Limits.readerCheckSeconds)
        }
        if journal.isTrimming { return syncInterval ?? 0 }
        if clock >= dates.trim {
            do throws(HistoryError) {
                if try !stageTrim(at: now).isDone { return writeBehind.isBusy ? Limits.slicePatience : 0 }
                clearFault()
            } catch { note(error) }
            dates.trim = .now + .seconds(Limits.trimPauseSeconds)
        }
        let rest = min(dates.readers, dates.trim) - .now
        return max(1, rest.components.seconds * 1000)
    }
}
