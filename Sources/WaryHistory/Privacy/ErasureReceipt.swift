import WaryVocabulary

/// Says that an account was erased, without saying whose it was to anyone who does not know its name.
public struct ErasureReceipt: Hashable, Sendable {
    /// The account's keyed hash, in hexadecimal.
    public var pseudonym: String
    public var at: Instant
    /// Records that can be read no more.
    public var records: Int
    /// The instants of the first and the last of them.
    public var first: Instant
    public var last: Instant
}

/// A receipt as it is stored, with what is needed to finish an erasure that a crash cut short.
struct StoredReceipt: Equatable {
    var pseudonym: KeyedHash
    var isFinished: Bool
    var keySlot: UInt32
    var head: UInt64
    var at: Instant
    var records: Int
    var first: Instant
    var last: Instant

    var receipt: ErasureReceipt {
        let name = [pseudonym.high, pseudonym.low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        return ErasureReceipt(pseudonym: name, at: at, records: records, first: first, last: last)
    }

    init(pseudonym: KeyedHash, keySlot: UInt32, head: UInt64, at: Instant, records: Int, first: Instant, last: Instant) {
        self.pseudonym = pseudonym
        isFinished = false
        self.keySlot = keySlot
        self.head = head
        self.at = at
        self.records = records
        self.first = first
        self.last = last
    }

    var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.byte(isFinished ? 2 : 1)
        writer.fixed(keySlot)
        writer.fixed(head)
        for instant in [at, first, last] { writer.fixed(instant.milliseconds) }
        writer.variable(UInt64(records))
        return writer.bytes
    }

    init(_ bytes: [UInt8], pseudonym: KeyedHash) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        let state = try reader.byte()
        guard state == 1 || state == 2 else { throw MalformedBytes() }
        self.pseudonym = pseudonym
        isFinished = state == 2
        keySlot = try reader.fixed()
        head = try reader.fixed()
        at = Instant(milliseconds: try reader.fixed())
        first = Instant(milliseconds: try reader.fixed())
        last = Instant(milliseconds: try reader.fixed())
        records = Int(truncatingIfNeeded: try reader.variable())
    }
}
