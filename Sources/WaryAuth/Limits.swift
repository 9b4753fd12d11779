import Foundation

/// Every limit of the authentication module, in one place. Changing one costs what its line says.
public struct AuthLimits: Sendable, Hashable {
    // MARK: Accounts

    /// Bytes of an e-mail address (RFC 5321's path without the angle brackets). Longer ones cannot be delivered to.
    public var emailBytes = 254
    /// Code points of an account name. It is part of keys and of messages.
    public var nameLength = 64
    /// Identifiers of one account. Each is one record more to read when it is erased.
    public var identifiers = 8
    /// Bytes of an account's whole profile as JSON (16 KiB). It is decrypted at each read of the account.
    public var profileBytes = 16 << 10
    /// How deep JSON may nest. The readers recurse this deep.
    public var jsonDepth = 32
    /// Bytes of a tenant's or a profile namespace's name.
    public var nameBytes = 64

    // MARK: Passwords

    /// Code points of a password where it is the only factor, and where there is a second (NIST SP 800-63B-4 §3.1.1.2).
    public var passwordLengthAlone = 15
    public var passwordLengthWithFactor = 8
    /// Code points at most; the standard asks for at least 64. Hashing does not depend on it, typing does.
    public var passwordLengthAtMost = 256
    /// What a hash costs: 19 MiB, two passes, one lane (OWASP's first choice): about 30 ms of a core.
    var passwordCost = Argon2.Cost(memory: 19_456, passes: 2, lanes: 1)
    /// Hashes computed at once. Each takes a core and 19 MiB.
    public var hashesAtOnce = max(1, ProcessInfo.processInfo.activeProcessorCount)
    /// Hashes that wait for their turn; more are refused. Each waits about 30 ms for each before it and core.
    public var hashesWaiting = 64

    // MARK: Storage

    /// Bytes of one sealed record (64 KiB). Nothing of ours comes near; more would be a fault.
    public var recordBytes = 64 << 10
    /// Records that one sweep takes away; more wait for the next, so that sign-ins are not kept waiting.
    public var swept = 500

    public init() {}

    public static let standard = AuthLimits()
}
