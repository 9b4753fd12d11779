import Glibc

/// Reads the entries of an LMDB file page by page with plain reads, following no pointer but those inside a page: works
/// on a file that LMDB itself would refuse or die of. What it finds may be stale or damaged; the caller judges.
enum PageScan {
    private static let header = 16
    private static let leaf: UInt16 = 0x02
    private static let leaf2: UInt16 = 0x20
    private static let bigData: UInt16 = 0x01
    private static let subTable: UInt16 = 0x02

    /// Every key of `keyBytes` bytes with its value. Page by page; false stops.
    static func entries(folder: String, keyBytes: Int, _ body: ([UInt8], [UInt8]) throws(HistoryError) -> Bool) throws(HistoryError) {
        let path = "\(folder)/data.mdb"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemFault.current(path) }
        defer { close(descriptor) }
        let size = [0, 4096].lazy.compactMap { MapFile.meta(descriptor, at: $0)?.pageBytes }.first ?? 4096
        let pages = MapFile.bytes(folder: folder) / size
        var page = [UInt8](repeating: 0, count: size)
        for number in 2..<max(2, pages) {
            guard pread(descriptor, &page, size, off_t(number * size)) == size else { continue }
            guard word(page, 10) & (leaf | leaf2) == leaf else { continue }
            let lower = Int(word(page, 12)), count = (lower - header) / 2
            guard lower >= header, lower <= size else { continue }
            for index in 0..<count {
                guard let entry = entry(page, Int(word(page, header + 2 * index)), keyBytes, descriptor, size) else { continue }
                guard try body(entry.key, entry.value) else { return }
            }
        }
    }

    private static func entry(_ page: [UInt8], _ place: Int, _ keyBytes: Int, _ descriptor: Int32,
                              _ size: Int) -> (key: [UInt8], value: [UInt8])? {
        guard place >= header, place + 8 + keyBytes <= size, Int(word(page, place + 6)) == keyBytes else { return nil }
        let length = Int(word(page, place)) | Int(word(page, place + 2)) << 16, flags = word(page, place + 4)
        let start = place + 8 + keyBytes
        let key = Array(page[(place + 8)..<start])
        guard flags & subTable == 0, length <= Limits.largestValue else { return nil }
        if flags & bigData == 0 { return start + length <= size ? (key, Array(page[start..<(start + length)])) : nil }
        guard start + 8 <= size else { return nil }
        let overflow = (0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(page[start + $1]) }
        guard overflow < 1 << 40 else { return nil }
        var value = [UInt8](repeating: 0, count: length)
        guard pread(descriptor, &value, length, off_t(Int(overflow) * size + header)) == length else { return nil }
        return (key, value)
    }

    private static func word(_ page: [UInt8], _ place: Int) -> UInt16 { UInt16(page[place]) | UInt16(page[place + 1]) << 8 }
}
