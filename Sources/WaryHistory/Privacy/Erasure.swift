import WaryVocabulary

extension History {
    /// Forgets an account for good: its key is destroyed, so that its records can be read no more, here and in every copy;
    /// its profiles go; what others' aggregates count by address, device or network stays, as numbers only.
    /// - Returns: a receipt, the same again for an account already erased; nil for one that was never known.
    public func erase(account: String, at: Instant) throws(HistoryError) -> ErasureReceipt? {
        try becomeReady()
        try commitNow()
        let key = accountKey(account)
        let link = try link(key)
        guard link.head > 0 else { return try receipt(key.hash)?.receipt }
        let chain = try chain(from: link.head)
        let instants = chain.map(\.header.at)
        let stored = StoredReceipt(pseudonym: key.hash, keySlot: link.keySlot, head: link.head, at: at, records: chain.count,
                                   first: instants.min() ?? at, last: instants.max() ?? at)
        for record in chain { try leaveResidue(record) }
        journal.put(.receipts, NumberKey.bytes(key.hash), stored.bytes)
        try commitNow()
        return try finish(stored).receipt
    }

    /// Whether an account of this name was erased and has not come back since.
    public func erasure(of account: String) throws(HistoryError) -> ErasureReceipt? {
        try becomeReady()
        let key = accountKey(account)
        return try link(key).head > 0 ? nil : receipt(key.hash)?.receipt
    }

    /// At opening: erasures that a crash cut short are carried to their end.
    func finishErasures() throws(HistoryError) {
        var open: [StoredReceipt] = []
        try journal.store.scan(.receipts, from: []) { key, value throws(HistoryError) in
            guard let receipt = Self.receipt(key, value) else { throw Self.badReceipt }
            if !receipt.isFinished { open.append(receipt) }
            return true
        }
        for receipt in open { _ = try finish(receipt) }
    }

    /// Each step may be done twice: profiles, then the key, then the word that it is done.
    private func finish(_ receipt: StoredReceipt) throws(HistoryError) -> StoredReceipt {
        let chain = try chain(from: receipt.head)
        var keys: Set<ProfileKey> = [ProfileKey(kinds: .account, hash: receipt.pseudonym)]
        for record in chain {
            guard let fields = record.body.fields else { continue }
            var hashes = EventHashes(hasher)
            for group in applier.plan.groups where group.keys.contains(.account) {
                if let key = hashes.profile(group.keys, group.kinds, fields) { keys.insert(key) }
            }
            try unlearn(record, fields, &hashes)
        }
        profiles.commit()
        for key in keys { profiles.forget(key) }
        try writeBehind?.delete(Array(keys))
        applier.carried?.forget(receipt.pseudonym)
        recent.removeAll()
        try journal.keys.destroy(receipt.keySlot)
        var done = receipt
        done.isFinished = true
        journal.put(.receipts, NumberKey.bytes(receipt.pseudonym), done.bytes)
        try commitNow()
        return done
    }

    /// Others' profiles keep counts; what names the account's own values goes.
    private func unlearn(_ record: Record, _ fields: EventFields, _ hashes: inout EventHashes) throws(HistoryError) {
        var good: Instant?
        if record.header.kind == .decision { good = try status(of: record.header.sequence, record.header).good }
        if record.header.kind == .imported, record.header.effects.contains(.learns) { good = record.header.at }
        for group in applier.plan.groups where !group.keys.contains(.account) {
            for item in group.items where [.new, .last, .first].contains(item.definition.function) {
                guard let key = hashes.profile(group.keys, group.kinds, fields),
                      let section = try profiles.profile(key)?.section(item.slot), !section.isEmpty
                else { continue }
                if item.definition.function == .new {
                    guard let good, let hash = hashes.field(item.definition.field, fields) else { continue }
                    try profiles.edit(key) { $0.edit(item.slot) { MetValues.remove(hash, good.milliseconds, from: &$0) } }
                } else if section.count > 1, section[1] == record.header.sequence {
                    try profiles.edit(key) { $0.edit(item.slot) { $0.replaceAll(with: []) } }
                }
            }
        }
    }

    /// The account's records, newest first, as far back as they are held.
    func chain(from head: UInt64) throws(HistoryError) -> [Record] {
        var chain: [Record] = []
        var sequence = head
        while sequence > 0, let header = try journal.header(sequence) {
            if let record = try journal.record(sequence) { chain.append(record) }
            sequence = header.previous
        }
        return chain
    }

    private func leaveResidue(_ record: Record) throws(HistoryError) {
        guard let fields = record.body.fields else { return }
        var hashes = EventHashes(hasher)
        var admitted: Set<UInt64> = []
        for definition in applier.plan.definitions where definition.filter?.admits(fields) == true {
            admitted.insert(hasher.plain.hash("aggregate", .text(definition.text)).low)
        }
        let header = record.header
        let good = header.kind == .decision ? try status(of: header.sequence, header).good : nil
        let residue = Residue(fields, &hashes, path: HabitPath(fields, hash: hasher.plain.names), good: good, admitted: admitted)
        journal.put(.residues, NumberKey.bytes(record.header.sequence), residue.bytes)
    }

    private func receipt(_ pseudonym: KeyedHash) throws(HistoryError) -> StoredReceipt? {
        let key = NumberKey.bytes(pseudonym)
        guard let bytes = try journal.get(.receipts, key) else { return nil }
        guard let receipt = Self.receipt(key, bytes) else { throw Self.badReceipt }
        return receipt
    }

    private static func receipt(_ key: [UInt8], _ value: [UInt8]) -> StoredReceipt? {
        guard key.count == 16, let high = NumberKey.number(Array(key.prefix(8))), let low = NumberKey.number(Array(key.suffix(8)))
        else { return nil }
        return try? StoredReceipt(value, pseudonym: KeyedHash(high: high, low: low))
    }

    private static let badReceipt = HistoryError.damaged(file: "journal", place: "a receipt", help: "wary journal salvage keeps what is good")
}
