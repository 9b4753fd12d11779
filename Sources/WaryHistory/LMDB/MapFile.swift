import CLMDB
import Glibc

/// Looks at an environment's file before it is mapped: LMDB dies of SIGBUS on one that was cut short.
enum MapFile {
    static func bytes(folder: String) -> Int {
        var facts = stat()
        return stat("\(folder)/data.mdb", &facts) == 0 ? Int(facts.st_size) : 0
    }

    /// Both meta pages must be there, and the file as long as they say, or at least as long as its trees need.
    static func check(folder: String) throws(HistoryError) {
        let path = "\(folder)/data.mdb"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return }
            throw SystemFault.current(path)
        }
        defer { Glibc.close(descriptor) }
        let length = bytes(folder: folder)
        if length == 0 { return }
        guard let first = meta(descriptor, at: 0) else { throw damaged(folder, "its first page") }
        guard let second = meta(descriptor, at: first.pageBytes), second.pageBytes == first.pageBytes else {
            throw damaged(folder, "its second page")
        }
        let newer = second.transaction > first.transaction ? second : first
        let isLongEnough = UInt64(length) >= (newer.lastPage + 1) * UInt64(newer.pageBytes)
        guard isLongEnough || PageWalk.isWhole(descriptor, newer, bytes: length) else {
            throw damaged(folder, "its end: \(length) bytes of \((newer.lastPage + 1) * UInt64(newer.pageBytes))")
        }
        for root in newer.roots where root != .max && root > newer.lastPage { throw damaged(folder, "a meta page's root") }
    }

    static func damaged(_ folder: String, _ place: String) -> HistoryError {
        let help = folder.hasSuffix("profiles")
            ? "delete the folder: it is rebuilt from the journal" : "wary journal salvage keeps what is good"
        return .damaged(file: "\(folder)/data.mdb", place: place, help: help)
    }

    struct Meta {
        let pageBytes: Int
        let lastPage: UInt64
        let transaction: UInt64
        /// Of the free list and of the tables; `.max` for an empty tree.
        let roots: [UInt64]
    }

    /// The fields of `MDB_meta` (mdb.c, data version 1): after the page's 16 bytes of header come magic, version, address,
    /// map size, two `MDB_db` of 48 bytes, the last page and the transaction.
    static func meta(_ descriptor: Int32, at offset: Int) -> Meta? {
        var page = [UInt8](repeating: 0, count: 152)
        guard pread(descriptor, &page, page.count, off_t(offset)) == page.count else { return nil }
        var reader = ByteReader(page, from: 10)
        let isMeta: UInt16? = try? reader.fixed()
        reader = ByteReader(page, from: 16)
        let magic: UInt32? = try? reader.fixed(), version: UInt32? = try? reader.fixed()
        guard isMeta == 0x08, magic == 0xBEEF_C0DE, version == 1 else { return nil }
        reader = ByteReader(page, from: 40)
        let pageBytes: UInt32? = try? reader.fixed()
        reader = ByteReader(page, from: 40 + 40)
        let freeRoot: UInt64? = try? reader.fixed()
        reader = ByteReader(page, from: 88 + 40)
        let mainRoot: UInt64? = try? reader.fixed(), lastPage: UInt64? = try? reader.fixed()
        let transaction: UInt64? = try? reader.fixed()
        guard let pageBytes, (512...65_536).contains(pageBytes), let freeRoot, let mainRoot, let lastPage, let transaction,
              lastPage < 1 << 48
        else { return nil }
        return Meta(pageBytes: Int(pageBytes), lastPage: lastPage, transaction: transaction, roots: [freeRoot, mainRoot])
    }
}
