import WaryVocabulary

extension History {
    /// Opens a folder's history, or begins one. Damage to the profiles is mended by rebuilding them; damage to the journal
    /// is an error that says how to save what is good.
    public static func open(_ directory: String, key: InstallationKey,
                            options: HistoryOptions = HistoryOptions()) throws(HistoryError) -> History {
        let folder = try DataFolder(directory, isReadOnly: options.isReadOnly)
        let keys = try FileAccountKeys(folder: folder.keys, key: key, isReadOnly: options.isReadOnly)
        let store = try LMDBStore(path: folder.journal, tables: journalTables, mapBytes: options.mapBytes,
                                  isReadOnly: options.isReadOnly)
        let isNew = try !FolderFormat.check(store, path: directory)
        let journal = try Journal(store: store, keys: keys, logSeal: LogSeal(keys.root, origin: options.logOrigin),
                                  isLenient: options.isReadOnly)
        if isNew, !options.isReadOnly {
            FolderFormat.mark(journal)
            try journal.commit()
        }
        let facts = try HistoryFacts(journal)
        let (disk, damage) = try openProfiles(folder, keys.root, options, journalEnd: journal.lastCommitted)
        let profiles = ProfileCache(source: disk)
        let history = History(journal: journal, profiles: profiles, key: keys.root, options: options, facts: facts)
        history.folder = folder
        history.writeBehind = disk.map { WriteBehind(profiles: profiles, disk: $0) }
        history.isReady = false
        history.applier.carried = try CarriedBaselines(journal: journal, hasher: history.hasher)
        history.untold = damage.map(HistoryWarning.rebuilding)
        if !options.isReadOnly {
            try keys.allot(through: facts.lastSlot + 1)
            try history.finishErasures()
        }
        return history
    }

    static let journalTables: [Table] = [.records, .statuses, .imports, .facts, .texts, .residues, .receipts, .carried,
                                         .tree, .checkpoints]

    /// - Returns: nil for a reader that finds none that it can use, such as in a backup: it makes its own, in memory. And what
    ///   was wrong with those that were thrown away.
    private static func openProfiles(_ folder: DataFolder, _ key: InstallationKey, _ options: HistoryOptions,
                                     journalEnd: UInt64) throws(HistoryError) -> (disk: ProfileDisk?, damage: String?) {
        if options.isReadOnly, MapFile.bytes(folder: folder.profiles) == 0 { return (nil, nil) }
        var damage: String?
        do throws(HistoryError) {
            if !options.isReadOnly { try PageCheck.check(folder: folder.profiles) }
            let store = try LMDBStore(path: folder.profiles, tables: ProfileDisk.tables, mapBytes: options.mapBytes,
                                      isReadOnly: options.isReadOnly)
            let disk = try ProfileDisk(store: store, key: key)
            if disk.facts.checkpoint <= journalEnd { return (disk, nil) }
            // The journal is an older one, put back from a backup: these profiles know a future it has not had.
            store.close()
        } catch {
            guard case .damaged(let file, let place, _) = error else { throw error }
            damage = "\(file) is damaged at \(place)"
        }
        if options.isReadOnly { return (nil, nil) }
        return (try freshProfiles(folder, key, options), damage)
    }

    private static func freshProfiles(_ folder: DataFolder, _ key: InstallationKey,
                                      _ options: HistoryOptions) throws(HistoryError) -> ProfileDisk {
        try folder.removeProfiles()
        let store = try LMDBStore(path: folder.profiles, tables: ProfileDisk.tables, mapBytes: options.mapBytes, isReadOnly: false)
        return try ProfileDisk(store: store, key: key)
    }

    /// Before each use: after a failed write the store is opened anew; before the first, the journal's tail is brought into
    /// the profiles.
    func becomeReady() throws(HistoryError) {
        if let damage = writeBehind?.disk.damage, !journal.hasPending, !profiles.hasUncommitted { try throwProfilesAway(damage) }
        if journal.store.wasInterrupted {
            let known = try journal.recover()
            if journal.lastCommitted > known {
                facts = try HistoryFacts(journal)
                committedFacts = facts
                if isReady { try replay(after: known) }
            }
        }
        guard !isReady else { return }
        isReady = true
        if let disk = writeBehind?.disk {
            disk.keptSlots = applier.plan.slots
            nextAggregateSlot = max(nextAggregateSlot, disk.facts.nextSlot)
        }
        // A failure begins everything anew, so nothing has to be undone one by one.
        profiles.isUndoable = false
        defer { profiles.isUndoable = true }
        do throws(HistoryError) {
            try replay(after: writeBehind?.checkpoint ?? 0)
        } catch {
            isReady = false
            profiles.removeAll()
            guard let damage = writeBehind?.disk.damage, !journal.hasPending, !options.isReadOnly else { throw error }
            try throwProfilesAway(damage)
            try becomeReady()
        }
    }

    /// Between two batches: what is damaged on disk is built anew from the journal, at once.
    private func throwProfilesAway(_ damage: String) throws(HistoryError) {
        guard let folder, let writeBehind, !options.isReadOnly else { return }
        onWarning?(.rebuilding(damage))
        writeBehind.close()
        let disk = try Self.freshProfiles(folder, key, options)
        profiles.removeAll()
        profiles.source = disk
        self.writeBehind = WriteBehind(profiles: profiles, disk: disk)
        filling = nil
        unsettled = []
        idleSweep = []
        isReady = false
    }

    /// Applies the journal's records to the profiles; those that have them already stay as they are.
    func replay(after sequence: UInt64) throws(HistoryError) {
        try journal.scan(from: sequence + 1) { number, bytes throws(HistoryError) in
            if let record = try journal.openFields(bytes, number) {
                if let fields = try eventFields(record) {
                    if record.header.kind == .decision { recent.remember(number, fields) }
                    var good: Instant?
                    if case .label(let instant) = record.body { good = instant }
                    var hashes = EventHashes(hasher, account: record.header.pseudonym)
                    try applier.apply(record.header, fields, &hashes, good: good) { () throws(HistoryError) in try relearned(record.header) }
                }
            } else {
                let header = try Journal.header(bytes, number).header
                if let residue = try residue(header) { try applier.apply(header, residue) }
            }
            if profiles.bytes > options.cacheBytes { try makeRoom(mark: number) }
            return true
        }
        profiles.commit()
    }

    /// What an erased record, or the decision it is about, left behind.
    func residue(_ header: RecordHeader) throws(HistoryError) -> Residue? {
        let sequence = header.reference > 0 ? header.reference : header.sequence
        guard let bytes = try journal.get(.residues, NumberKey.bytes(sequence)) else { return nil }
        do throws(MalformedBytes) { return try Residue(bytes) } catch { throw Journal.damaged(sequence) }
    }

    /// Brings all dirty profiles to disk and drops what is above the memory allowed.
    func makeRoom(mark: UInt64) throws(HistoryError) {
        profiles.commit()
        if writeBehind != nil, !options.isReadOnly { try writeAll(mark: mark) }
        profiles.shrink(to: options.cacheBytes * 3 / 4)
    }

    /// What a commit leaves to do: keys ahead of use, a slice of profiles to disk, memory within bounds.
    func maintain() throws(HistoryError) {
        guard isReady, !options.isReadOnly, let writeBehind else { return }
        try journal.keys.allot(through: facts.lastSlot + UInt32(Limits.keyBlock / 2))
        if writeBehind.isRunning || writeBehind.isBusy {
            try writeSlice()
        } else if journal.lastCommitted - writeBehind.checkpoint > Limits.replayLength || !unsettled.isEmpty
                    || profiles.dirtyBytes > options.cacheBytes / 4 {
            writeBehind.begin(mark: journal.lastCommitted, settling: unsettled)
        }
        guard profiles.bytes > options.cacheBytes else { return }
        profiles.shrink(to: options.cacheBytes * 7 / 8)
        if profiles.bytes > options.cacheBytes { try makeRoom(mark: journal.lastCommitted) }
    }

    /// What profiles written now are good for, but for the checkpoint.
    var profileFacts: ProfileFacts {
        var facts = ProfileFacts()
        facts.nextSlot = nextAggregateSlot
        for group in applier.plan.groups {
            for item in group.items { facts.slots[item.definition.text] = item.slot }
        }
        return facts
    }

    /// Brings everything committed to disk, profiles included, so that the next start has nothing to replay.
    public func checkpoint() throws(HistoryError) {
        try commitNow()
        if !options.isReadOnly {
            try journal.signCheckpoint()
            try commitNow()
        }
        guard isReady, !options.isReadOnly, writeBehind != nil else { return }
        try writeAll(mark: journal.lastCommitted)
    }

    /// The next slice of the round of writing that is under way.
    func writeSlice() throws(HistoryError) {
        guard let writeBehind else { return }
        unsettled.subtract(try writeBehind.step(profileFacts, unsettled: unsettled))
    }

    /// A whole round from here on. While the journal is replayed, aggregates have seen it no further than `mark`.
    private func writeAll(mark: UInt64) throws(HistoryError) {
        guard let writeBehind else { return }
        writeBehind.begin(mark: mark, settling: unsettled)
        while writeBehind.isRunning {
            try writeSlice()
            writeBehind.drain()
        }
    }
}
