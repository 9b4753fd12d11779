import WaryVocabulary

/// The Merkle log over the journal's records, one leaf a record, kept up with every commit: a leaf goes to disk in the
/// transaction that brings its record, so no answer leaves before its record is in the log.
///
/// On disk: full tiles of 256 leaves and, one by one, the nodes above them; the head, with what is at the growing end; and
/// the checkpoints signed so far. Leaves stay when their records are trimmed or erased: 32 bytes a record.
struct JournalLog {
    private(set) var frontier = MerkleFrontier()
    /// The leaves behind the last full tile.
    private(set) var partial: [MerkleHash] = []

    var size: UInt64 { frontier.size }

    /// Adds a leaf, and to `changes` what it completes.
    mutating func append(_ leaf: MerkleHash, to changes: inout [Change]) {
        let number = size
        partial.append(leaf)
        if UInt64(partial.count) == MerkleTile.width {
            changes.append(tileOfPartial)
            partial.removeAll(keepingCapacity: true)
        }
        frontier.append(leaf) { height, hash in
            guard height > 0, height % MerkleTile.height == 0 else { return }
            changes.append(.put(.tree, Self.key(level: height / MerkleTile.height, number >> UInt64(height)), hash.bytes))
        }
    }

    /// The last leaves as a tile that is not full: written when records that they are of go.
    var tileOfPartial: Change {
        .put(.tree, Self.key(level: 0, (size - UInt64(partial.count % Int(MerkleTile.width))) / MerkleTile.width), partial.flatMap(\.bytes))
    }

    /// Of a tile of leaves (level 0), or of a single node above them.
    static func key(level: Int, _ index: UInt64) -> [UInt8] { [UInt8(level)] + NumberKey.bytes(index) }

    /// What is signed for: the record's number, its clear header, and the SHA-256 of its sealed part. Pseudonyms only.
    static func leaf(_ sequence: UInt64, _ bytes: [UInt8], headerEnd: Int) -> MerkleHash {
        .leaf(RecordForm.entry(sequence, bytes, headerEnd: headerEnd))
    }

    /// Of a record that was lost with what it said, and was written over by `salvage`.
    static func lostLeaf(_ sequence: UInt64) -> MerkleHash { .leaf(NumberKey.bytes(sequence)) }

    init() {}

    /// The log as it stands on disk.
    /// - Parameter isLenient: for looking only: what is missing at its growing end is left out, for `verify` to name.
    init(_ store: any Store, _ seal: LogSeal, isLenient: Bool) throws(HistoryError) {
        guard let head = try LogHead.read(store, seal) else { return }
        frontier = MerkleFrontier(size: head.size, roots: head.roots)
        let start = head.size / MerkleTile.width * MerkleTile.width
        if let kept = try store.get(.tree, Self.key(level: 0, start / MerkleTile.width)) {
            partial = Array(MerkleHash.list(kept).prefix(Int(head.size - start)))
        }
        for sequence in (start + UInt64(partial.count) + 1)..<(head.size + 1) {
            guard let bytes = try store.get(.records, NumberKey.bytes(sequence)) else {
                if isLenient { return }
                throw Journal.damaged(sequence)
            }
            partial.append(Self.leaf(sequence, bytes, headerEnd: try Journal.header(bytes, sequence).end))
        }
    }
}

/// How long the log is and how it ends, sealed: who does not have the installation's key can neither cut the journal's
/// end off nor add to it without being found out.
struct LogHead: Equatable {
    var size: UInt64
    /// The first record that is held; those before it were trimmed.
    var first: UInt64
    var roots: [MerkleHash]

    static let key = Array("log".utf8)
    private static let tagBytes = 16

    func sealed(_ seal: LogSeal) -> [UInt8] {
        var writer = ByteWriter()
        writer.byte(1)
        writer.fixed(size)
        writer.fixed(first)
        for root in roots { writer.append(root.bytes) }
        return writer.bytes + seal.tag(writer.bytes)
    }

    /// Nil where no record was ever written.
    static func read(_ store: any Store, _ seal: LogSeal) throws(HistoryError) -> LogHead? {
        guard let bytes = try store.get(.facts, key) else { return nil }
        let body = Array(bytes.dropLast(tagBytes))
        guard bytes.count >= tagBytes, Array(bytes.suffix(tagBytes)) == seal.tag(body) else { throw damaged }
        var reader = ByteReader(body)
        do throws(MalformedBytes) {
            guard try reader.byte() == 1 else { throw MalformedBytes() }
            let size: UInt64 = try reader.fixed(), first: UInt64 = try reader.fixed()
            let roots = MerkleHash.list(Array(body[reader.offset...]))
            guard roots.count == size.nonzeroBitCount else { throw MalformedBytes() }
            return LogHead(size: size, first: first, roots: roots)
        } catch { throw damaged }
    }

    static let damaged = HistoryError.damaged(file: "journal", place: "the head of its log", help: "wary journal salvage keeps what is good")
}
