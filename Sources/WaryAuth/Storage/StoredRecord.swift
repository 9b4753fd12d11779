import WaryVocabulary

/// What kinds of records there are; the raw value is the first byte of a record's key on disk, so it never changes.
enum Table: UInt8, CaseIterable {
    case account = 1
    case identifier = 2
    case registration = 3
    case flow = 4
    case authenticator = 5
    case passkeyOwner = 6
    case session = 7
    case sessionToken = 8
    case device = 9
    case report = 10
    case signingKey = 11
    case budget = 12
    case recovery = 13
    case signIn = 14
    case binding = 15
    case push = 16
    case passkeyChallenge = 17
    case erasure = 18
    /// One entry that tells whether the keys are the right ones.
    case keyCheck = 254
    /// Keys of the records that have an end, in the order of their ends.
    case due = 255
}

/// Something that is kept: where, and until when.
protocol StoredRecord: Codable, Sendable {
    static var table: Table { get }
    /// The parts of its key, the widest first: all records whose first parts are equal can be listed together.
    var key: [String] { get }
    /// When it may be swept away; nil for what stays until it is removed.
    var ends: Instant? { get }
}

extension StoredRecord {
    var ends: Instant? { nil }
}
