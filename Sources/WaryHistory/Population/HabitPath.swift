import WaryVocabulary

/// One event's places in the two chains, by their keyed names. Each name stands for the whole way down to its level: a
/// subnet announced by two networks is two places.
public struct HabitPath: Hashable, Sendable {
    /// A place at one level.
    public struct Step: Hashable, Sendable {
        public let level: HabitLevel
        let name: UInt64
        /// Whether the event has a value at this level; where it has none, all such events share one place.
        public let isKnown: Bool
    }

    /// Coarse to fine; empty for private addresses, which say nothing of where someone is.
    public let net: [Step]
    /// Empty where no user agent was sent.
    public let device: [Step]

    /// Both chains.
    var chains: [[Step]] { [net, device] }

    init(_ fields: EventFields, hash: SipHash) {
        net = Self.chain(Self.netValues(fields), from: HabitLevel.net, hash)
        device = Self.chain(Self.deviceValues(fields), from: HabitLevel.device, hash)
    }

    /// One that was stored.
    init(net: [Step], device: [Step]) {
        self.net = net
        self.device = device
    }

    private static func chain(_ values: [[UInt8]?], from levels: [HabitLevel], _ hash: SipHash) -> [Step] {
        var above: UInt64 = 0
        return zip(levels, values).map { level, value in
            var bytes = [UInt8(level.rawValue), value == nil ? 0 : 1]
            withUnsafeBytes(of: above.littleEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: value ?? [])
            above = hash.hash(bytes)
            return Step(level: level, name: above, isKnown: value != nil)
        }
    }

    private static func netValues(_ fields: EventFields) -> [[UInt8]?] {
        guard let address = fields.ip, !address.isPrivate else { return [] }
        return [
            fields.position.country.map { octets(UInt64($0.code)) },
            fields.network.asn.map { octets(UInt64($0)) },
            octets(address.subnet.address.high) + octets(address.subnet.address.low),
            octets(address.host.address.high) + octets(address.host.address.low),
        ]
    }

    private static func deviceValues(_ fields: EventFields) -> [[UInt8]?] {
        guard let agent = fields.agent else { return [] }
        guard let facts = fields.agentFacts else { return [nil, nil, nil, nil, Array(agent.utf8)] }
        return [
            Array(facts.kind.rawValue.utf8), Array(facts.os.utf8), Array(facts.browser.utf8),
            Array("\(facts.browser) \(facts.browserVersion)".utf8), Array(agent.utf8),
        ]
    }

    private static func octets(_ word: UInt64) -> [UInt8] { withUnsafeBytes(of: word.littleEndian) { Array($0) } }
}

extension EventFields {
    /// The same without all that an address says.
    var withoutPlace: EventFields {
        var fields = self
        fields.ip = nil
        fields.position = Position()
        fields.network = NetworkFacts()
        return fields
    }
}
