import Glibc

/// Follows an LMDB file's trees with plain reads. A file may end before the last page that its meta page counts: pages that
/// one transaction took and gave back are never written. It is whole all the same if no tree leads past its end.
struct PageWalk {
    private static let header = 16
    private static let branch: UInt16 = 0x01
    private static let leaf: UInt16 = 0x02
    private static let bigData: UInt16 = 0x01
    private static let subTable: UInt16 = 0x02
    /// Levels of pages: no tree that LMDB makes is as deep.
    private static let depth = 32

    private let descriptor: Int32
    private let size: Int
    private let pages: UInt64

    /// Whether everything that the trees lead to lies within the file.
    static func isWhole(_ descriptor: Int32, _ meta: MapFile.Meta, bytes: Int) -> Bool {
        let walk = PageWalk(descriptor: descriptor, size: meta.pageBytes, pages: UInt64(bytes / meta.pageBytes))
        return meta.roots.allSatisfy { $0 == .max || walk.isWhole($0, depth: 0) }
    }

    private init(descriptor: Int32, size: Int, pages: UInt64) {
        self.descriptor = descriptor
        self.size = size
        self.pages = pages
    }

    private func isWhole(_ number: UInt64, depth: Int) -> Bool {
        guard number < pages, depth < Self.depth else { return false }
        var page = [UInt8](repeating: 0, count: size)
        guard pread(descriptor, &page, size, off_t(number) * off_t(size)) == size else { return false }
        let flags = word(page, 10), lower = Int(word(page, 12))
        guard flags & (Self.branch | Self.leaf) != 0, lower >= Self.header, lower <= size else { return false }
        for index in 0..<((lower - Self.header) / 2) {
            let node = Int(word(page, Self.header + 2 * index))
            guard node >= Self.header, node + 8 <= size else { return false }
            if flags & Self.branch != 0 {
                let child = UInt64(word(page, node)) | UInt64(word(page, node + 2)) << 16 | UInt64(word(page, node + 4)) << 32
                guard isWhole(child, depth: depth + 1) else { return false }
            } else if !leadsWithin(page, node, depth) { return false }
        }
        return true
    }

    /// A leaf's entry may lead to pages of its own, or to another table's tree.
    private func leadsWithin(_ page: [UInt8], _ node: Int, _ depth: Int) -> Bool {
        let flags = word(page, node + 4), data = node + 8 + Int(word(page, node + 6))
        let length = Int(word(page, node)) | Int(word(page, node + 2)) << 16
        if flags & Self.bigData != 0 {
            guard data + 8 <= size else { return false }
            let count = UInt64((Self.header + length + size - 1) / size), first = long(page, data)
            return first < pages && first + count <= pages
        }
        guard flags & Self.subTable != 0 else { return true }
        guard data + 48 <= size else { return false }
        let root = long(page, data + 40)
        return root == .max || isWhole(root, depth: depth + 1)
    }

    private func word(_ page: [UInt8], _ place: Int) -> UInt16 { UInt16(page[place]) | UInt16(page[place + 1]) << 8 }

    private func long(_ page: [UInt8], _ place: Int) -> UInt64 {
        (0..<8).reversed().reduce(0) { $0 << 8 | UInt64(page[place + $1]) }
    }
}
