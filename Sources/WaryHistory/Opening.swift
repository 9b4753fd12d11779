import WaryVocabulary

extension History {
    /// Opens a folder's history, or begins one. Damage to the profiles is mended by rebuilding them; damage to the journal
    /// is an error that says how to save what is good.
    public static func open(_ directory: String, key: InstallationKey,
                            options: HistoryOptions = HistoryOptions()) throws(HistoryError) -> History {
        let folder = try DataFolder(directory, isReadOnly: options.isReadOnly)
        let keys = try FileAccountKeys(folder: folder.keys, key: key, isReadOnly: options.isReadOnly)
        let store = try LMDBStore(path: folder.journal, tables: journalTables, isReadOnly: options.isReadOnly)
        let journal = try Journal(store: store, keys: keys)
        try FolderFormat.check(journal, path: directory)
        if !options.isReadOnly { try journal.commit() } else { journal.rollback() }
        let facts = try HistoryFacts(journal)
        let disk = try openProfiles(folder, keys.root, options, journalEnd: journal.lastCommitted)
        let profiles = ProfileCache(source: disk)
        let history = History(journal: journal, profiles: profiles, key: keys.root, options: options, facts: facts)
        history.folder = folder
        history.writeBehind = WriteBehind(profiles: profiles, disk: disk)
        history.isReady = false
        history.applier.carried = try CarriedBaselines(journal: journal, hasher: history.hasher)
        if !options.isReadOnly {
            try keys.allot(through: facts.lastSlot + 1)
            try history.finishErasures()
        }
        return history
    }

    static let journalTables: [Table] = [.records, .statuses, .imports, .facts, .texts, .residues, .receipts, .carried]

    private static func openProfiles(_ folder: DataFolder, _ key: InstallationKey, _ options: HistoryOptions,
                                     journalEnd: UInt64) throws(HistoryError) -> ProfileDisk {
        do throws(HistoryError) {
            let store = try LMDBStore(path: folder.profiles, tables: ProfileDisk.tables, isReadOnly: options.isReadOnly)
            let disk = try ProfileDisk(store: store, key: key)
            if disk.facts.checkpoint <= journalEnd { return disk }
            // The journal is an older one, put back from a backup: these profiles know a future it has not had.
            store.close()
        } catch {
            guard case .damaged = error, !options.isReadOnly else { throw error }
        }
        guard !options.isReadOnly else { throw MapFile.damaged(folder.profiles, "its facts") }
        try folder.removeProfiles()
        let store = try LMDBStore(path: folder.profiles, tables: ProfileDisk.tables, isReadOnly: false)
        return try ProfileDisk(store: store, key: key)
    }

    /// Before each use: after a failed write the store is opened anew; before the first, the journal's tail is brought into
    /// the profiles.
    func becomeReady() throws(HistoryError) {
        if journal.store.wasInterrupted {
            let known = try journal.recover()
            if journal.lastCommitted > known {
                facts = try HistoryFacts(journal)
                committedFacts = facts
                if isReady { try replay(after: known) }
            }
        }
        guard !isReady, let disk = writeBehind?.disk else { return }
        isReady = true
        disk.keptSlots = applier.plan.slots
        nextAggregateSlot = max(nextAggregateSlot, disk.facts.nextSlot)
        // A failure begins everything anew, so nothing has to be undone one by one.
        profiles.isUndoable = false
        defer { profiles.isUndoable = true }
        do throws(HistoryError) {
            try replay(after: disk.facts.checkpoint)
        } catch {
            isReady = false
            profiles.removeAll()
            throw error
        }
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
