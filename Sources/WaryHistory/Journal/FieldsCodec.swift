import WaryVocabulary

/// An event's fields: a mask of what is there, then each in its order.
extension ByteWriter {
    mutating func fields(_ fields: EventFields) {
        let position = fields.position, network = fields.network
        variable(Self.mask(fields))
        fixed(Self.flags(fields))
        byte(Self.credential(fields.credential))
        text(fields.account)
        for value in [fields.device, fields.agent, fields.credentialTag, fields.tenant, fields.app, fields.channel, fields.method] {
            if let value { text(value) }
        }
        for value in [position.region, position.city, position.timeZone, network.name] { if let value { text(value) } }
        if let value = fields.ip { ip(value) }
        if let value = fields.factors { byte(value.rawValue) }
        if let value = position.country { fixed(value.code) }
        if let value = position.point { point(value) }
        if let value = position.accuracy { double(value) }
        if let value = network.asn { variable(UInt64(value)) }
        if let value = fields.agentFacts { agentFacts(value) }
        if let value = fields.utcOffset { signed(Int64(value)) }
        if let value = fields.strangeness { double(value) }
        if let value = fields.placeReasons { reasons(value) }
        variable(UInt64(fields.inputs.count))
        guard !fields.inputs.isEmpty else { return }
        for (name, value) in fields.inputs.sorted(by: { $0.key < $1.key }) {
            text(name)
            datum(value)
        }
    }

    /// A bit for each field that is there.
    private static func mask(_ fields: EventFields) -> UInt64 {
        let position = fields.position, network = fields.network
        var mask: UInt64 = 0, bit: UInt64 = 1
        func note(_ isThere: Bool) {
            if isThere { mask |= bit }
            bit <<= 1
        }
        note(fields.device != nil)
        note(fields.agent != nil)
        note(fields.credentialTag != nil)
        note(fields.tenant != nil)
        note(fields.app != nil)
        note(fields.channel != nil)
        note(fields.method != nil)
        note(position.region != nil)
        note(position.city != nil)
        note(position.timeZone != nil)
        note(network.name != nil)
        note(fields.ip != nil)
        note(fields.factors != nil)
        note(position.country != nil)
        note(position.point != nil)
        note(position.accuracy != nil)
        note(network.asn != nil)
        note(fields.agentFacts != nil)
        note(fields.utcOffset != nil)
        note(fields.strangeness != nil)
        note(fields.placeReasons != nil)
        return mask
    }

    private mutating func agentFacts(_ facts: AgentFacts) {
        for value in [facts.kind.rawValue, facts.browser, facts.browserVersion, facts.os, facts.osVersion] { text(value) }
    }

    /// Four bits each, 0 for none.
    private mutating func reasons(_ reasons: PlaceReasons) {
        let codes = [reasons.country, reasons.position, reasons.network, reasons.anonymity].map { $0.map(ReasonCode.code) ?? 0 }
        fixed(codes.enumerated().reduce(UInt16(0)) { $0 | UInt16($1.element) << UInt16(4 * $1.offset) })
    }

    /// Two bits each: unknown, false, true.
    private static func flags(_ fields: EventFields) -> UInt16 {
        let network = fields.network
        func bits(_ value: Bool?, _ place: UInt16) -> UInt16 { (value.map { $0 ? 2 : 1 } ?? 0) << (2 * place) }
        return bits(fields.credentialBreached, 0) | bits(network.anonymous, 1) | bits(network.hosting, 2) | bits(network.vpn, 3)
            | bits(network.proxy, 4) | bits(network.tor, 5)
    }

    private static func credential(_ state: CredentialState) -> UInt8 {
        switch state {
        case .unchecked: 0
        case .valid: 1
        case .invalid: 2
        }
    }
}

extension ByteReader {
    mutating func fields() throws(MalformedBytes) -> EventFields {
        let mask = try variable(), flags: UInt16 = try fixed()
        func has(_ bit: Int) -> Bool { mask >> UInt64(bit) & 1 == 1 }
        func flag(_ index: Int) -> Bool? {
            switch flags >> UInt16(2 * index) & 3 {
            case 1: false
            case 2: true
            default: nil
            }
        }
        let credential = try credential()
        var fields = EventFields(account: try text(), credential: credential, credentialBreached: flag(0))
        fields.device = has(0) ? try text() : nil
        fields.agent = has(1) ? try text() : nil
        fields.credentialTag = has(2) ? try text() : nil
        fields.tenant = has(3) ? try text() : nil
        fields.app = has(4) ? try text() : nil
        fields.channel = has(5) ? try text() : nil
        fields.method = has(6) ? try text() : nil
        fields.position.region = has(7) ? try text() : nil
        fields.position.city = has(8) ? try text() : nil
        fields.position.timeZone = has(9) ? try text() : nil
        fields.network.name = has(10) ? try text() : nil
        fields.ip = has(11) ? try ip() : nil
        fields.factors = has(12) ? FactorSet(rawValue: try byte()) : nil
        fields.position.country = has(13) ? try country() : nil
        fields.position.point = has(14) ? try point() : nil
        fields.position.accuracy = has(15) ? try double() : nil
        fields.network.asn = has(16) ? UInt32(truncatingIfNeeded: try variable()) : nil
        fields.agentFacts = has(17) ? try agentFacts() : nil
        fields.utcOffset = has(18) ? Int(clamping: try signed()) : nil
        fields.strangeness = has(19) ? try double() : nil
        fields.placeReasons = has(20) ? try reasons() : nil
        fields.network.anonymous = flag(1)
        fields.network.hosting = flag(2)
        fields.network.vpn = flag(3)
        fields.network.proxy = flag(4)
        fields.network.tor = flag(5)
        for _ in 0..<(try count()) {
            let name = try text()
            fields.inputs[name] = try datum()
        }
        return fields
    }

    private mutating func reasons() throws(MalformedBytes) -> PlaceReasons {
        let codes: UInt16 = try fixed()
        func reason(_ index: Int) -> UnknownReason? { ReasonCode.reason(UInt8(codes >> UInt16(4 * index) & 15)) }
        return PlaceReasons(country: reason(0), position: reason(1), network: reason(2), anonymity: reason(3))
    }

    private mutating func agentFacts() throws(MalformedBytes) -> AgentFacts {
        guard let kind = AgentFacts.Kind(rawValue: try text()) else { throw MalformedBytes() }
        let browser = try text(), browserVersion = try text(), os = try text(), osVersion = try text()
        return AgentFacts(kind: kind, browser: browser, browserVersion: browserVersion, os: os, osVersion: osVersion)
    }

    private mutating func credential() throws(MalformedBytes) -> CredentialState {
        switch try byte() {
        case 0: .unchecked
        case 1: .valid
        case 2: .invalid
        default: throw MalformedBytes()
        }
    }
}

/// Numbers that stand for reasons on disk; they never change.
private enum ReasonCode {
    static func code(_ reason: UnknownReason) -> UInt8 {
        switch reason {
        case .notSent: 1
        case .privateAddress: 2
        case .notInDatabase: 3
        case .databaseNotLoaded: 4
        case .noHistory: 5
        case .stale: 6
        case .anonymousNetwork: 7
        case .noConsent: 8
        case .failed: 9
        }
    }

    static func reason(_ code: UInt8) -> UnknownReason? { UnknownReason.allCases.first { Self.code($0) == code } }
}
