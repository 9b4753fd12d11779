/// A number (or value) that history keeps for a policy: `count(login.failed by account within 10m)`.
/// Two definitions with the same `text` are the same aggregate, whatever policy asks.
public struct AggregateDefinition: Hashable, Sendable {
    public enum Function: String, Hashable, Sendable, CaseIterable {
        case count, distinct, sum, avg, min, max, last, first, elapsed, new, regular
    }

    /// How far back it looks.
    public enum Extent: Hashable, Sendable {
        /// (now − milliseconds, now]
        case within(milliseconds: Int64)
        /// After the last event of this kind.
        case since(EventKind)
        /// All that is retained: `last`, `first`, `elapsed`.
        case ever
    }

    public var function: Function { parts.function }
    /// A key's name or an input's; nil for `count` and `elapsed`.
    public var field: String? { parts.field }
    public var fieldType: ValueType? { parts.fieldType }
    /// The kind of event it looks at; `new` looks at `login.succeeded`.
    public var event: EventKind { parts.event }
    /// One or two keys, sorted.
    public var keys: [KeyKind] { parts.keys }
    public var extent: Extent { parts.extent }
    /// The `where` condition; nil where there is none.
    public var filter: EventFilter? { parts.filter }
    /// The canonical text: its identity.
    public var text: String { parts.text }

    /// Handed on with every question to history: as one reference, not as eight values.
    private let parts: Parts

    private final class Parts: Sendable {
        let function: Function
        let field: String?
        let fieldType: ValueType?
        let event: EventKind
        let keys: [KeyKind]
        let extent: Extent
        let filter: EventFilter?
        let text: String

        init(_ function: Function, _ field: String?, _ fieldType: ValueType?, _ event: EventKind, _ keys: [KeyKind], _ extent: Extent,
             _ filter: EventFilter?, _ text: String) {
            self.function = function
            self.field = field
            self.fieldType = fieldType
            self.event = event
            self.keys = keys
            self.extent = extent
            self.filter = filter
            self.text = text
        }
    }

    public init(function: Function, field: String? = nil, fieldType: ValueType? = nil, event: EventKind, keys: [KeyKind],
                extent: Extent, filter: EventFilter? = nil, text: String) {
        parts = Parts(function, field, fieldType, event, keys.sorted(), extent, filter, text)
    }

    public static func == (a: AggregateDefinition, b: AggregateDefinition) -> Bool { a.text == b.text }
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// An aggregate's `where`: says of an event whether it counts. History stores and calls it, and knows nothing of how
/// it decides; its meaning is part of the definition's text.
public struct EventFilter: Sendable {
    private let predicate: @Sendable (EventFields) -> Bool

    public init(_ predicate: @escaping @Sendable (EventFields) -> Bool) { self.predicate = predicate }

    /// False also where the condition is unknown.
    public func admits(_ event: EventFields) -> Bool { predicate(event) }
}
