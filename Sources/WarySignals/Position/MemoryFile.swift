import CMaxMindDB
import Glibc

/// A private copy of a file in memory, reachable by a path while it is open.
struct MemoryFile {
    private let descriptor: Int32

    var path: String { "/proc/self/fd/\(descriptor)" }

    init(copying source: String) throws(PositionError) {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw .unreadable(path: source, reason: Self.lastError) }
        defer { Glibc.close(input) }
        var status = stat()
        guard fstat(input, &status) == 0 else { throw .unreadable(path: source, reason: Self.lastError) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path: source, reason: "not a file") }
        guard status.st_size <= Limits.databaseBytes else {
            throw .unreadable(path: source, reason: "larger than \(Limits.databaseBytes >> 20) MiB")
        }
        guard status.st_size > 0 else { throw .damaged(path: source, reason: "empty") }
        descriptor = wary_memory_file("wary-database")
        guard descriptor >= 0 else { throw .unreadable(path: source, reason: Self.lastError) }
        if let reason = Self.copy(input, to: descriptor) {
            Glibc.close(descriptor)
            throw .unreadable(path: source, reason: reason)
        }
    }

    func close() { Glibc.close(descriptor) }

    private static var lastError: String { strerror(errno).map { String(cString: $0) } ?? "error \(errno)" }

    /// Nil when all was copied.
    private static func copy(_ input: Int32, to output: Int32) -> String? {
        var total = 0
        while true {
            let count = sendfile(output, input, nil, 1 << 20)
            if count == 0 { return nil }
            guard count > 0 else {
                if errno == EINTR { continue }
                return lastError
            }
            total += count
            guard total <= Limits.databaseBytes else { return "grew while it was read" }
        }
    }
}
