/// Bytes of texts for one evaluation. Chunks are kept for the next, so that a machine in use allocates nothing.
final class TextArena {
    private struct Chunk {
        let base: UnsafeMutableRawPointer
        let size: Int
    }
    private static let chunkSize = 64 << 10
    private var chunks: [Chunk] = []
    private var current = 0
    private var used = 0

    deinit { for chunk in chunks { chunk.base.deallocate() } }

    /// Forgets all texts: pointers handed out before must not be used any longer.
    func reset() {
        current = 0
        used = 0
    }

    func copy(_ text: String) -> Word {
        var text = text
        return text.withUTF8 { copy($0) }
    }

    func copy(_ bytes: UnsafeBufferPointer<UInt8>) -> Word {
        let place = reserve(bytes.count)
        if let source = bytes.baseAddress { place.copyMemory(from: source, byteCount: bytes.count) }
        return Word(UInt64(UInt(bitPattern: place)), UInt64(bytes.count))
    }

    func reserve(_ count: Int) -> UnsafeMutableRawPointer {
        while current < chunks.count {
            let chunk = chunks[current]
            if used + count <= chunk.size {
                defer { used += count }
                return chunk.base + used
            }
            current += 1
            used = 0
        }
        let size = max(Self.chunkSize, count)
        chunks.append(Chunk(base: .allocate(byteCount: size, alignment: 16), size: size))
        used = count
        return chunks[current].base
    }
}

extension Word {
    /// The bytes of a text register; valid until the arena that holds them is reset.
    var text: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: UnsafePointer(bitPattern: UInt(a)), count: Int(b))
    }
}
