import Foundation
import WaryVocabulary

/// A list of networks and autonomous systems, indexed: a look-up is a binary search over ranges that do not overlap.
struct NetworkList: Sendable {
    private var starts: [IPAddress] = []
    private var ends: [IPAddress] = []
    private var systems: Set<UInt32> = []

    /// Reads a list file: a network, an address or `AS64500` a line; blank lines and `#` comments are skipped.
    init(path: String) throws(PositionError) {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw .unreadable(path: path, reason: "no readable UTF-8 text")
        }
        var networks: [Network] = []
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            let entry = String(line.prefix { $0 != "#" }).trimmingCharacters(in: .whitespacesAndNewlines)
            if entry.isEmpty { continue }
            if let system = Self.system(entry) {
                systems.insert(system)
            } else if let network = try? Network(parsing: entry) {
                networks.append(network)
            } else {
                throw .badEntry(path: path, line: number, reason: Self.complaint(about: entry))
            }
        }
        index(networks)
    }

    /// Whether the address or its autonomous system is on the list.
    func contains(_ address: IPAddress, asn: UInt32?) -> Bool {
        if let asn, systems.contains(asn) { return true }
        var low = 0, high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= address { low = middle + 1 } else { high = middle }
        }
        return low > 0 && address <= ends[low - 1]
    }

    private mutating func index(_ networks: [Network]) {
        for network in networks.sorted() {
            let last = network.lastAddress
            if let end = ends.last, network.address <= end {
                if last > end { ends[ends.count - 1] = last }
            } else {
                starts.append(network.address)
                ends.append(last)
            }
        }
    }

    private static func system(_ entry: String) -> UInt32? {
        guard entry.count > 2, entry.prefix(2).uppercased() == "AS" else { return nil }
        return UInt32(entry.dropFirst(2))
    }

    private static func complaint(about entry: String) -> String {
        do {
            _ = try Network(parsing: entry)
            return "not a network"
        } catch Network.ParseError.hostBitsSet(let intended) {
            return "\"\(entry)\" has host bits set; write \(intended)"
        } catch {
            return "\"\(entry)\" is no network, address or AS number; write one such as 198.51.100.0/24 or AS64500"
        }
    }
}

extension Network {
    /// The last address of the block.
    var lastAddress: IPAddress {
        let free = 128 - mappedLength
        if free >= 128 { return IPAddress(high: .max, low: .max) }
        if free > 64 { return IPAddress(high: address.high | (1 << UInt64(free - 64) - 1), low: .max) }
        if free == 64 { return IPAddress(high: address.high, low: .max) }
        return IPAddress(high: address.high, low: address.low | (1 << UInt64(free) - 1))
    }
}
