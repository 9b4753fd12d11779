import CLMDB
import Glibc

/// The folder that holds an installation's history: mode 0700, on a local file system, one server at a time.
final class DataFolder {
    let path: String
    private var lock: Int32 = -1

    var journal: String { "\(path)/journal" }
    var profiles: String { "\(path)/profiles" }
    var keys: String { "\(path)/keys" }

    /// Makes the folder where it is missing, and takes its lock unless it is only looked at.
    init(_ path: String, isReadOnly: Bool) throws(HistoryError) {
        self.path = path
        if !isReadOnly { try Self.make(path) }
        try Self.refuseNetwork(path)
        guard !isReadOnly else { return }
        try takeLock()
        for folder in [journal, profiles, keys] { try Self.make(folder) }
    }

    deinit { release() }

    func release() {
        guard lock >= 0 else { return }
        // Unlocked in so many words: a process forked at this instant may hold the file open for a moment longer.
        flock(lock, LOCK_UN)
        close(lock)
        lock = -1
    }

    /// Removes what can be rebuilt.
    func removeProfiles() throws(HistoryError) {
        for name in ["data.mdb", "lock.mdb"] {
            guard unlink("\(profiles)/\(name)") == 0 || errno == ENOENT else { throw SystemFault.current(profiles) }
        }
    }

    /// Makes a rename in this folder durable.
    static func sync(_ folder: String) throws(HistoryError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemFault.current(folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SystemFault.current(folder) }
    }

    static func make(_ path: String) throws(HistoryError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw SystemFault.current(path) }
    }

    /// A lock of the kernel's on a file that names the holder: it goes when the process does, however that ends.
    private func takeLock() throws(HistoryError) {
        let file = "\(path)/pid"
        lock = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw SystemFault.current(file) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            var text = [UInt8](repeating: 0, count: 16)
            let count = max(0, pread(lock, &text, text.count, 0))
            let pid = Int32(String(decoding: text.prefix(count).prefix { (48...57).contains($0) }, as: UTF8.self)) ?? 0
            release()
            throw .inUse(path: path, pid: pid)
        }
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(lock, 0) == 0, pwrite(lock, text, text.count, 0) == text.count else { throw SystemFault.current(file) }
    }

    private static func refuseNetwork(_ path: String) throws(HistoryError) {
        var facts = statfs()
        guard statfs(path, &facts) == 0 else { throw SystemFault.current(path) }
        let kinds: [Int: String] = [0x6969: "NFS", 0x517B: "SMB", 0xFE53_4D42: "SMB2", 0xFF53_4D42: "CIFS", 0x0102_1997: "9P",
                                    0x5346_414F: "AFS", 0x00C3_6400: "Ceph", 0x7461_636F: "OCFS2", 0x1980_0116: "GFS2"]
        if let kind = kinds[Int(facts.f_type) & 0xffff_ffff] { throw .networkFileSystem(path: path, kind: kind) }
    }
}
