import WaryVocabulary

/// A set of 64-bit values by open addressing, at most half full.
struct WordIndex: Sendable {
    private var table: [UInt64]
    /// Stands in the empty places: a value that is not in the set.
    private let vacant: UInt64
    private let shift: UInt64

    init(_ words: some Collection<UInt64>) {
        var bits: UInt64 = 2
        while 1 << bits < words.count * 2 { bits += 1 }
        shift = 64 - bits
        let taken = Set(words)
        var vacant = UInt64.max
        while taken.contains(vacant) { vacant -= 1 }
        self.vacant = vacant
        table = Array(repeating: vacant, count: 1 << Int(bits))
        for word in taken {
            var place = place(of: word)
            while table[place] != vacant { place = (place + 1) & (table.count - 1) }
            table[place] = word
        }
    }

    func contains(_ word: UInt64) -> Bool {
        if word == vacant { return false }
        return table.withUnsafeBufferPointer { table in
            var place = place(of: word)
            while table[place] != vacant {
                if table[place] == word { return true }
                place = (place + 1) & (table.count - 1)
            }
            return false
        }
    }

    /// Fibonacci hashing: the golden ratio's digits spread neighbours apart.
    @inline(__always)
    private func place(of word: UInt64) -> Int { Int(truncatingIfNeeded: (word &* 0x9e37_79b9_7f4a_7c15) >> shift) }
}

/// A set of texts by open addressing over one run of bytes.
struct TextIndex: Sendable {
    private var bytes: [UInt8] = []
    /// Start and length of the text in each place; length −1 where there is none.
    private var places: [(start: Int32, length: Int32)]
    private let mask: Int

    init(_ texts: some Collection<String>) {
        var size = 4
        while size < texts.count * 2 { size *= 2 }
        places = Array(repeating: (0, -1), count: size)
        mask = size - 1
        for text in texts {
            let utf8 = Array(text.utf8)
            if utf8.withUnsafeBufferPointer({ contains($0) }) { continue }
            var place = utf8.withUnsafeBufferPointer { Self.hash($0) } & mask
            while places[place].length >= 0 { place = (place + 1) & mask }
            places[place] = (Int32(bytes.count), Int32(utf8.count))
            bytes += utf8
        }
    }

    func contains(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var place = Self.hash(text) & mask
        while places[place].length >= 0 {
            let (start, length) = places[place]
            if Int(length) == text.count, bytes[Int(start)..<Int(start + length)].elementsEqual(text) { return true }
            place = (place + 1) & mask
        }
        return false
    }

    /// FNV-1a. Lists come from whoever writes policies, so nobody can choose texts that collide.
    private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: hash ^ (hash >> 32))
    }
}

/// The constant sets and lists of a program, ready to be looked into. Each kind lies by itself, so that the machine reaches
/// one by its number alone.
struct MemberIndices: Sendable {
    private(set) var networks: [NetworkIndex] = []
    private(set) var words: [WordIndex] = []
    private(set) var texts: [TextIndex] = []

    /// Adds a set; `element` is the type of what is looked up. Says which instruction looks into it, and its number there.
    mutating func add(_ entries: [Datum], element: ValueType) -> (op: Opcode, index: Int) {
        switch element {
        case .ip, .network:
            networks.append(NetworkIndex(entries.compactMap { datum in
                switch datum {
                case .network(let network): network
                case .ip(let address): Network(address, length: address.isV4 ? 32 : 128)
                default: nil
                }
            }))
            return (.inNetworks, networks.count - 1)
        case .text:
            texts.append(TextIndex(entries.compactMap { if case .text(let text) = $0 { text } else { nil } }))
            return (.inTexts, texts.count - 1)
        default:
            words.append(WordIndex(entries.compactMap { datum in
                // Adding zero turns −0 into 0, which it equals.
                datum.wordInteger.map { UInt64(bitPattern: $0) } ?? datum.wordDouble.map { ($0 + 0).bitPattern }
            }))
            return (.inWords, words.count - 1)
        }
    }
}
