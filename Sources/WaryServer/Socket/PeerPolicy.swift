import Glibc

/// Who may speak to a Unix socket, by what the kernel says of the peer (small print A11).
public struct PeerPolicy: Sendable, Hashable {
    /// User ids beside the server's own and root.
    public var users: Set<uid_t>
    public var groups: Set<gid_t>

    public init(users: Set<uid_t> = [], groups: Set<gid_t> = []) {
        self.users = users
        self.groups = groups
    }

    /// Looks names up in the system's user and group tables; a number is taken as an id.
    /// - Throws: the name that is not known.
    public init(users: [String], groups: [String]) throws(UnknownName) {
        self.init()
        for name in users {
            guard let id = uid_t(name) ?? Self.user(named: name) else { throw UnknownName(kind: "user", name: name) }
            self.users.insert(id)
        }
        for name in groups {
            guard let id = gid_t(name) ?? Self.group(named: name) else { throw UnknownName(kind: "group", name: name) }
            self.groups.insert(id)
        }
    }

    public struct UnknownName: Error, Sendable, CustomStringConvertible {
        public let kind: String
        public let name: String
        public var description: String { "there is no \(kind) \"\(name)\" on this machine" }
    }

    /// Whether the process at the other end of a connected socket may be served.
    public func admits(peerOf descriptor: Int32) -> Bool {
        guard let peer = Self.credentials(of: descriptor) else { return false }
        if peer.uid == 0 || peer.uid == geteuid() || users.contains(peer.uid) || groups.contains(peer.gid) { return true }
        return !groups.isEmpty && !groups.isDisjoint(with: Self.groups(of: descriptor))
    }

    /// The kernel's `struct ucred`, which Glibc shows only under `_GNU_SOURCE`.
    private struct Credentials {
        var pid: pid_t = 0
        var uid: uid_t = .max
        var gid: gid_t = .max
    }

    private static func credentials(of descriptor: Int32) -> Credentials? {
        var peer = Credentials()
        var length = socklen_t(MemoryLayout<Credentials>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 ? peer : nil
    }

    /// The peer's supplementary groups, as they were when it connected.
    private static func groups(of descriptor: Int32) -> [gid_t] {
        let most = Int(sysconf(Int32(_SC_NGROUPS_MAX)))
        var groups = [gid_t](repeating: 0, count: max(32, most))
        var length = socklen_t(groups.count * MemoryLayout<gid_t>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, &groups, &length) == 0 else { return [] }
        return Array(groups.prefix(Int(length) / MemoryLayout<gid_t>.size))
    }

    /// Linux's number for it; Glibc's Swift overlay has no name for it.
    private static let SO_PEERGROUPS: Int32 = 59

    private static func user(named name: String) -> uid_t? { getpwnam(name)?.pointee.pw_uid }

    private static func group(named name: String) -> gid_t? { getgrnam(name)?.pointee.gr_gid }
}
