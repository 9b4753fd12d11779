import CMaxMindDB
import Glibc
import WaryVocabulary

/// One MaxMind DB file, held in memory whole: a file that is overwritten in place while mapped would otherwise end the
/// process with SIGBUS. Reading is safe from any thread.
// SAFETY: `handle` is filled by MMDB_open in `init`, only read after (libmaxminddb documents look-ups on one handle as
// thread-safe), and closed in `deinit`, when no reader can be left.
public final class MaxMindFile: @unchecked Sendable {
    private let handle: UnsafeMutablePointer<MMDB_s>

    public let path: String
    /// The type its metadata states, `GeoLite2-City`.
    public let type: String
    /// When it was made; nil where the metadata's number is no date.
    public let built: Instant?
    /// 4 or 6.
    public let addressVersion: Int
    let kind: DatabaseKind

    /// Opens, checks every node of the search tree and decodes a sample of the records.
    public init(path: String) throws(PositionError) {
        let file = try MemoryFile(copying: path)
        defer { file.close() }
        handle = .allocate(capacity: 1)
        handle.initialize(to: MMDB_s())
        let status = MMDB_open(file.path, UInt32(MMDB_MODE_MMAP), handle)
        self.path = path
        guard status == MMDB_SUCCESS else {
            handle.deallocate()
            throw .damaged(path: path, reason: MaxMindFile.text(of: status))
        }
        let metadata = handle.pointee.metadata
        type = metadata.database_type.map { String(cString: $0) } ?? ""
        built = Int64(exactly: metadata.build_epoch).flatMap { seconds in
            let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
            return overflow ? nil : Instant(milliseconds: milliseconds)
        }
        addressVersion = Int(metadata.ip_version)
        kind = DatabaseKind(type: type)
        if let damage = findDamage() { throw .damaged(path: path, reason: damage) }
    }

    deinit {
        MMDB_close(handle)
        handle.deallocate()
    }

    /// What stands in the file for an address, whole, or nil.
    public func record(for address: IPAddress) throws(PositionError) -> MaxMindValue? {
        guard case .found(let entry) = find(address) else { return nil }
        var list: UnsafeMutablePointer<MMDB_entry_data_list_s>?
        var start = entry
        let status = MMDB_get_entry_data_list(&start, &list)
        defer { MMDB_free_entry_data_list(list) }
        guard status == MMDB_SUCCESS else { throw .damaged(path: path, reason: MaxMindFile.text(of: status)) }
        var decoder = MaxMindDecoder(list)
        guard let value = decoder.next(depth: 0) else { throw .damaged(path: path, reason: "a record that cannot be decoded") }
        return value
    }

    enum Finding {
        case found(MMDB_entry_s)
        case absent
        /// The search tree is damaged on this address's way.
        case damaged
    }

    func find(_ address: IPAddress) -> Finding {
        var status: Int32 = 0
        let result: MMDB_lookup_result_s
        if let bits = address.v4Bits {
            var place = sockaddr_in()
            place.sin_family = sa_family_t(AF_INET)
            place.sin_addr.s_addr = bits.bigEndian
            result = withUnsafePointer(to: &place) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { MMDB_lookup_sockaddr(handle, $0, &status) }
            }
        } else {
            guard addressVersion == 6 else { return .absent }
            var place = sockaddr_in6()
            place.sin6_family = sa_family_t(AF_INET6)
            withUnsafeMutableBytes(of: &place.sin6_addr) {
                $0.storeBytes(of: address.high.bigEndian, as: UInt64.self)
                $0.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            result = withUnsafePointer(to: &place) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { MMDB_lookup_sockaddr(handle, $0, &status) }
            }
        }
        guard status == MMDB_SUCCESS else { return .damaged }
        return result.found_entry ? .found(result.entry) : .absent
    }

    static func text(of status: Int32) -> String {
        MMDB_strerror(status).map { String(cString: $0) } ?? "error \(status)"
    }
}

extension MaxMindFile {
    /// Looks at every node's two records and decodes some of the data they point to; nil when all is well.
    private func findDamage() -> String? {
        let count = handle.pointee.metadata.node_count
        var node = MMDB_search_node_s()
        var probed = 0
        var lastProbed: UInt32?
        let size = handle.pointee.data_section_size
        for number in 0..<count {
            let status = MMDB_read_node(handle, number, &node)
            guard status == MMDB_SUCCESS else { return "node \(number) of the search tree: \(MaxMindFile.text(of: status))" }
            for (kind, entry) in [(node.left_record_type, node.left_record_entry), (node.right_record_type, node.right_record_entry)] {
                switch Int32(kind) {
                case MMDB_RECORD_TYPE_SEARCH_NODE, MMDB_RECORD_TYPE_EMPTY: continue
                case MMDB_RECORD_TYPE_DATA where entry.offset < size:
                    guard probed < Limits.recordsProbed, entry.offset != lastProbed else { continue }
                    probed += 1
                    lastProbed = entry.offset
                    if let damage = damage(in: entry) { return "the record at offset \(entry.offset): \(damage)" }
                default: return "node \(number) of the search tree points outside the file"
                }
            }
        }
        return nil
    }

    private func damage(in entry: MMDB_entry_s) -> String? {
        var list: UnsafeMutablePointer<MMDB_entry_data_list_s>?
        var start = entry
        let status = MMDB_get_entry_data_list(&start, &list)
        defer { MMDB_free_entry_data_list(list) }
        return status == MMDB_SUCCESS ? nil : MaxMindFile.text(of: status)
    }
}
