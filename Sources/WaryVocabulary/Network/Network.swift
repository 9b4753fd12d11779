/// A CIDR block: an address and the number of leading bits that count.
public struct Network: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The first address of the block.
    public let address: IPAddress
    /// The prefix length as written: 0…32 for IPv4, 0…128 for IPv6.
    public let length: Int

    /// The block of `length` bits that holds `address`; host bits are cleared.
    public init(_ address: IPAddress, length: Int) {
        precondition((0...(address.isV4 ? 32 : 128)).contains(length), "prefix length out of range")
        self.length = length
        self.address = address.masked(to: address.isV4 ? 96 + length : length)
    }

    /// Why a text is no network.
    public enum ParseError: Error, Equatable, Sendable {
        /// Not `address/length`, or the length is out of range.
        case malformed
        /// Bits beyond the prefix are set; the block that was probably meant.
        case hostBitsSet(intended: Network)
    }

    /// Parses `address/length`; a bare address is the block of that one address.
    public init(parsing text: String) throws(ParseError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(String(parts[0])) else { throw .malformed }
        let longest = address.isV4 ? 32 : 128
        var length = longest
        if parts.count == 2 {
            let digits = parts[1]
            guard !digits.isEmpty, digits.utf8.count <= 3, digits.utf8.allSatisfy({ (48...57).contains($0) }),
                  digits.utf8.count == 1 || digits.first != "0", let value = Int(digits), value <= longest
            else { throw .malformed }
            length = value
        }
        self.init(address, length: length)
        if self.address != address { throw .hostBitsSet(intended: self) }
    }

    /// The prefix length in the 128-bit space that IPv4 is mapped into: 96…128 for IPv4.
    public var mappedLength: Int { address.isV4 ? 96 + length : length }

    public func contains(_ other: IPAddress) -> Bool {
        other.isV4 == address.isV4 && other.masked(to: mappedLength) == address
    }

    public func contains(_ other: Network) -> Bool {
        other.mappedLength >= mappedLength && contains(other.address)
    }

    public var description: String { "\(address)/\(length)" }

    public static func < (a: Network, b: Network) -> Bool {
        a.address != b.address ? a.address < b.address : a.length < b.length
    }
}
