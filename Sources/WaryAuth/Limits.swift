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

    // MARK: Sign-in

    /// Milliseconds that a sign-in may take once it was begun: 10 minutes.
    public var flowLife: Int64 = 600_000
    /// Answers that one sign-in may give to its challenges, right ones counted in.
    public var answers = 5
    /// Digits of a code sent by message. Six with five answers: one chance in 200,000 a sign-in.
    public var codeDigits = 6
    /// Digits of the number that a push is answered with.
    public var pushDigits = 3
    /// Milliseconds that a sent code is good for: 10 minutes, the standard's most.
    public var codeLife: Int64 = 600_000
    /// Codes sent for one sign-in, the first counted in.
    public var codesPerFlow = 3
    /// Codes sent to one address or number within `codeWindow`. More would let anybody pester its owner.
    public var codesPerAddress = 6
    public var codeWindow: Int64 = 3_600_000
    /// Failures in a row that disable an authenticator until it is bound anew (NIST SP 800-63B-4 §3.2.2).
    public var authenticatorFailures = 100
    /// Authenticators of one account. All are read at each sign-in of the account.
    public var authenticators = 20

    // MARK: Reports to the engine

    /// Milliseconds after which a report that the engine did not take is given again.
    public var reportRetry: Int64 = 5_000
    /// Milliseconds that a report is kept for: a day.
    public var reportsKept: Int64 = 86_400_000

    // MARK: Sessions

    /// Sessions of one account; the one used longest ago ends when there are more.
    public var sessions = 50
    /// Milliseconds between two notes of when a session was last used: each is a write to disk.
    public var sessionTouch: Int64 = 60_000
    /// Milliseconds that sign-ins are kept for their owner to see: 90 days.
    public var signInsKept: Int64 = 90 * 86_400_000

    // MARK: Storage

    /// Bytes of one sealed record (64 KiB). Nothing of ours comes near; more would be a fault.
    public var recordBytes = 64 << 10
    /// Records that one sweep takes away; more wait for the next, so that sign-ins are not kept waiting.
    public var swept = 500

    public init() {}

    public static let standard = AuthLimits()
}
