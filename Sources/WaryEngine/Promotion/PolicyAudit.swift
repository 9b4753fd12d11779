import WaryHistory
import WaryLanguage
import WaryVocabulary

/// The journal's own word on which policy was put in place of which, and how: records like any other, under an account that no
/// app can name.
public enum PolicyAudit {
    /// One exchange.
    public struct Entry: Sendable, Hashable {
        public enum Kind: String, Sendable, Hashable {
            /// It had been in shadow.
            case promoted
            /// It had been in force before.
            case rolledBack = "rolled_back"
            case changed

            var event: EventKind { EventKind(rawValue: "policy.\(rawValue)") }
        }

        public var at: Instant
        public var kind: Kind
        /// `name@version`.
        public var policy: String
        public var before: String

        public init(at: Instant, kind: Kind, policy: String, before: String) {
            self.at = at
            self.kind = kind
            self.policy = policy
            self.before = before
        }
    }

    /// Apps cannot send a NUL.
    private static let account = "\u{0}policies"

    /// Records an exchange; with the next commit.
    public static func record(_ entry: Entry, in history: History) throws(HistoryError) {
        let inputs: [String: Datum] = ["policy": .text(entry.policy), "before": .text(entry.before)]
        try history.recordEvent(entry.kind.event, EventFields(account: account, inputs: inputs), at: entry.at)
    }

    /// All that are recorded, oldest first. Reads the whole journal.
    public static func trail(in history: History) throws(HistoryError) -> [Entry] {
        var entries: [Entry] = []
        try history.entries { entry in
            if case .event(let event) = entry.what, entry.fields.account == account, let read = read(event, entry) { entries.append(read) }
            return true
        }
        return entries
    }

    private static func read(_ event: EventKind, _ entry: HistoryEntry) -> Entry? {
        guard event.rawValue.hasPrefix("policy."), let kind = Entry.Kind(rawValue: String(event.rawValue.dropFirst(7))),
              case .text(let policy)? = entry.fields.inputs["policy"], case .text(let before)? = entry.fields.inputs["before"] else { return nil }
        return Entry(at: entry.at, kind: kind, policy: policy, before: before)
    }

    /// Marks policies as having been in force: who comes back to one later rolls back.
    public static func mark(_ policies: PolicySet, in history: History) throws(HistoryError) {
        for policy in policies.policies { try history.keepText([1], named: mark(policy.label)) }
    }

    private static func mark(_ label: String) -> String { "in force \(label)" }

    /// What it is to put `new` in the place of `old`; nil where they are the same.
    public static func kind(of new: CompiledPolicy, after old: CompiledPolicy, shadows: [CompiledPolicy], in history: History)
        throws(HistoryError) -> Entry.Kind? {
        guard new.label != old.label else { return nil }
        if try history.text(named: mark(new.label)) != nil { return .rolledBack }
        return shadows.contains { $0.label == new.label } ? .promoted : .changed
    }
}
