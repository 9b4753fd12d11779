import WaryVocabulary

/// A set of networks as sorted ranges that do not touch, found by bisection: the leaves of a prefix trie without its
/// nodes. The IPv4 ranges lie apart, 8 bytes each, so that sixty-four of them are found in six steps within eight lines of
/// the processor's cache; IPv6 ranges take 32 bytes.
struct NetworkIndex: Sendable {
    private var starts4: [UInt32] = []
    private var ends4: [UInt32] = []
    private var starts: [IPAddress] = []
    private var ends: [IPAddress] = []

    init(_ networks: [Network]) {
        for (start, end) in networks.flatMap(Self.ranges).sorted(by: { $0.start < $1.start }) {
            if let first = start.v4Bits, let last = end.v4Bits {
                if let before = ends4.last, before >= first || before + 1 == first {
                    if last > before { ends4[ends4.count - 1] = last }
                } else {
                    starts4.append(first)
                    ends4.append(last)
                }
            } else if let last = ends.last, last >= start || last.isNext(start) {
                if end > last { ends[ends.count - 1] = end }
            } else {
                starts.append(start)
                ends.append(end)
            }
        }
    }

    /// One range, or two for an IPv6 block that the mapped IPv4 addresses lie in: they are not IPv6.
    private static func ranges(of network: Network) -> [(start: IPAddress, end: IPAddress)] {
        let firstV4 = IPAddress(v4: 0), lastV4 = IPAddress(v4: .max)
        guard !network.address.isV4, network.address < firstV4, network.last > lastV4 else { return [(network.address, network.last)] }
        return [(network.address, IPAddress(high: 0, low: firstV4.low - 1)), (IPAddress(high: 0, low: lastV4.low + 1), network.last)]
    }

    func contains(_ address: IPAddress) -> Bool { contains(address, through: address) }

    /// Whether every address of a network is in the set.
    func contains(_ network: Network) -> Bool { contains(network.address, through: network.last) }

    private func contains(_ first: IPAddress, through last: IPAddress) -> Bool {
        if let first = first.v4Bits, let last = last.v4Bits {
            guard let index = Self.lastIndex(in: starts4, notAfter: first) else { return false }
            return last <= ends4[index]
        }
        guard let index = Self.lastIndex(in: starts, notAfter: first) else { return false }
        return last <= ends[index]
    }

    /// By halving without a branch on what is found, which no processor could foretell.
    @inline(__always)
    private static func lastIndex<Value: Comparable>(in starts: [Value], notAfter value: Value) -> Int? {
        starts.withUnsafeBufferPointer { starts in
            var base = 0, length = starts.count
            if length == 0 || starts[0] > value { return nil }
            while length > 1 {
                let half = length / 2
                base += starts[base + half] <= value ? half : 0
                length -= half
            }
            return base
        }
    }
}

extension Network {
    /// The last address of the block.
    var last: IPAddress {
        let length = mappedLength
        if length >= 128 { return address }
        if length > 64 { return IPAddress(high: address.high, low: address.low | (UInt64.max >> UInt64(length - 64))) }
        if length == 64 { return IPAddress(high: address.high, low: .max) }
        return IPAddress(high: length == 0 ? .max : address.high | (UInt64.max >> UInt64(length)), low: .max)
    }
}

extension IPAddress {
    /// Whether `other` comes directly after this one, within the same family.
    func isNext(_ other: IPAddress) -> Bool {
        let (low, carry) = low.addingReportingOverflow(1)
        return isV4 == other.isV4 && other.low == low && other.high == high &+ (carry ? 1 : 0)
    }
}
