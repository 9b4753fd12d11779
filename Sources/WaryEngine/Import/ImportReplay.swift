import WaryHistory
import WaryVocabulary

/// What a policy said, attempt by attempt, while a log was imported.
public struct ImportReplay: Sendable {
    /// How often each outcome was given.
    public struct Tally: Sendable, Equatable {
        public var allowed = 0
        public var steppedUp = 0
        public var denied = 0

        public var total: Int { allowed + steppedUp + denied }

        mutating func count(_ outcome: Outcome) {
            switch outcome {
            case .allow: allowed += 1
            case .stepUp: steppedUp += 1
            case .deny: denied += 1
            }
        }
    }

    /// One address's attempts.
    public struct Row: Sendable, Equatable {
        public var address: IPAddress?
        public var tally = Tally()
        public var successes = 0
        public var users: Set<String> = []
        /// How many attempts it had made when it was first refused, that one included; nil where it never was.
        public var attemptsUntilDenied: Int?
    }

    public private(set) var all = Tally()
    /// The attempts that the log shows succeeded.
    public private(set) var successes = Tally()
    private var byAddress: [IPAddress?: Row] = [:]

    public init() {}

    /// The addresses, the busiest first; of equals the lower first.
    public var rows: [Row] {
        byAddress.values.sorted { a, b in
            if a.tally.total != b.tally.total { return a.tally.total > b.tally.total }
            guard let left = a.address, let right = b.address else { return a.address != nil }
            return left < right
        }
    }

    mutating func note(_ event: ImportedEvent, _ outcome: Outcome) {
        all.count(outcome)
        var row = byAddress[event.fields.ip] ?? Row(address: event.fields.ip)
        row.tally.count(outcome)
        row.users.insert(event.fields.account)
        if event.outcome == .succeeded {
            successes.count(outcome)
            row.successes += 1
        }
        if outcome == .deny, row.attemptsUntilDenied == nil { row.attemptsUntilDenied = row.tally.total }
        byAddress[event.fields.ip] = row
    }
}
