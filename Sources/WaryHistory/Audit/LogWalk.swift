import WaryVocabulary

/// Goes through the log leaf by leaf beside the records, and holds each against what is stored and signed.
struct LogWalk {
    var report = VerificationReport()
    /// The record that comes next.
    private(set) var next: UInt64 = 1
    private let journal: Journal
    private let signer: LogSigner
    private let head: LogHead?
    private var frontier = MerkleFrontier()
    /// False from where a leaf is known no more: what follows cannot be held against roots.
    private var isWhole = true
    /// The last size at which the log led to what was signed.
    private var lastGood: UInt64 = 0
    /// Sizes with the roots that were signed for them.
    private var expected: [UInt64: [MerkleHash]] = [:]
    private var tile: (index: UInt64, leaves: [MerkleHash])?

    init(_ journal: Journal, checkpoints: [String]) throws(HistoryError) {
        self.journal = journal
        signer = try journal.logSeal.signer()
        var head: LogHead?
        do throws(HistoryError) { head = try LogHead.read(journal.store, journal.logSeal) } catch {
            guard case .damaged = error else { throw error }
            report.note(journal.lastCommitted, "the head of the log is not as it was written")
        }
        self.head = head
        for note in checkpoints { expect(note, at: 0, "the checkpoint given is none of this log's") }
        try journal.store.scan(.checkpoints, from: []) { key, value throws(HistoryError) in
            expect(String(decoding: value, as: UTF8.self), at: NumberKey.number(key) ?? 0, "the checkpoint stored here is not as it was signed")
            return true
        }
        let size = head?.size ?? journal.lastCommitted
        if let longest = expected.keys.max(), longest > size {
            report.note(size + 1, "a checkpoint was signed for \(longest) records, the log has \(size): its end is missing")
        }
    }

    private mutating func expect(_ note: String, at size: UInt64, _ complaint: String) {
        guard let (signed, root) = signer.read(note), size == 0 || size == signed else { return report.note(size, complaint) }
        expected[signed, default: []].append(root)
    }

    /// The next record that is there.
    mutating func meet(_ sequence: UInt64, _ bytes: [UInt8]) throws(HistoryError) {
        if sequence > next { try missing(next..<sequence) }
        let computed = (try? Journal.header(bytes, sequence).end).map { JournalLog.leaf(sequence, bytes, headerEnd: $0) }
        let kept = try leaf(sequence)
        if computed == nil {
            report.note(sequence, "its header is not readable")
        } else if let kept, kept != computed {
            report.note(sequence, "it is not the record that was entered in the log here")
        }
        try add(kept ?? computed, sequence)
    }

    /// All records have been met.
    mutating func end() throws(HistoryError) {
        guard let head else {
            if next > 1, report.isSound { report.note(1, "there is no log of these records") }
            return
        }
        if head.size >= next { try missing(next..<(head.size + 1)) }
        // A server may have gone on meanwhile.
        if next > head.size + 1, try LogHead.read(journal.store, journal.logSeal)?.size ?? 0 < next - 1 {
            report.note(head.size + 1, "records from here to \(next - 1) were never entered in the log")
        }
    }

    private mutating func missing(_ range: Range<UInt64>) throws(HistoryError) {
        var first: UInt64?
        func say(_ end: UInt64, _ report: inout VerificationReport) {
            guard let from = first else { return }
            report.note(from, from == end ? "record \(from) is missing" : "records \(from) to \(end) are missing")
            first = nil
        }
        for sequence in range {
            let kept = try leaf(sequence)
            if kept == JournalLog.lostLeaf(sequence) {
                report.lost += 1
                say(sequence - 1, &report)
            } else if sequence >= head?.first ?? 1, first == nil {
                first = sequence
            }
            try add(kept, sequence)
        }
        say(range.upperBound - 1, &report)
    }

    private mutating func add(_ leaf: MerkleHash?, _ sequence: UInt64) throws(HistoryError) {
        next = sequence + 1
        guard let leaf, isWhole else {
            if isWhole { report.note(sequence, "its leaf of the log is missing") }
            isWhole = false
            return
        }
        var completed: [(level: Int, index: UInt64, hash: MerkleHash)] = []
        frontier.append(leaf) { height, hash in
            if height > 0, height % MerkleTile.height == 0 { completed.append((height / MerkleTile.height, (sequence - 1) >> UInt64(height), hash)) }
        }
        for node in completed where try journal.store.get(.tree, JournalLog.key(level: node.level, node.index)) != node.hash.bytes {
            let width = UInt64(1) << UInt64(MerkleTile.height * node.level)
            report.note(node.index * width + 1, "the log's node over records \(node.index * width + 1) to \((node.index + 1) * width) is not as it was")
        }
        if let head, sequence == head.size, frontier.roots != head.roots {
            report.note(lastGood + 1, "something from here on is not as it was entered in the log")
        }
        guard let roots = expected[sequence] else { return }
        let root = frontier.root
        if roots.allSatisfy({ $0 == root }) {
            report.checkpoints += roots.count
            lastGood = sequence
        } else {
            report.note(lastGood + 1, "records \(lastGood + 1) to \(sequence) are not those that the checkpoint over \(sequence) was signed for")
        }
    }

    /// As the log's tiles keep it; nil where it is in none.
    private mutating func leaf(_ sequence: UInt64) throws(HistoryError) -> MerkleHash? {
        let index = (sequence - 1) / MerkleTile.width, place = Int((sequence - 1) % MerkleTile.width)
        if tile?.index != index {
            tile = (index, MerkleHash.list(try journal.store.get(.tree, JournalLog.key(level: 0, index)) ?? []))
        }
        guard let leaves = tile?.leaves, place < leaves.count else { return nil }
        return leaves[place]
    }
}
