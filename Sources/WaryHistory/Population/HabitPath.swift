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
        var chain = Chain(hash)
        if let address = fields.ip, !address.isPrivate {
            chain.add(.country, fields.position.country) { $1.octets(UInt64($0.code)) }
            chain.add(.network, fields.network.asn) { $1.octets(UInt64($0)) }
            chain.add(.subnet, address.subnet.address) { $1.octets($0.high); $1.octets($0.low) }
            chain.add(.address, address.host.address) { $1.octets($0.high); $1.octets($0.low) }
        }
        net = chain.take()
        if let agent = fields.agent {
            let facts = fields.agentFacts
            chain.add(.deviceKind, facts) { $1.bytes.append(contentsOf: $0.kind.rawValue.utf8) }
            chain.add(.system, facts) { $1.bytes.append(contentsOf: $0.os.utf8) }
            chain.add(.browser, facts) { $1.bytes.append(contentsOf: $0.browser.utf8) }
            chain.add(.browserVersion, facts) {
                $1.bytes.append(contentsOf: $0.browser.utf8)
                $1.bytes.append(32)
                $1.bytes.append(contentsOf: $0.browserVersion.utf8)
            }
            chain.add(.agent, agent) { $1.bytes.append(contentsOf: $0.utf8) }
        }
        device = chain.take()
    }

    /// The same for an event whose address says nothing.
    var withoutPlace: HabitPath { HabitPath(net: [], device: device) }

    /// One that was stored.
    init(net: [Step], device: [Step]) {
        self.net = net
        self.device = device
    }

    /// A chain as it is made: each name is the hash of the level, whether there is a value, the name above, and the value.
    private struct Chain {
        private let hash: SipHash
        var bytes: [UInt8] = []
        private var above: UInt64 = 0
        private var steps: [Step] = []

        init(_ hash: SipHash) {
            self.hash = hash
            bytes.reserveCapacity(192)
        }

        mutating func add<Value>(_ level: HabitLevel, _ value: Value?, _ write: (Value, inout Chain) -> Void) {
            if steps.isEmpty { steps.reserveCapacity(5) }
            bytes.removeAll(keepingCapacity: true)
            bytes.append(UInt8(level.rawValue))
            bytes.append(value == nil ? 0 : 1)
            octets(above)
            if let value { write(value, &self) }
            above = hash.hash(bytes)
            steps.append(Step(level: level, name: above, isKnown: value != nil))
        }

        mutating func octets(_ word: UInt64) { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }

        mutating func take() -> [Step] {
            defer { (steps, above) = ([], 0) }
            return steps
        }
    }
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
