import WaryVocabulary

/// Whose profile: the kinds of its keys and the keyed hash of their values.
struct ProfileKey: Hashable, Sendable, Comparable {
    let kinds: KeyKinds
    let hash: KeyedHash

    static func < (a: ProfileKey, b: ProfileKey) -> Bool {
        (a.kinds.code, a.hash.high, a.hash.low) < (b.kinds.code, b.hash.high, b.hash.low)
    }

    /// 18 bytes that sort as the keys do.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(18)
        bytes.append(UInt8(kinds.code >> 8))
        bytes.append(UInt8(truncatingIfNeeded: kinds.code))
        for word in [hash.high, hash.low] {
            for shift in stride(from: UInt64(56), through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        return bytes
    }

    init(kinds: KeyKinds, hash: KeyedHash) {
        self.kinds = kinds
        self.hash = hash
    }

    init?(bytes: [UInt8]) {
        guard bytes.count == 18 else { return nil }
        kinds = KeyKinds(code: UInt16(bytes[0]) << 8 | UInt16(bytes[1]))
        func word(_ start: Int) -> UInt64 { bytes[start..<(start + 8)].reduce(0) { $0 << 8 | UInt64($1) } }
        hash = KeyedHash(high: word(2), low: word(10))
    }
}

/// One or two kinds of key, as two bytes that stay the same in every version.
struct KeyKinds: Hashable, Sendable {
    let code: UInt16

    init(code: UInt16) { self.code = code }

    init(_ kinds: [KeyKind]) {
        code = kinds.prefix(2).reduce(0) { $0 << 8 | UInt16(Self.number($1)) }
    }

    static let account = KeyKinds([.account])

    private static func number(_ kind: KeyKind) -> UInt8 {
        switch kind {
        case .account: 1
        case .ip: 2
        case .subnet: 3
        case .network: 4
        case .device: 5
        case .agent: 6
        case .country: 7
        case .credential: 8
        case .tenant: 9
        case .everyone: 10
        }
    }
}

/// What is remembered by one key: sections of words, each with its slot and length in front.
struct Profile: Equatable, Sendable {
    /// The journal's record up to which this profile is applied; applying one at or before it changes nothing.
    var mark: UInt64 = 0
    private(set) var words: [UInt64] = []

    init() {}

    init(mark: UInt64, words: [UInt64]) {
        self.mark = mark
        self.words = words
    }

    func section(_ slot: UInt16) -> Section {
        let place = find(slot)
        return place < words.count ? Section(words: words, start: place + 1, count: Self.length(words[place])) : Section()
    }

    /// Edits a slot's section in place; one that ends empty is removed.
    mutating func edit(_ slot: UInt16, _ body: (inout Section) -> Void) {
        let place = find(slot)
        if place == words.count { words.append(Self.header(slot, 0)) }
        var section = Section(words: words, start: place + 1, count: Self.length(words[place]))
        words = []
        body(&section)
        let count = section.count
        words = section.take()
        if count == 0 { words.remove(at: place) } else { words[place] = Self.header(slot, count) }
    }

    /// Drops sections of aggregates that are in use no more.
    mutating func keep(_ isKept: (UInt16) -> Bool) {
        var place = 0
        while place < words.count {
            let next = min(place + 1 + Self.length(words[place]), words.count)
            if isKept(Self.slot(words[place])) { place = next } else { words.removeSubrange(place..<next) }
        }
    }

    var slots: [UInt16] {
        var slots: [UInt16] = []
        var place = 0
        while place < words.count {
            slots.append(Self.slot(words[place]))
            place += 1 + Self.length(words[place])
        }
        return slots
    }

    /// Gives back memory that growing took ahead, where it is more than a quarter.
    mutating func tighten() {
        guard words.capacity > words.count + words.count / 4 + 2 else { return }
        words = words.withUnsafeBufferPointer { Array($0) }
    }

    /// Bytes of memory, the array's own header included.
    var cost: Int { words.capacity * 8 + 32 }

    private func find(_ slot: UInt16) -> Int {
        var place = 0
        while place < words.count, Self.slot(words[place]) != slot { place += 1 + Self.length(words[place]) }
        return min(place, words.count)
    }

    private static func header(_ slot: UInt16, _ count: Int) -> UInt64 { UInt64(slot) << 48 | UInt64(count) }
    private static func slot(_ header: UInt64) -> UInt16 { UInt16(truncatingIfNeeded: header >> 48) }
    private static func length(_ header: UInt64) -> Int { Int(header & 0xffff_ffff) }
}

/// Slots that are no aggregate's.
enum ReservedSlot {
    /// An account's place in the journal.
    static let link: UInt16 = 0
    static let baseline: UInt16 = 1
    /// What a profile of everyone's holds.
    static let population: UInt16 = 2
    static let firstAggregate: UInt16 = 16
}

/// An account's place in the journal: its newest record, its newest good sign-in, its key.
struct AccountLink: Equatable {
    var head: UInt64 = 0
    var goodHead: UInt64 = 0
    /// 0: none yet.
    var keySlot: UInt32 = 0

    init() {}

    init(_ section: Section) {
        guard section.count == 3 else { return }
        head = section[0]
        goodHead = section[1]
        keySlot = UInt32(truncatingIfNeeded: section[2])
    }

    func write(to section: inout Section) {
        if section.count != 3 { section.replaceAll(with: [0, 0, 0]) }
        section[0] = head
        section[1] = goodHead
        section[2] = UInt64(keySlot)
    }
}
