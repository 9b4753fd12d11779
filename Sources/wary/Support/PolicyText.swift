import Foundation

/// Policy files as texts: read whole, written whole or not at all.
enum PolicyText {
    /// The text; fails where the file cannot be read or is not UTF-8.
    static func read(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("\(path): cannot be read", code: Exit.usage)
        }
        guard let text = String(validating: data, as: UTF8.self) else { throw CommandFailure("\(path): is not UTF-8") }
        return text
    }

    /// Puts a text in a file's place in one step, with the file's mode: a reader sees the old text or the new one.
    static func replace(_ path: String, with text: String) throws {
        // A link stays one: what it leads to is replaced.
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let temporary = "\(target).\(getpid()).tmp"
        var status = stat()
        let mode = stat(target, &status) == 0 ? status.st_mode & 0o7777 : 0o644
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure(path) }
        let isWritten = write(Array(text.utf8), to: descriptor) && fchmod(descriptor, mode) == 0 && fsync(descriptor) == 0
        let isClosed = close(descriptor) == 0
        guard isWritten, isClosed, rename(temporary, target) == 0 else {
            let reason = failure(path)
            unlink(temporary)
            throw reason
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure("\(path): cannot be written: \(String(cString: strerror(errno)))")
    }
}
