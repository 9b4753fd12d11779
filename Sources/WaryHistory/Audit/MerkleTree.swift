import Crypto

/// A node of a Merkle tree as RFC 6962, section 2.1 defines it.
struct MerkleHash: Hashable, Sendable {
    static let byteCount = 32
    let bytes: [UInt8]

    /// SHA-256(0x00 ‖ entry)
    static func leaf(_ entry: [UInt8]) -> MerkleHash { hash(0, entry[...], []) }

    /// SHA-256(0x01 ‖ left ‖ right)
    static func node(_ left: MerkleHash, _ right: MerkleHash) -> MerkleHash { hash(1, left.bytes[...], right.bytes[...]) }

    static let empty = MerkleHash(bytes: Array(SHA256.hash(data: [UInt8]())))

    private static func hash(_ prefix: UInt8, _ first: ArraySlice<UInt8>, _ second: ArraySlice<UInt8>) -> MerkleHash {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1 + first.count + second.count)
        bytes.append(prefix)
        bytes.append(contentsOf: first)
        bytes.append(contentsOf: second)
        return MerkleHash(bytes: Array(SHA256.hash(data: bytes)))
    }

    /// Hashes that stand one behind the other, as a tile holds them.
    static func list(_ bytes: [UInt8]) -> [MerkleHash] {
        stride(from: 0, to: bytes.count - bytes.count % byteCount, by: byteCount).map {
            MerkleHash(bytes: Array(bytes[$0..<($0 + byteCount)]))
        }
    }
}

/// The growing end of a Merkle tree: the roots of its complete subtrees, the largest first, one for each bit of its size.
/// From them follows its root; and with the leaves to come, every later one.
struct MerkleFrontier: Hashable, Sendable {
    private(set) var size: UInt64 = 0
    private(set) var roots: [MerkleHash] = []

    init() {}

    init(size: UInt64, roots: [MerkleHash]) {
        self.size = size
        self.roots = roots
    }

    /// Adds a leaf.
    /// - Parameter completed: told the root of each subtree that it completes, with its height: 0 is the leaf itself.
    mutating func append(_ leaf: MerkleHash, completed: (_ height: Int, MerkleHash) -> Void = { _, _ in }) {
        var hash = leaf, rest = size, height = 0
        completed(0, hash)
        while rest & 1 == 1, let left = roots.popLast() {
            hash = .node(left, hash)
            rest >>= 1
            height += 1
            completed(height, hash)
        }
        roots.append(hash)
        size += 1
    }

    var root: MerkleHash {
        guard let last = roots.last else { return .empty }
        return roots.dropLast().reversed().reduce(last) { .node($1, $0) }
    }
}

/// How a tree's hashes are laid out in tiles of 256 (C2SP tlog-tiles): level 0 holds leaves, each level above the roots of
/// full tiles of the one below.
enum MerkleTile {
    static let width: UInt64 = 256
    /// A tile's root is so many levels of the tree above its hashes.
    static let height = 8

    /// `tile/L/N[.p/W]`: three digits a folder, all but the last with an x in front; a partial tile's width at the end.
    static func path(_ level: String, _ index: UInt64, _ width: UInt64) -> String {
        var parts: [String] = [], rest = index
        repeat {
            let digits = String(rest % 1000)
            parts.insert(String(repeating: "0", count: 3 - digits.count) + digits, at: 0)
            rest /= 1000
        } while rest > 0
        let number = parts.enumerated().map { $0.offset < parts.count - 1 ? "x\($0.element)" : $0.element }.joined(separator: "/")
        return "tile/\(level)/\(number)" + (width < Self.width ? ".p/\(width)" : "")
    }
}
