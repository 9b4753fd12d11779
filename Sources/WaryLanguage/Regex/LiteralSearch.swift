/// Looks for a few literals at once, eight places of the text at a time: at each place two neighbouring bytes of every
/// literal are compared, and only where both are met is the literal itself. For ASCII texts alone, where it means the same as
/// PCRE2; any other text is PCRE2's, whose words and cases know all of Unicode.
struct LiteralSearch: Sendable {
    private struct Needle: Sendable {
        /// The probed pair, eight times side by side, all with bit 5 set, which makes the cases of a letter one (and some
        /// other bytes, ruled out later).
        var first: UInt64
        var second: UInt64
        /// Where the pair stands in the literal.
        var offset: Int
        var start: Int
        var count: Int
        var startsAtBoundary: Bool
        var endsAtBoundary: Bool
    }

    private let needles: [Needle]
    /// The literals one after another, in lower case when case does not matter.
    private let bytes: [UInt8]
    private let foldsCase: Bool

    /// Nil where the expression is more than literals.
    init?(pattern: String, flags: String) {
        guard let literals = LiteralPattern.literals(of: pattern, flags: flags) else { return nil }
        foldsCase = flags.contains("i")
        var needles: [Needle] = []
        var bytes: [UInt8] = []
        for literal in literals {
            let folded = foldsCase ? literal.bytes.map(Self.lower) : literal.bytes
            let offset = Self.rarest(folded)
            needles.append(Needle(first: Self.spread(folded[offset] | 0x20), second: Self.spread(folded[offset + 1] | 0x20),
                                  offset: offset, start: bytes.count, count: folded.count,
                                  startsAtBoundary: literal.startsAtBoundary, endsAtBoundary: literal.endsAtBoundary))
            bytes += folded
        }
        self.needles = needles
        self.bytes = bytes
    }

    /// Whether any of the literals stands in the text; nil where the text is not ASCII.
    func find(in text: UnsafeBufferPointer<UInt8>) -> Bool? {
        needles.withUnsafeBufferPointer { needles in
            bytes.withUnsafeBufferPointer { bytes in
                text.count > Self.block ? findInBlocks(UnsafeRawBufferPointer(text), needles, bytes) : findInShort(text, needles, bytes)
            }
        }
    }

    /// Bytes looked at in one turn.
    private static let block = 16

    /// A byte, eight times side by side.
    @inline(__always)
    private static func spread(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

    private func findInBlocks(_ text: UnsafeRawBufferPointer, _ needles: UnsafeBufferPointer<Needle>,
                              _ bytes: UnsafeBufferPointer<UInt8>) -> Bool? {
        guard let base = text.baseAddress, Self.isASCII(base, text.count) else { return nil }
        // Pairs take one byte more than there are places; the last block overlaps the one before.
        let last = text.count - Self.block - 1
        let bit5 = Self.spread(0x20), most = Self.spread(0x7f), high = Self.spread(0x80)
        var place = 0
        while true {
            let first0 = Self.word(base, place) | bit5, first1 = Self.word(base, place + 8) | bit5
            let second0 = Self.word(base, place + 1) | bit5, second1 = Self.word(base, place + 9) | bit5
            // All bytes are below 128, so adding 127 sets the highest bit of just those that differ.
            var different = high
            for needle in needles {
                different &= ((first0 ^ needle.first) | (second0 ^ needle.second)) &+ most
                different &= ((first1 ^ needle.first) | (second1 ^ needle.second)) &+ most
            }
            if different & high != high, isFound(at: place..<(place + Self.block), text, needles, bytes) { return true }
            if place == last { return false }
            place = min(place + Self.block, last)
        }
    }

    @inline(__always)
    private static func word(_ base: UnsafeRawPointer, _ place: Int) -> UInt64 { base.loadUnaligned(fromByteOffset: place, as: UInt64.self) }

    /// Of a text of at least eight bytes.
    private static func isASCII(_ base: UnsafeRawPointer, _ count: Int) -> Bool {
        var all = word(base, count - 8)
        var place = 0
        while place + 8 <= count {
            all |= word(base, place)
            place += 8
        }
        return all & spread(0x80) == 0
    }

    private func findInShort(_ text: UnsafeBufferPointer<UInt8>, _ needles: UnsafeBufferPointer<Needle>,
                             _ bytes: UnsafeBufferPointer<UInt8>) -> Bool? {
        for byte in text where byte >= 0x80 { return nil }
        return text.count >= 2 && isFound(at: 0..<(text.count - 1), UnsafeRawBufferPointer(text), needles, bytes)
    }

    @inline(never)
    private func isFound(at places: Range<Int>, _ text: UnsafeRawBufferPointer, _ needles: UnsafeBufferPointer<Needle>,
                         _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        for needle in needles {
            for place in places where text[place] | 0x20 == UInt8(truncatingIfNeeded: needle.first) && stands(needle, at: place - needle.offset, text, bytes) { return true }
        }
        return false
    }

    private func stands(_ needle: Needle, at start: Int, _ text: UnsafeRawBufferPointer, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard start >= 0, start + needle.count <= text.count else { return false }
        for index in 0..<needle.count {
            let byte = text[start + index]
            if (foldsCase ? Self.lower(byte) : byte) != bytes[needle.start + index] { return false }
        }
        return (!needle.startsAtBoundary || Self.isBoundary(start, text)) && (!needle.endsAtBoundary || Self.isBoundary(start + needle.count, text))
    }

    private static func isBoundary(_ place: Int, _ text: UnsafeRawBufferPointer) -> Bool {
        let before = place > 0 && LiteralPattern.isWord(text[place - 1])
        let after = place < text.count && LiteralPattern.isWord(text[place])
        return before != after
    }

    private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }

    /// The pair that texts of this kind have least often: the fewer candidates, the less is compared.
    private static func rarest(_ literal: [UInt8]) -> Int {
        let commonest = Array("eaotinrslcdmpuhgbwfk0ivy/. xzjq".utf8)
        func rank(_ byte: UInt8) -> Int { commonest.firstIndex(of: lower(byte)) ?? commonest.count }
        return (0..<(literal.count - 1)).max { rank(literal[$0]) + rank(literal[$0 + 1]) < rank(literal[$1]) + rank(literal[$1 + 1]) } ?? 0
    }
}
