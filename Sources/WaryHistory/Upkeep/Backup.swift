import Glibc

extension History {
    /// Copies the folder's journal, as it stands at the last commit, into a new folder while this one is served. Profiles
    /// are left out: they are rebuilt.
    /// - Parameter withKeys: the accounts' keys too, as they are wrapped here. A copy that has them can be restored by itself,
    ///   and gives back accounts that are erased later; one without needs the folder's own `keys/` to be read.
    public func backup(to directory: String, withKeys: Bool) throws(HistoryError) {
        try commitNow()
        guard let folder, let store = journal.store as? LMDBStore else { throw .invalid("this history is kept in memory alone") }
        guard mkdir(directory, 0o700) == 0 else { throw SystemFault.current(directory) }
        for name in ["journal", "keys"] { try DataFolder.make("\(directory)/\(name)") }
        try store.copy(to: "\(directory)/journal")
        if withKeys { try Self.copyFile("\(folder.keys)/slots", to: "\(directory)/keys/slots") }
        for name in ["journal", "keys"] { try DataFolder.sync("\(directory)/\(name)") }
        try DataFolder.sync(directory)
    }

    /// Wraps every key anew under another installation key. Nobody may have the folder open meanwhile; copies of `keys/` made
    /// before stay readable with the old key and should go.
    public static func rotateKey(_ directory: String, from old: InstallationKey, to new: InstallationKey) throws(HistoryError) {
        let folder = try DataFolder(directory, isReadOnly: false)
        defer { folder.release() }
        try FileAccountKeys.rotate(folder: folder.keys, from: old, to: new)
    }

    static func copyFile(_ source: String, to target: String) throws(HistoryError) {
        let from = Glibc.open(source, O_RDONLY | O_CLOEXEC)
        guard from >= 0 else { throw SystemFault.current(source) }
        defer { Glibc.close(from) }
        let to = Glibc.open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard to >= 0 else { throw SystemFault.current(target) }
        defer { Glibc.close(to) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(from, &buffer, buffer.count)
            guard count >= 0 else { throw SystemFault.current(source) }
            if count == 0 { break }
            guard write(to, buffer, count) == count else { throw SystemFault.current(target) }
        }
        guard fsync(to) == 0 else { throw SystemFault.current(target) }
    }
}
