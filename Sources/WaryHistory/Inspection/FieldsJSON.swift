import WaryVocabulary

/// Events in the shape that apps send them in (API.md), so that what is exported can be imported.
extension JSONText {
    /// The members of `decide`, as sent.
    static func members(_ fields: EventFields) -> [(String, JSONText?)] {
        [
            ("account", .text(fields.account)),
            ("ip", fields.ip.map { .text("\($0)") }),
            ("credential", .text(fields.credential.rawValue)),
            ("credential_tag", fields.credentialTag.map(JSONText.text)),
            ("credential_breached", fields.credentialBreached.map(JSONText.flag)),
            ("device", fields.device.map(JSONText.text)),
            ("user_agent", fields.agent.map(JSONText.text)),
            ("tenant", fields.tenant.map(JSONText.text)),
            ("app", fields.app.map(JSONText.text)),
            ("channel", fields.channel.map(JSONText.text)),
            ("method", fields.method.map(JSONText.text)),
            ("factors", fields.factors.map { .list($0.factors.map { .text($0.rawValue) }) }),
            ("inputs", fields.inputs.isEmpty ? nil : .object(fields.inputs.sorted { $0.key < $1.key }.map { ($0.key, datum($0.value)) })),
        ]
    }

    /// What the address said at the time.
    static func whereabouts(_ fields: EventFields) -> JSONText? {
        let position = fields.position, network = fields.network
        guard position != Position() || network != NetworkFacts() else { return nil }
        return .object([
            ("country", position.country.map { .text("\($0)") }),
            ("region", position.region.map(JSONText.text)),
            ("city", position.city.map(JSONText.text)),
            ("point", position.point.map { .list([decimal($0.latitude), decimal($0.longitude)]) }),
            ("accuracy_m", position.accuracy.map(decimal)),
            ("time_zone", position.timeZone.map(JSONText.text)),
            ("asn", network.asn.map(integer)),
            ("network", network.name.map(JSONText.text)),
            ("anonymous", network.anonymous.map(JSONText.flag)),
            ("hosting", network.hosting.map(JSONText.flag)),
            ("vpn", network.vpn.map(JSONText.flag)),
            ("proxy", network.proxy.map(JSONText.flag)),
            ("tor", network.tor.map(JSONText.flag)),
        ])
    }

    static func datum(_ value: Datum) -> JSONText {
        switch value {
        case .bool(let value): .flag(value)
        case .int(let value): integer(value)
        case .decimal(let value), .distance(let value), .speed(let value): decimal(value)
        case .text(let value): .text(value)
        case .duration(let value): integer(value)
        case .instant(let value): .text("\(value)")
        case .timeOfDay(let value): integer(value)
        case .weekday(let value): .text("\(value)")
        case .ip(let value): .text("\(value)")
        case .network(let value): .text("\(value)")
        case .asn(let value): .text("AS\(value)")
        case .country(let value): .text("\(value)")
        case .factor(let value): .text(value.rawValue)
        case .point(let value): .list([decimal(value.latitude), decimal(value.longitude)])
        case .set(let values): .list(values.map(datum))
        }
    }
}
