import WarySignals
import WaryVocabulary

/// A test's event as the engine would have met it: the fields that a request or a database carries, and for every other
/// signal that is given, its value in place of the computed one.
struct TestFields {
    private(set) var fields = EventFields(account: "")
    private(set) var overrides: [SignalID: Datum] = [:]

    init(_ given: [(path: String, value: Datum)]) {
        for (path, value) in given { set(path, value) }
    }

    /// Where the event's address is, as far as the test says; what it does not say was not sent.
    var whereabouts: Whereabouts {
        Whereabouts(position: fields.position, network: fields.network, missingPosition: .notSent, missingNetwork: .notSent)
    }

    private mutating func set(_ path: String, _ value: Datum) {
        if setText(path, value) || setPlace(path, value) { return }
        switch (path, value) {
        case ("ip", .ip(let address)): fields.ip = address
        case ("credential", .text(let text)): fields.credential = CredentialState(rawValue: text) ?? .unchecked
        case ("credential.breached", .bool(let flag)): fields.credentialBreached = flag
        case ("account.factors", .set(let elements)): fields.factors = FactorSet(elements.compactMap(\.factor))
        case ("account.factors", .factor(let factor)): fields.factors = FactorSet([factor])
        default:
            if let id = SignalID(rawValue: path) {
                overrides[id] = value
            } else {
                fields.inputs[path] = value
            }
        }
    }

    private mutating func setText(_ path: String, _ value: Datum) -> Bool {
        guard case .text(let text) = value else { return false }
        switch path {
        case "account": fields.account = text
        case "device.id", "device": fields.device = text
        case "agent": fields.agent = text
        case "credential_tag": fields.credentialTag = text
        case "tenant": fields.tenant = text
        case "app": fields.app = text
        case "channel": fields.channel = text
        case "method": fields.method = text
        default: return false
        }
        return true
    }

    private mutating func setPlace(_ path: String, _ value: Datum) -> Bool {
        switch (path, value) {
        case ("geo.country", .country(let country)): fields.position.country = country
        case ("geo.region", .text(let text)): fields.position.region = text
        case ("geo.city", .text(let text)): fields.position.city = text
        case ("geo.point", .point(let point)): fields.position.point = point
        case ("geo.accuracy", .distance(let metres)): fields.position.accuracy = metres
        case ("network.asn", .asn(let asn)): fields.network.asn = asn
        case ("network.name", .text(let text)): fields.network.name = text
        case ("network.anonymous", .bool(let flag)): fields.network.anonymous = flag
        case ("network.hosting", .bool(let flag)): fields.network.hosting = flag
        case ("network.vpn", .bool(let flag)): fields.network.vpn = flag
        case ("network.proxy", .bool(let flag)): fields.network.proxy = flag
        case ("network.tor", .bool(let flag)): fields.network.tor = flag
        default: return false
        }
        return true
    }
}

extension Datum {
    var factor: Factor? {
        if case .factor(let factor) = self { factor } else { nil }
    }
}
