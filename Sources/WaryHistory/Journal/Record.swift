import WaryVocabulary

/// What a record makes happen, beside the event it names. A record says it in full, so that replaying the journal asks
/// nothing else.
struct Effects: OptionSet, Hashable, Sendable {
    let rawValue: UInt16

    static let succeeded = Effects(rawValue: 1)
    static let failed = Effects(rawValue: 2)
    static let denied = Effects(rawValue: 4)
    static let steppedUp = Effects(rawValue: 8)
    static let challengePassed = Effects(rawValue: 16)
    static let challengeFailed = Effects(rawValue: 32)
    /// A good sign-in, and so a link of the account's chain of them.
    static let teaches = Effects(rawValue: 64)
    /// The baselines take it in at once.
    static let learns = Effects(rawValue: 128)
    /// A label takes a good sign-in back, or gives it back.
    static let unlearns = Effects(rawValue: 256)
    static let relearns = Effects(rawValue: 512)
    /// A failure on an account that nobody has signed in to.
    static let stranger = Effects(rawValue: 1024)
    /// The good sign-in came from an address that far too many share: it says nothing of where anyone is.
    static let crowded = Effects(rawValue: 2048)

    private static let kinds: [(Effects, EventKind)] = [
        (.denied, .loginDenied), (.steppedUp, .loginSteppedUp), (.challengeFailed, .challengeFailed), (.failed, .loginFailed),
        (.challengePassed, .challengePassed), (.succeeded, .loginSucceeded),
    ]

    var eventKinds: [EventKind] {
        rawValue & 63 == 0 ? [] : Self.kinds.compactMap { contains($0.0) ? $0.1 : nil }
    }
}

enum RecordKind: UInt8, Sendable {
    case decision = 1, outcome, label, event, imported
    /// The account was erased at this point; says so and nothing else.
    case erasure
}

/// The part of a record that is not encrypted: what trimming, verifying and rebuilding need, and no identifier.
struct RecordHeader: Hashable, Sendable {
    var kind: RecordKind
    var sequence: UInt64
    var at: Instant
    /// The account's, from which nobody without the installation's key can tell whose it is.
    var pseudonym: KeyedHash
    var keySlot: UInt32
    /// The same account's record before this one, 0 for none: its history is a chain that needs no index.
    var previous: UInt64
    /// The same account's good sign-in before this record.
    var previousGood: UInt64
    /// The decision that an outcome or label is about.
    var reference: UInt64 = 0
    /// A decision's event, or the event itself.
    var event: EventKind?
    var effects: Effects = []
    /// The decision's outcome, 0…2, the reported one, or the label.
    var code: UInt8 = 0
    var score: UInt8 = 0
    /// What the good sign-in that this record learns, takes or gives back is the first or last of.
    var novelty = Novelty()
}

/// A record's part that is encrypted under the account's key.
enum RecordBody: Hashable, Sendable {
    case decision(EventFields, DecisionSummary)
    case outcome(Factor?, attempt: Int?)
    /// When the good sign-in that it takes or gives back was reported.
    case label(good: Instant)
    case event(EventFields)
    case nothing

    var fields: EventFields? {
        switch self {
        case .decision(let fields, _), .event(let fields): fields
        default: nil
        }
    }
}

struct Record: Hashable, Sendable {
    var header: RecordHeader
    var body: RecordBody
}
