import CMaxMindDB

/// Turns libmaxminddb's flat list of a record's values into a tree.
struct MaxMindDecoder {
    private var item: UnsafeMutablePointer<MMDB_entry_data_list_s>?

    init(_ first: UnsafeMutablePointer<MMDB_entry_data_list_s>?) { item = first }

    /// The next value with all that it holds; nil when the list ends early or is nested too deep.
    mutating func next(depth: Int) -> MaxMindValue? {
        guard depth < Limits.recordDepth, let data = item?.pointee.entry_data else { return nil }
        item = item?.pointee.next
        switch Int32(data.type) {
        case MMDB_DATA_TYPE_UTF8_STRING: return .text(data.text(limit: .max))
        case MMDB_DATA_TYPE_DOUBLE: return .double(data.double_value)
        case MMDB_DATA_TYPE_FLOAT: return .double(Double(data.float_value))
        case MMDB_DATA_TYPE_UINT16: return .integer(UInt64(data.uint16))
        case MMDB_DATA_TYPE_UINT32: return .integer(UInt64(data.uint32))
        case MMDB_DATA_TYPE_UINT64: return .integer(data.uint64)
        case MMDB_DATA_TYPE_INT32: return .signed(data.int32)
        case MMDB_DATA_TYPE_BOOLEAN: return .bool(data.boolean)
        case MMDB_DATA_TYPE_BYTES: return .bytes(Array(UnsafeBufferPointer(start: data.bytes, count: Int(data.data_size))))
        case MMDB_DATA_TYPE_UINT128: return .bytes(data.wideBytes)
        case MMDB_DATA_TYPE_ARRAY: return array(count: data.data_size, depth: depth)
        case MMDB_DATA_TYPE_MAP: return map(count: data.data_size, depth: depth)
        default: return nil
        }
    }

    private mutating func array(count: UInt32, depth: Int) -> MaxMindValue? {
        var elements: [MaxMindValue] = []
        for _ in 0..<count {
            guard let element = next(depth: depth + 1) else { return nil }
            elements.append(element)
        }
        return .array(elements)
    }

    private mutating func map(count: UInt32, depth: Int) -> MaxMindValue? {
        var entries: [String: MaxMindValue] = [:]
        for _ in 0..<count {
            guard case .text(let key)? = next(depth: depth + 1), let value = next(depth: depth + 1) else { return nil }
            entries[key] = value
        }
        return .map(entries)
    }
}

extension MMDB_entry_data_s {
    /// The 16 bytes of a 128-bit number, most significant first: Swift sees no C type of that width, so they are taken
    /// from where the union stands.
    var wideBytes: [UInt8] {
        guard let offset = MemoryLayout<MMDB_entry_data_s>.offset(of: \.bytes) else { return [] }
        return withUnsafeBytes(of: self) { Array($0[offset..<offset + 16].reversed()) }
    }

    /// A text's characters, invalid UTF-8 replaced, cut to at most `limit` bytes at a character's boundary.
    func text(limit: Int) -> String {
        guard let start = utf8_string else { return "" }
        var length = min(Int(data_size), limit)
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(data_size))
        while length > 0, length < bytes.count, bytes[length] & 0xc0 == 0x80 { length -= 1 }
        return String(decoding: bytes.prefix(length), as: UTF8.self)
    }
}
