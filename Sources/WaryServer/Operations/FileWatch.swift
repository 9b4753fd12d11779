import Foundation

/// What files looked like at one moment: enough to see that one was changed, added, removed or exchanged.
struct FileFingerprint: Equatable {
    private struct Facts: Equatable {
        var inode: UInt64
        var size: Int64
        var seconds: Int
        var nanoseconds: Int
    }

    private var facts: [String: Facts] = [:]

    /// Looks at files, and at all files in folders, at most `ServerLimits.watchedFiles` of them.
    init(of paths: [String]) {
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { continue }
            if isFolder.boolValue {
                let walker = FileManager.default.enumerator(atPath: path)
                while let name = walker?.nextObject() as? String, facts.count < ServerLimits.watchedFiles { look(at: "\(path)/\(name)") }
            } else {
                look(at: path)
            }
        }
    }

    private mutating func look(at path: String) {
        var found = stat()
        guard stat(path, &found) == 0, found.st_mode & S_IFMT == S_IFREG else { return }
        facts[path] = Facts(inode: UInt64(found.st_ino), size: Int64(found.st_size), seconds: found.st_mtim.tv_sec,
                            nanoseconds: found.st_mtim.tv_nsec)
    }
}

/// Decides from one look after the other when a change is to be acted on: when it has come to rest. Editors and
/// configuration tools write files in several steps.
struct ChangeDetector<Look: Equatable> {
    private var settled: Look
    private var last: Look

    init(_ look: Look) { (settled, last) = (look, look) }

    /// True when things are not as they were when this was last true, and have not changed since the look before.
    mutating func hasChanged(_ look: Look) -> Bool {
        defer { last = look }
        guard look == last, look != settled else { return false }
        settled = look
        return true
    }
}

/// Polls files: that works on every file system, for exchanged symbolic links and mounted folders, too, and costs a few
/// microseconds a file.
struct FileWatch: Sendable {
    /// What to look at: asked again after each change, since that may have brought files in.
    var paths: @Sendable () -> [String]
    var interval: Duration = .milliseconds(ServerLimits.watchMilliseconds)

    /// Calls `onChange` after each change, until the task is cancelled.
    func run(onChange: @Sendable () async -> Void) async {
        var paths = paths()
        var detector = ChangeDetector(FileFingerprint(of: paths))
        while !Task.isCancelled {
            guard (try? await Task.sleep(for: interval)) != nil else { return }
            guard detector.hasChanged(FileFingerprint(of: paths)) else { continue }
            // Looked at anew before it is acted on: what changes meanwhile is seen the next time.
            paths = self.paths()
            detector = ChangeDetector(FileFingerprint(of: paths))
            await onChange()
        }
    }
}
