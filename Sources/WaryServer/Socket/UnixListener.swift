import Glibc

/// A listening Unix socket, made with its mode from the first moment on. A thin wrapper around the system's calls.
public struct UnixListener: Sendable {
    public enum Failure: Error, Sendable, CustomStringConvertible {
        case pathTooLong(String)
        case notASocket(String)
        case inUse(String)
        case system(call: String, path: String, errno: Int32)

        public var description: String {
            switch self {
            case .pathTooLong(let path): "the socket's path has more than \(UnixListener.longestPath) bytes: \(path)"
            case .notASocket(let path): "\(path) exists and is no socket; give another path or remove it"
            case .inUse(let path): "another server listens on \(path)"
            case .system(let call, let path, let errno): "\(call) \(path): \(String(cString: strerror(errno)))"
            }
        }
    }

    public let descriptor: Int32
    public let path: String
    /// What the path names, so that only this socket is removed in the end.
    private let device: UInt64
    /// 0 for a socket that is not ours to remove.
    private let inode: UInt64

    /// The kernel's `sun_path`, less its final NUL.
    static let longestPath = 107

    /// Binds `path` with `mode`. A socket file that nobody listens on is removed first; any other file is not touched.
    public init(binding path: String, mode: mode_t = 0o660) throws(Failure) {
        let address = try Self.address(of: path)
        try Self.removeStale(path, address)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .system(call: "socket", path: path, errno: errno) }
        // The file gets the descriptor's mode less the umask: never more than wanted, and exactly that after the chmod.
        guard fchmod(descriptor, mode) == 0, Self.bind(descriptor, address) == 0, chmod(path, mode) == 0 else {
            let failure = Failure.system(call: "bind", path: path, errno: errno)
            Glibc.close(descriptor)
            throw failure
        }
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            let failure = Failure.system(call: "stat", path: path, errno: errno)
            Glibc.close(descriptor)
            throw failure
        }
        self.descriptor = descriptor
        self.path = path
        device = UInt64(facts.st_dev)
        inode = UInt64(facts.st_ino)
    }

    /// A socket that a service manager has bound; its file is the manager's.
    public init(inheriting descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
        (device, inode) = (0, 0)
    }

    /// Lets clients connect from now on; `accept` does not block.
    public func listen() throws(Failure) {
        guard Glibc.listen(descriptor, ServerLimits.backlog) == 0, fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else {
            throw .system(call: "listen", path: path, errno: errno)
        }
    }

    /// Those who have not been accepted are turned away.
    public func close() { Glibc.close(descriptor) }

    /// Removes the socket's file, unless another has taken its place.
    public func unlinkPath() {
        var facts = stat()
        guard inode != 0, stat(path, &facts) == 0, UInt64(facts.st_dev) == device, UInt64(facts.st_ino) == inode else { return }
        unlink(path)
    }

    private static func removeStale(_ path: String, _ address: sockaddr_un) throws(Failure) {
        var facts = stat()
        guard lstat(path, &facts) == 0 else { return }
        guard facts.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard probe >= 0 else { throw .system(call: "socket", path: path, errno: errno) }
        defer { Glibc.close(probe) }
        if connect(probe, address) == 0 || errno != ECONNREFUSED { throw .inUse(path) }
        unlink(path)
    }

    static func address(of path: String) throws(Failure) -> sockaddr_un {
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count <= longestPath else { throw .pathTooLong(path) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return address
    }

    private static func bind(_ descriptor: Int32, _ address: sockaddr_un) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    static func connect(_ descriptor: Int32, _ address: sockaddr_un) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
