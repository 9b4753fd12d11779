import Glibc

/// Goes through the tree of an LMDB file with plain reads, before LMDB, which has no checksums, maps it and follows what it
/// finds: a page number, an offset or a length that was altered would make it abort, or read out of the file.
struct PageCheck {
    private let folder: String
    private let descriptor: Int32
    private let meta: MapFile.Meta
    /// Pages that are still to be looked at.
    private var open: [UInt64] = []
    private var page: [UInt8]
    private var seen: UInt64 = 0
    private let readsLeaves: Bool

    /// - Throws: `.damaged`, naming the page. A file that is not there is fine. Nobody else may write to it meanwhile.
    static func check(folder: String) throws(HistoryError) {
        try MapFile.check(folder: folder)
        let descriptor = Glibc.open("\(folder)/data.mdb", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard let first = MapFile.meta(descriptor, at: 0), let second = MapFile.meta(descriptor, at: first.pageBytes) else { return }
        var check = PageCheck(folder, descriptor, second.transaction > first.transaction ? second : first)
        try check.run()
    }

    private init(_ folder: String, _ descriptor: Int32, _ meta: MapFile.Meta) {
        self.folder = folder
        self.descriptor = descriptor
        self.meta = meta
        page = [UInt8](repeating: 0, count: meta.pageBytes)
        readsLeaves = MapFile.bytes(folder: folder) <= Limits.checkedBytes
    }

    private mutating func run() throws(HistoryError) {
        open = meta.roots.filter { $0 != .max }
        // The tables' own roots stand in leaves of the second tree, which is small.
        try look(atLeaves: true)
        if !tables.isEmpty {
            open = tables
            try look(atLeaves: readsLeaves)
        }
    }

    private var tables: [UInt64] = []

    private mutating func look(atLeaves: Bool) throws(HistoryError) {
        while let number = open.popLast() {
            seen += 1
            guard number <= meta.lastPage, seen <= meta.lastPage + 1 else { throw damaged(number) }
            guard pread(descriptor, &page, page.count, off_t(number) * off_t(page.count)) == page.count else { throw damaged(number) }
            try lookAtPage(number, atLeaves)
        }
    }

    private mutating func lookAtPage(_ number: UInt64, _ atLeaves: Bool) throws(HistoryError) {
        let kind = word(10) & 0x0f, lower = Int(word(12)), upper = Int(word(14))
        guard long(0) == number, kind == 1 || kind == 2, lower >= 16, lower <= upper, upper <= page.count, lower % 2 == 0 else {
            throw damaged(number)
        }
        var areLeaves: Bool?
        for index in 0..<((lower - 16) / 2) {
            let place = Int(word(16 + 2 * index))
            guard place >= upper, place + 8 <= page.count else { throw damaged(number) }
            let keyEnd = place + 8 + Int(word(place + 6))
            guard keyEnd <= page.count else { throw damaged(number) }
            if kind == 1 {
                let child = UInt64(word(place)) | UInt64(word(place + 2)) << 16 | UInt64(word(place + 4)) << 32
                guard child >= 2, child <= meta.lastPage else { throw damaged(number) }
                // All children of a page are of one kind: one look tells whether they have to be read.
                if areLeaves == nil { areLeaves = isLeaf(child) }
                if areLeaves == false || atLeaves { open.append(child) }
            } else {
                try lookAtLeaf(place, keyEnd, number)
            }
        }
    }

    private mutating func lookAtLeaf(_ place: Int, _ keyEnd: Int, _ number: UInt64) throws(HistoryError) {
        let length = Int(word(place)) | Int(word(place + 2)) << 16, flags = word(place + 4)
        if flags & 0x01 != 0 {
            guard keyEnd + 8 <= page.count, case let first = long(keyEnd), first >= 2, first <= meta.lastPage,
                  first + UInt64((length + 16 + page.count - 1) / page.count) <= meta.lastPage + 1
            else { throw damaged(number) }
            return
        }
        guard keyEnd + length <= page.count else { throw damaged(number) }
        if flags & 0x02 != 0 {
            guard length == 48 else { throw damaged(number) }
            let root = long(keyEnd + 40)
            guard root == .max || root <= meta.lastPage else { throw damaged(number) }
            if root != .max { tables.append(root) }
        }
    }

    private func isLeaf(_ number: UInt64) -> Bool {
        var head = [UInt8](repeating: 0, count: 16)
        guard pread(descriptor, &head, head.count, off_t(number) * off_t(page.count)) == head.count else { return false }
        return head[10] & 0x02 != 0
    }

    private func word(_ place: Int) -> UInt16 { UInt16(page[place]) | UInt16(page[place + 1]) << 8 }

    private func long(_ place: Int) -> UInt64 { (0..<8).reversed().reduce(0) { $0 << 8 | UInt64(page[place + $1]) } }

    private func damaged(_ number: UInt64) -> HistoryError { MapFile.damaged(folder, "page \(number)") }
}
