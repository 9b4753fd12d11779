import Glibc

/// The bytes of one connection on their way to becoming lines. It finds the same lines however the bytes were cut.
struct LineBuffer {
    enum Line: Equatable {
        /// A whole line without its newline: a range of `bytes`.
        case line(Range<Int>)
        /// As many bytes as a line may have came without a newline.
        case tooLong
    }

    /// What was received, then room; `JSONParser.padding` bytes of room at least, so that a line is parsed in place.
    private(set) var bytes: [UInt8] = []
    private var start = 0
    private var scanned = 0
    private var end = 0

    /// True when there are bytes that no newline has ended yet, and none that one has.
    var isHalf: Bool { start < end && scanned == end }

    mutating func append(_ received: UnsafeRawBufferPointer) {
        guard !received.isEmpty else { return }
        makeRoom(for: received.count)
        let end = end
        bytes.withUnsafeMutableBytes { UnsafeMutableRawBufferPointer(rebasing: $0[end...]).copyMemory(from: received) }
        self.end += received.count
    }

    /// The next line that is whole and not blank; its range is good until the next call of any method.
    mutating func next() -> Line? {
        while start < end {
            let length = bytes.withUnsafeBytes { Self.newline(in: UnsafeRawBufferPointer(rebasing: $0[scanned..<end])) }
            guard let length else {
                scanned = end
                return end - start >= ServerLimits.lineBytes ? .tooLong : nil
            }
            let line = start..<(scanned + length)
            guard line.count < ServerLimits.lineBytes else { return .tooLong }
            start = line.upperBound + 1
            scanned = start
            if !isBlank(line) { return .line(line) }
        }
        releaseIfIdle()
        return nil
    }

    /// Forgets what no newline has ended.
    mutating func dropHalf() {
        guard isHalf else { return }
        end = start
    }

    mutating func dropAll() { self = LineBuffer() }

    private mutating func makeRoom(for count: Int) {
        if start == end {
            (start, scanned, end) = (0, 0, 0)
        } else if start > 0, end + count + JSONParser.padding > bytes.count {
            bytes.withUnsafeMutableBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                memmove(base, base + start, end - start)
            }
            (start, scanned, end) = (0, scanned - start, end - start)
        }
        let needed = end + count + JSONParser.padding
        if needed > bytes.count {
            bytes.append(contentsOf: repeatElement(0, count: max(needed, 2 * bytes.count, 4096) - bytes.count))
        }
    }

    /// What an idle connection may keep: pipelines of a common depth do not pay for memory each time.
    private static let idleBytes = 16_384

    private mutating func releaseIfIdle() {
        if start == end, bytes.count > Self.idleBytes { dropAll() }
    }

    private func isBlank(_ line: Range<Int>) -> Bool {
        line.isEmpty || bytes[line].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
    }

    private static func newline(in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress, let found = memchr(base, 0x0a, bytes.count) else { return nil }
        return UnsafeRawPointer(found) - base
    }
}
