import Foundation
import WaryVocabulary

/// Reads a file line by line without holding it: logs may be larger than memory.
final class LineReader {
    /// When the file was last written; nil for the standard input.
    let modified: Instant?
    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false

    /// - Parameter path: `-` stands for the standard input.
    init(path: String) throws {
        self.path = path
        guard path != "-" else {
            descriptor = STDIN_FILENO
            modified = nil
            return
        }
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure("\(path): \(String(cString: strerror(errno)))", code: Exit.usage)
        }
        var status = stat()
        modified = fstat(descriptor, &status) == 0
            ? Instant(milliseconds: Int64(status.st_mtim.tv_sec) * 1000) : nil
    }

    deinit { if path != "-" { close(descriptor) } }

    /// The next line without its line feed; nil at the end. Bytes that are no UTF-8 become U+FFFD.
    func next() throws -> Substring? {
        while true {
            if let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return Substring(String(decoding: buffer[start..<end], as: UTF8.self))
            }
            if isAtEnd {
                guard start < buffer.count else { return nil }
                defer { start = buffer.count }
                return Substring(String(decoding: buffer[start...], as: UTF8.self))
            }
            try fill()
        }
    }

    private func fill() throws {
        buffer.removeFirst(start)
        start = 0
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(descriptor, &chunk, chunk.count)
        guard count >= 0 else {
            if errno == EINTR { return }
            throw CommandFailure("\(path): \(String(cString: strerror(errno)))")
        }
        if count == 0 { isAtEnd = true }
        buffer.append(contentsOf: chunk[..<count])
    }
}
