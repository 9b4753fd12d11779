import Glibc

/// Turns the system's error numbers into history's errors.
enum SystemFault {
    /// The error of the call that has just failed.
    static func current(_ path: String) -> HistoryError { error(errno, path) }

    static func error(_ code: Int32, _ path: String) -> HistoryError {
        // liblmdb 0.9.24 reports a full disk as EIO, so the file system is asked.
        if code == ENOSPC || code == EDQUOT || (code == EIO && isFull(path)) { return .diskFull(path: path) }
        return .unreadable(path: path, reason: String(cString: strerror(code)))
    }

    /// Less than a megabyte, or no file at all, is left for others than root.
    private static func isFull(_ path: String) -> Bool {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else { return false }
        return UInt64(facts.f_bavail) * UInt64(facts.f_frsize) < 1 << 20 || (facts.f_files > 0 && facts.f_favail == 0)
    }
}
