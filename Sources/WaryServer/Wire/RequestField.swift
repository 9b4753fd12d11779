import WaryVocabulary

/// Every field that a request may have, in any operation. The raw value is its place in a set.
enum RequestField: UInt8, CaseIterable {
    case op, id, event, account, ip, device, userAgent, credential, credentialTag, credentialBreached
    case tenant, app, channel, method, factors, inputs, explain, whatIf, at
    case decisionID, outcome, factor, attempt, label, forwarded
    case signals

    var name: StaticString {
        switch self {
        case .op: "op"
        case .id: "id"
        case .event: "event"
        case .account: "account"
        case .ip: "ip"
        case .device: "device"
        case .userAgent: "user_agent"
        case .credential: "credential"
        case .credentialTag: "credential_tag"
        case .credentialBreached: "credential_breached"
        case .tenant: "tenant"
        case .app: "app"
        case .channel: "channel"
        case .method: "method"
        case .factors: "factors"
        case .inputs: "inputs"
        case .explain: "explain"
        case .whatIf: "what_if"
        case .at: "at"
        case .decisionID: "decision_id"
        case .outcome: "outcome"
        case .factor: "factor"
        case .attempt: "attempt"
        case .label: "label"
        case .forwarded: "forwarded"
        case .signals: "signals"
        }
    }

    /// The field of this name; looks only at names of the same length.
    static func named(_ key: JSONText) -> RequestField? {
        guard key.count < byLength.count else { return nil }
        return byLength[key.count].first { key == $0.name }
    }

    private static let byLength: [[RequestField]] = allCases.reduce(into: Array(repeating: [], count: 24)) { table, field in
        table[field.name.utf8CodeUnitCount].append(field)
    }
}

/// A set of fields.
struct RequestFieldSet: OptionSet {
    let rawValue: UInt32

    init(rawValue: UInt32) { self.rawValue = rawValue }

    init(_ fields: RequestField...) {
        rawValue = fields.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
    }

    func contains(_ field: RequestField) -> Bool { rawValue & 1 << UInt32(field.rawValue) != 0 }

    mutating func insert(_ field: RequestField) { self = RequestFieldSet(rawValue: rawValue | 1 << UInt32(field.rawValue)) }

    var fields: [RequestField] { RequestField.allCases.filter(contains) }

    /// What an attempt is described by, whether it is decided now or was long ago.
    static let attempt = RequestFieldSet(
        .event, .account, .ip, .device, .userAgent, .credential, .credentialTag, .credentialBreached, .tenant, .app,
        .channel, .method, .factors, .inputs, .at)
}

/// What a request asks for: the `op`.
enum Operation: String, CaseIterable {
    case decide, report, event, label, ping

    var fields: RequestFieldSet {
        let common = RequestFieldSet(.op, .id)
        return switch self {
        case .decide: common.union(.attempt).union(RequestFieldSet(.explain, .whatIf, .forwarded, .signals))
        case .report: common.union(RequestFieldSet(.decisionID, .outcome, .factor, .attempt, .at))
        case .event: common.union(RequestFieldSet(.event, .account, .ip, .device, .inputs, .at))
        case .label: common.union(RequestFieldSet(.decisionID, .label, .at))
        case .ping: common
        }
    }

    static func named(_ text: JSONText) -> Operation? {
        if text == "decide" { return .decide }
        return allCases.first { text.string == $0.rawValue }
    }
}
