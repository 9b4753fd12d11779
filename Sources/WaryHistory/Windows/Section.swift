/// One aggregate's state inside a profile: a run of 64-bit words that grows and shrinks in place.
///
/// States are kept packed instead of as objects: a profile is one array, small in memory, and what is in memory is
/// what is written.
struct Section {
    private(set) var words: [UInt64]
    private let start: Int
    private(set) var count: Int

    init(words: [UInt64], start: Int, count: Int) {
        self.words = words
        self.start = start
        self.count = count
    }

    /// One that stands alone: for tests and for what is computed aside.
    init() { self.init(words: [], start: 0, count: 0) }

    var isEmpty: Bool { count == 0 }

    subscript(index: Int) -> UInt64 {
        get { words[start + index] }
        set { words[start + index] = newValue }
    }

    mutating func append(_ word: UInt64) {
        if start + count == words.count { words.append(word) } else { words.insert(word, at: start + count) }
        count += 1
    }

    mutating func insert(_ word: UInt64, at index: Int) {
        words.insert(word, at: start + index)
        count += 1
    }

    mutating func insert(_ first: UInt64, _ second: UInt64, at index: Int) {
        words.insert(contentsOf: [first, second], at: start + index)
        count += 2
    }

    mutating func remove(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        words.removeSubrange((start + range.lowerBound)..<(start + range.upperBound))
        count -= range.count
    }

    mutating func insert<let size: Int>(_ new: InlineArray<size, UInt64>, at index: Int) {
        words.replaceSubrange((start + index)..<(start + index), with: repeatElement(0, count: size))
        for place in new.indices { words[start + index + place] = new[place] }
        count += size
    }

    mutating func replace(_ range: Range<Int>, with new: [UInt64]) {
        words.replaceSubrange((start + range.lowerBound)..<(start + range.upperBound), with: new)
        count += new.count - range.count
    }

    mutating func replaceAll(with new: [UInt64]) {
        words.replaceSubrange(start..<(start + count), with: new)
        count = new.count
    }

    /// Gives the words back and keeps none, so that they are not copied.
    consuming func take() -> [UInt64] { words }

    var payload: ArraySlice<UInt64> { words[start..<(start + count)] }
}

/// An instant in the upper 43 bits of a word, which reach to the year 2248, and 21 bits of something else below.
enum Stamp {
    static let lowBits: UInt64 = 21
    static let lowMask: UInt64 = 1 << lowBits - 1
    private static let latest: Int64 = 1 << 43 - 1

    static func pack(_ milliseconds: Int64, _ low: UInt64 = 0) -> UInt64 {
        UInt64(min(max(milliseconds, 0), latest)) << lowBits | (low & lowMask)
    }

    static func milliseconds(_ word: UInt64) -> Int64 { Int64(word >> lowBits) }

    static func low(_ word: UInt64) -> UInt64 { word & lowMask }
}
