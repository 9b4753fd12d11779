import Crypto

/// What stands in the table of records: a record whole, header and sealed part; or, when the sealed part's time is over and
/// others' chains still lead through it, a stub: zero, a tag, the SHA-256 of what was sealed, and the header as it was. Both
/// give the same leaf of the log.
enum RecordForm {
    private static let tagBytes = 8
    private static let digestBytes = 32
    /// Where a stub's header begins.
    static let stubHeader = 1 + tagBytes + digestBytes

    static func isStub(_ bytes: [UInt8]) -> Bool { bytes.first == 0 }

    /// The record without its sealed part, sealed so that nobody else can make one.
    static func stub(_ sequence: UInt64, _ bytes: [UInt8], headerEnd: Int, _ hasher: KeyHasher) -> [UInt8] {
        let header = Array(bytes[..<headerEnd]), digest = Array(SHA256.hash(data: bytes[headerEnd...]))
        return [0] + tag(sequence, digest + header, hasher) + digest + header
    }

    /// Whether a stub was made here.
    static func isGenuine(_ sequence: UInt64, stub: [UInt8], _ hasher: KeyHasher) -> Bool {
        stub.count > stubHeader && Array(stub[1..<(1 + tagBytes)]) == tag(sequence, Array(stub[(1 + tagBytes)...]), hasher)
    }

    /// A leaf's content: number, clear header, SHA-256 of the sealed part.
    static func entry(_ sequence: UInt64, _ bytes: [UInt8], headerEnd: Int) -> [UInt8] {
        var entry = NumberKey.bytes(sequence)
        if isStub(bytes) {
            entry.append(contentsOf: bytes[stubHeader..<headerEnd])
            entry.append(contentsOf: bytes[(1 + tagBytes)..<stubHeader])
        } else {
            entry.append(contentsOf: bytes[..<headerEnd])
            entry.append(contentsOf: SHA256.hash(data: bytes[headerEnd...]))
        }
        return entry
    }

    private static func tag(_ sequence: UInt64, _ rest: [UInt8], _ hasher: KeyHasher) -> [UInt8] {
        NumberKey.bytes(hasher.hash(Array("stub ".utf8) + NumberKey.bytes(sequence) + rest).high)
    }
}
