import Glibc

/// One plain IPv4 or IPv6 address. An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) *is* the IPv4 address:
/// IPv4 is kept in mapped form, so equality and ordering need no cases.
public struct IPAddress: Hashable, Sendable, Comparable, LosslessStringConvertible {
    /// The upper and lower 64 bits, in host order.
    public let high: UInt64
    public let low: UInt64

    private static let mappedPrefix: UInt64 = 0x0000_ffff_0000_0000

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// An IPv4 address from its 32 bits in host order.
    public init(v4 bits: UInt32) {
        self.init(high: 0, low: Self.mappedPrefix | UInt64(bits))
    }

    /// Parses exactly one address. Zone ids, ports, brackets and leading zeros in IPv4 are refused.
    public init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        if text.utf8.contains(UInt8(ascii: ":")) {
            var address = in6_addr()
            guard inet_pton(AF_INET6, text, &address) == 1 else { return nil }
            let (high, low) = withUnsafeBytes(of: &address) {
                (UInt64(bigEndian: $0.load(as: UInt64.self)), UInt64(bigEndian: $0.load(fromByteOffset: 8, as: UInt64.self)))
            }
            self.init(high: high, low: low)
        } else {
            var address = in_addr()
            guard inet_pton(AF_INET, text, &address) == 1 else { return nil }
            self.init(v4: UInt32(bigEndian: address.s_addr))
        }
    }

    /// True for IPv4, mapped addresses included.
    public var isV4: Bool { high == 0 && low >> 32 == Self.mappedPrefix >> 32 }

    /// The IPv4 address's 32 bits in host order; nil for IPv6.
    public var v4Bits: UInt32? { isV4 ? UInt32(truncatingIfNeeded: low) : nil }

    /// RFC 5952's text form; dotted quads for IPv4.
    public var description: String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        if let bits = v4Bits {
            var address = in_addr(s_addr: bits.bigEndian)
            inet_ntop(AF_INET, &address, &buffer, socklen_t(buffer.count))
        } else {
            var address = in6_addr()
            withUnsafeMutableBytes(of: &address) {
                $0.storeBytes(of: high.bigEndian, as: UInt64.self)
                $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            inet_ntop(AF_INET6, &address, &buffer, socklen_t(buffer.count))
        }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    public static func < (a: IPAddress, b: IPAddress) -> Bool {
        a.high != b.high ? a.high < b.high : a.low < b.low
    }

    /// The address with all but the first `length` of its 128 bits cleared (IPv4 counts from bit 96).
    func masked(to length: Int) -> IPAddress {
        switch length {
        case 128...: self
        case 64..<128: IPAddress(high: high, low: low & ~(length == 64 ? UInt64.max : UInt64.max >> UInt64(length - 64)))
        case 1..<64: IPAddress(high: high & ~(UInt64.max >> UInt64(length)), low: 0)
        default: IPAddress(high: 0, low: 0)
        }
    }
}

extension IPAddress {
    /// What history means by `ip`: the IPv4 address itself, the /64 for IPv6, which one host owns whole.
    public var host: Network { Network(self, length: isV4 ? 32 : 64) }

    /// What history means by `subnet`: the /24, for IPv6 the /48.
    public var subnet: Network { Network(self, length: isV4 ? 24 : 48) }

    /// Not routed on the internet: private use (RFC 1918, RFC 4193), loopback, link-local, carrier-grade NAT
    /// (RFC 6598) or unspecified. No position can be known for it.
    public var isPrivate: Bool { Self.privateNetworks.contains { $0.contains(self) } }

    private static let privateNetworks: [Network] = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
        "::/128", "::1/128", "fc00::/7", "fe80::/10",
    ].compactMap { try? Network(parsing: $0) }
}
