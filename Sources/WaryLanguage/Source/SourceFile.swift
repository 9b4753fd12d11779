/// One text of a policy: the file itself or one that it includes.
public struct SourceFile: Sendable {
    public struct ID: Hashable, Sendable {
        public let index: Int
        public init(index: Int) { self.index = index }
    }

    public let id: ID
    /// As it was named: relative to the working folder, or absolute.
    public let path: String
    public let text: String
    /// The UTF-8 offset at which each line begins; the first is 0.
    public let lineStarts: [Int]

    public init(id: ID, path: String, text: String) {
        self.id = id
        self.path = path
        self.text = text
        var starts = [0]
        var offset = 0
        for byte in text.utf8 {
            offset += 1
            if byte == UInt8(ascii: "\n") { starts.append(offset) }
        }
        lineStarts = starts
    }

    /// The 0-based index of the line that an offset stands on; the last line for offsets past the end.
    public func lineIndex(at offset: Int) -> Int {
        var low = 0, high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }

    /// The 1-based line and column (in Unicode scalars) of a UTF-8 offset; offsets past the end give the end.
    public func position(at offset: Int) -> (line: Int, column: Int) {
        let bounded = min(max(0, offset), text.utf8.count)
        let low = lineIndex(at: bounded)
        let start = text.utf8.index(text.startIndex, offsetBy: lineStarts[low])
        let end = text.utf8.index(text.startIndex, offsetBy: bounded)
        let column = text.utf8[start..<end].reduce(1) { $1 & 0xc0 == 0x80 ? $0 : $0 + 1 }
        return (low + 1, column)
    }

    /// A line's text without its line break; 1-based, empty when there is no such line.
    public func line(_ number: Int) -> Substring {
        guard number >= 1, number <= lineStarts.count else { return "" }
        let end = number < lineStarts.count ? lineStarts[number] : text.utf8.count
        let view = text.utf8
        let slice = text[view.index(view.startIndex, offsetBy: lineStarts[number - 1])..<view.index(view.startIndex, offsetBy: end)]
        guard slice.last?.isNewline == true else { return slice }
        return slice.dropLast()
    }
}

/// A half-open run of UTF-8 offsets in one source file.
public struct SourceRange: Hashable, Sendable {
    public var file: SourceFile.ID
    public var start: Int
    public var end: Int

    public init(file: SourceFile.ID, start: Int, end: Int) {
        self.file = file
        self.start = start
        self.end = max(start, end)
    }

    /// From the start of this one to the end of another in the same file.
    public func through(_ other: SourceRange) -> SourceRange {
        SourceRange(file: file, start: start, end: max(end, other.end))
    }
}
