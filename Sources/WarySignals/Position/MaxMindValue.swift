/// A record of a MaxMind DB, or a part of one, as it stands in the file.
public indirect enum MaxMindValue: Hashable, Sendable {
    case text(String)
    case double(Double)
    case integer(UInt64)
    case signed(Int32)
    /// 128 bits and raw bytes: kept as bytes.
    case bytes([UInt8])
    case bool(Bool)
    case array([MaxMindValue])
    case map([String: MaxMindValue])

    /// The value under a key, or nil.
    public subscript(key: String) -> MaxMindValue? {
        if case .map(let entries) = self { entries[key] } else { nil }
    }

    /// The value at an index, or nil.
    public subscript(index: Int) -> MaxMindValue? {
        if case .array(let elements) = self, elements.indices.contains(index) { elements[index] } else { nil }
    }

    /// A number of whichever width as a `Double`.
    public var number: Double? {
        switch self {
        case .double(let value): value
        case .integer(let value): Double(value)
        case .signed(let value): Double(value)
        default: nil
        }
    }

    public var text: String? { if case .text(let value) = self { value } else { nil } }

    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
}
