import Crypto

/// A node of a Merkle tree as RFC 6962, section 2.1 defines it.
struct MerkleHash: Hashable, Sendable {
    let bytes: [UInt8]

    /// SHA-256(0x00 ‖ entry)
    static func leaf(_ entry: [UInt8]) -> MerkleHash { MerkleHash(bytes: Array(SHA256.hash(data: [0] + entry))) }

    /// SHA-256(0x01 ‖ left ‖ right)
    static func node(_ left: MerkleHash, _ right: MerkleHash) -> MerkleHash {
        MerkleHash(bytes: Array(SHA256.hash(data: [1] + left.bytes + right.bytes)))
    }

    static let empty = MerkleHash(bytes: Array(SHA256.hash(data: [UInt8]())))

    /// The root over a run of nodes of one level.
    static func root(_ nodes: ArraySlice<MerkleHash>) -> MerkleHash {
        guard let first = nodes.first else { return empty }
        if nodes.count == 1 { return first }
        var split = 1
        while split * 2 < nodes.count { split *= 2 }
        let middle = nodes.startIndex + split
        return node(root(nodes[..<middle]), root(nodes[middle...]))
    }
}

/// The hashes of a log as tiles of 256 (C2SP tlog-tiles): level 0 holds leaves, each level above the roots of full tiles
/// of the one below. Only the last tile of a level may be partial.
struct MerkleTiles: Sendable {
    static let width = 256
    private(set) var levels: [[MerkleHash]] = [[]]
    private(set) var size: UInt64 = 0

    mutating func append(_ leaf: MerkleHash) {
        size += 1
        add(leaf, level: 0)
    }

    private mutating func add(_ hash: MerkleHash, level: Int) {
        if level == levels.count { levels.append([]) }
        levels[level].append(hash)
        guard levels[level].count % Self.width == 0 else { return }
        add(MerkleHash.root(levels[level].suffix(Self.width)), level: level + 1)
    }

    /// The tree's root: the rightmost partial tiles, from the lowest level up, under the full ones.
    var root: MerkleHash {
        guard size > 0 else { return .empty }
        var right: MerkleHash?
        for level in levels {
            let partial = level.suffix(level.count % Self.width)
            // Full tiles on the left of a level are, as nodes, in the level above.
            guard !partial.isEmpty else { continue }
            right = Self.join(partial, right)
        }
        return right ?? .empty
    }

    /// The root over nodes of one level that are all complete, with what is incomplete on their right.
    private static func join(_ nodes: ArraySlice<MerkleHash>, _ right: MerkleHash?) -> MerkleHash {
        guard let right else { return MerkleHash.root(nodes) }
        // Complete subtrees, largest first, each as large as a power of two allows; the incomplete one is the last.
        var subtrees: [MerkleHash] = [], rest = nodes
        while !rest.isEmpty {
            var width = 1
            while width * 2 <= rest.count { width *= 2 }
            subtrees.append(MerkleHash.root(rest.prefix(width)))
            rest = rest.dropFirst(width)
        }
        return subtrees.reversed().reduce(right) { MerkleHash.node($1, $0) }
    }
}
