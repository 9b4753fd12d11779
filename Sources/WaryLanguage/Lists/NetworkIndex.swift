import WaryVocabulary

/// A set of networks as sorted ranges that do not touch, found by bisection: the leaves of a prefix trie without its
/// nodes. 32 bytes a range, and 20 comparisons among a million.
struct NetworkIndex: Sendable {
    private var starts: [IPAddress] = []
    private var ends: [IPAddress] = []

    init(_ networks: [Network]) {
        for (start, end) in networks.flatMap(Self.ranges).sorted(by: { $0.start < $1.start }) {
            if let last = ends.last, last >= start || last.isNext(start) {
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

    func contains(_ address: IPAddress) -> Bool {
        let index = lastStart(notAfter: address)
        return index >= 0 && address <= ends[index]
    }

    /// Whether every address of a network is in the set.
    func contains(_ network: Network) -> Bool {
        let index = lastStart(notAfter: network.address)
        return index >= 0 && network.last <= ends[index]
    }

    private func lastStart(notAfter address: IPAddress) -> Int {
        var low = 0, high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= address { low = middle + 1 } else { high = middle }
        }
        return low - 1
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
