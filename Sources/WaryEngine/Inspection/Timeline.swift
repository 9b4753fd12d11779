import WaryHistory
import WaryVocabulary

/// What is known of one account, address or device, as it happened.
public struct Timeline: Sendable {
    /// What a timeline is about.
    public enum Subject: Sendable, Hashable {
        case account(String)
        /// For IPv6 its /64, which one host owns whole.
        case address(IPAddress)
        case device(String)

        func matches(_ fields: EventFields) -> Bool {
            switch self {
            case .account(let account): fields.account == account
            case .address(let address): fields.ip?.host == address.host
            case .device(let device): fields.device == device
            }
        }
    }

    /// One event, with how it ended as far as that is known.
    public struct Row: Sendable {
        public var entry: HistoryEntry
        public var end: AttemptEnd
    }

    /// Oldest first: the last ones where there are more than were asked for.
    public private(set) var rows: [Row] = []
    /// All that there are.
    public private(set) var total = 0

    /// An account's goes along its own chain of records; for an address or a device the whole journal is read.
    public init(of subject: Subject, in history: History, last limit: Int) throws(HistoryError) {
        var entries: [HistoryEntry] = []
        if case .account(let account) = subject {
            try history.entries(of: account) { entry in
                guard Self.isShown(entry) else { return true }
                total += 1
                if entries.count < limit { entries.append(entry) }
                return true
            }
            entries.reverse()
        } else {
            try history.entries { entry in
                guard Self.isShown(entry), subject.matches(entry.fields) else { return true }
                total += 1
                entries.append(entry)
                // Dropped now and then, not each time: that would make reading quadratic.
                if entries.count > 2 * max(1, limit) { entries.removeFirst(entries.count - limit) }
                return true
            }
        }
        for entry in entries.suffix(limit) { rows.append(Row(entry: entry, end: try history.end(of: entry))) }
    }

    /// What was reported of an attempt is shown with it.
    private static func isShown(_ entry: HistoryEntry) -> Bool {
        switch entry.what {
        case .outcome, .label: false
        case .decision, .event, .imported: true
        }
    }
}
