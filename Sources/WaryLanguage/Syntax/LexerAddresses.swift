import WaryVocabulary

/// Addresses and networks.
extension Scanner {
    /// Scans an address or network where one stands; false, having moved nothing, where something else does. Two colons
    /// make an IPv6 address, two dots between digits an IPv4 one: neither occurs in anything else.
    mutating func scanAddress() -> Bool {
        guard let end = endOfAddress() else { return false }
        let start = position
        position = end
        skipWord()
        if peek() == UInt8(ascii: "%") {
            position += 1
            skipWord()
        }
        let isWhole = position == end
        if peek() == UInt8(ascii: "/"), byte(at: position + 1)?.isDigitByte == true {
            position += 1
            skipWord()
            emitNetwork(start)
        } else if isWhole, let address = IPAddress(text(start, position)) {
            emit(.literal(.datum(.ip(address))), from: start)
        } else {
            let written = text(start, position)
            report(.syntax, start, position, "`\(written)` is no address", help: help(forAddress: written))
            emit(.invalid, from: start)
        }
        return true
    }

    private func endOfAddress() -> Int? {
        var index = position
        var colons = 0, dots = 0
        var isNumeric = true
        while let byte = byte(at: index) {
            if byte == UInt8(ascii: ":") {
                colons += 1
            } else if byte == UInt8(ascii: ".") {
                guard self.byte(at: index + 1)?.isDigitByte == true, index > position else { break }
                dots += 1
            } else if byte.isHexByte {
                if !byte.isDigitByte { isNumeric = false }
            } else {
                break
            }
            index += 1
        }
        return colons >= 2 || colons == 0 && dots >= 2 && isNumeric ? index : nil
    }

    private mutating func emitNetwork(_ start: Int) {
        let written = text(start, position)
        do throws(Network.ParseError) {
            emit(.literal(.datum(.network(try Network(parsing: written)))), from: start)
        } catch .hostBitsSet(let intended) {
            report(.network, start, position, "`\(written)` has bits set beyond its prefix; the network is \(intended)",
                   help: "for the one address, write it without the prefix length", fix: intended.description)
            emit(.literal(.datum(.network(intended))), from: start)
        } catch {
            report(.syntax, start, position, "`\(written)` is no network", help: help(forNetwork: written))
            emit(.invalid, from: start)
        }
    }

    private func help(forNetwork text: String) -> String? {
        let address = String(text.prefix { $0 != "/" })
        guard let parsed = IPAddress(address) else { return help(forAddress: address) }
        return "the prefix length of an \(parsed.isV4 ? "IPv4" : "IPv6") network is a number from 0 to \(parsed.isV4 ? 32 : 128)"
    }

    private func help(forAddress text: String) -> String? {
        if text.contains("%") { return "an address has no zone here" }
        guard !text.contains(":") else {
            let isTime = text.split(separator: ":").allSatisfy { $0.utf8.count <= 2 && $0.utf8.allSatisfy(\.isDigitByte) }
            return isTime ? "a time of day has hours and minutes only: 22:00" : nil
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count != 4 { return "an IPv4 address has four numbers" }
        if let large = parts.first(where: { (Int($0) ?? 0) > 255 }) { return "\(large) is over 255" }
        if let padded = parts.first(where: { $0.count > 1 && $0.hasPrefix("0") }) { return "\(padded) has a leading zero" }
        return nil
    }
}
