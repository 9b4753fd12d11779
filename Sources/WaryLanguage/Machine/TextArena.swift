/// Bytes of texts for one evaluation. Chunks are kept for the next, so that a machine in use allocates nothing.
final class TextArena {
    private struct Chunk {
        let base: UnsafeMutableRawPointer
        let size: Int
    }
    private static let chunkSize = 64 << 10
    private var chunks: [Chunk] = []
    private let first: Chunk
    /// What is free of the current chunk, and its number.
    private let free: UnsafeMutablePointer<(start: UnsafeMutableRawPointer, end: UnsafeMutableRawPointer, chunk: Int)>

    init() {
        first = Chunk(base: .allocate(byteCount: Self.chunkSize, alignment: 16), size: Self.chunkSize)
        chunks = [first]
        free = .allocate(capacity: 1)
        free.initialize(to: (first.base, first.base + first.size, 0))
    }

    deinit {
        for chunk in chunks { chunk.base.deallocate() }
        free.deallocate()
    }

    /// Forgets all texts: pointers handed out before must not be used any longer.
    func reset() { free.pointee = (first.base, first.base + first.size, 0) }

    func copy(_ text: String) -> Word {
        var text = text
        return text.withUTF8 { copy($0) }
    }

    func copy(_ bytes: UnsafeBufferPointer<UInt8>) -> Word {
        let place = reserve(bytes.count)
        if let source = bytes.baseAddress { place.copyMemory(from: source, byteCount: bytes.count) }
        return Word(UInt64(UInt(bitPattern: place)), UInt64(bytes.count))
    }

    @inline(__always)
    func reserve(_ count: Int) -> UnsafeMutableRawPointer {
        let place = free.pointee.start
        if count > free.pointee.end - place { return reserveElsewhere(count) }
        free.pointee.start = place + count
        return place
    }

    @inline(never)
    private func reserveElsewhere(_ count: Int) -> UnsafeMutableRawPointer {
        var index = free.pointee.chunk + 1
        while index < chunks.count, chunks[index].size < count { index += 1 }
        if index == chunks.count {
            let size = max(Self.chunkSize, count)
            chunks.append(Chunk(base: .allocate(byteCount: size, alignment: 16), size: size))
        }
        let (base, size) = (chunks[index].base, chunks[index].size)
        free.pointee = (base + count, base + size, index)
        return base
    }
}

extension Word {
    /// The bytes of a text register; valid until the arena that holds them is reset.
    var text: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: UnsafePointer(bitPattern: UInt(a)), count: Int(b))
    }
}
