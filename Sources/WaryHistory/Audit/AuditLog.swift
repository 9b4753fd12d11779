import WaryVocabulary

/// The journal as a transparency log in the public C2SP formats: tlog-tiles, signed-note checkpoints with Ed25519, RFC 6962
/// hashing. A leaf is a record's clear header with the SHA-256 of its sealed part: pseudonyms only, so that it can be
/// handed to an auditor, and erasing an account breaks no proof.
public struct AuditLog {
    private let history: History
    private let signer: LogSigner
    private let head: LogHead

    init(_ history: History, origin: String?) throws(HistoryError) {
        self.history = history
        signer = try history.journal.logSeal.signer(origin: origin)
        head = try LogHead.read(history.journal.store, history.journal.logSeal) ?? LogHead(size: 0, first: 0, roots: [])
    }

    /// The name in front of checkpoints.
    public var origin: String { signer.origin }

    /// How many records it holds, also those whose contents are held no longer.
    public var size: UInt64 { head.size }

    /// What an auditor checks signatures with (signed-note): `name+key id+base64(0x01 ‖ public key)`.
    public var verifierKey: String { signer.verifierKey }

    /// The signed statement of size and root.
    public func checkpoint() throws(HistoryError) -> String {
        try signer.checkpoint(size, MerkleFrontier(size: head.size, roots: head.roots).root)
    }

    /// The files that a log serves, each with its path: `tile/L/N[.p/W]`, then `tile/entries/N[.p/W]` as far as all of a
    /// bundle's records are held, last `checkpoint`, so that whoever finds that finds all it speaks of.
    /// - Parameter isThere: a full tile never changes; those that are there already are left out.
    public func files(unless isThere: (String) -> Bool = { _ in false }, _ body: (String, [UInt8]) throws -> Void) throws {
        var level = 0
        while case let count = size >> UInt64(MerkleTile.height * level), count > 0 {
            for index in 0..<((count + MerkleTile.width - 1) / MerkleTile.width) {
                let width = min(MerkleTile.width, count - index * MerkleTile.width)
                let path = MerkleTile.path("\(level)", index, width)
                if width == MerkleTile.width, isThere(path) { continue }
                try body(path, try tile(level, index, width))
            }
            level += 1
        }
        for index in 0..<((size + MerkleTile.width - 1) / MerkleTile.width) {
            let width = min(MerkleTile.width, size - index * MerkleTile.width)
            let path = MerkleTile.path("entries", index, width)
            if width == MerkleTile.width, isThere(path) { continue }
            if let bundle = try bundle(index, width) { try body(path, bundle) }
        }
        try body("checkpoint", Array(try checkpoint().utf8))
    }

    private func tile(_ level: Int, _ index: UInt64, _ width: UInt64) throws(HistoryError) -> [UInt8] {
        let store = history.journal.store
        if level == 0 {
            let first = index * MerkleTile.width + 1
            var bytes = try store.get(.tree, JournalLog.key(level: 0, index)).map { Array($0.prefix(Int(width) * MerkleHash.byteCount)) } ?? []
            for sequence in (first + UInt64(bytes.count / MerkleHash.byteCount))..<(first + width) {
                guard let record = try history.journal.bytes(sequence) else { throw Journal.damaged(sequence) }
                bytes += JournalLog.leaf(sequence, record, headerEnd: try Journal.header(record, sequence).end).bytes
            }
            return bytes
        }
        var bytes: [UInt8] = []
        for number in (index * MerkleTile.width)..<(index * MerkleTile.width + width) {
            guard let node = try store.get(.tree, JournalLog.key(level: level, number)) else { throw LogHead.damaged }
            bytes += node
        }
        return bytes
    }

    /// Each entry behind its length (two bytes, big-endian); nil where not all of them are held.
    private func bundle(_ index: UInt64, _ width: UInt64) throws(HistoryError) -> [UInt8]? {
        let first = index * MerkleTile.width + 1
        guard first >= head.first else { return nil }
        var bundle: [UInt8] = []
        for sequence in first..<(first + width) {
            guard let record = try history.journal.bytes(sequence) else { return nil }
            let entry = RecordForm.entry(sequence, record, headerEnd: try Journal.header(record, sequence).end)
            bundle += [UInt8(truncatingIfNeeded: entry.count >> 8), UInt8(truncatingIfNeeded: entry.count)] + entry
        }
        return bundle
    }
}

extension History {
    /// The log over all that is committed, whose root changes with any edit, removal or reordering.
    /// - Parameter origin: the name in front of checkpoints, as a URL without its scheme; nil for the configured one.
    public func auditLog(origin: String? = nil) throws(HistoryError) -> AuditLog { try AuditLog(self, origin: origin) }
}
