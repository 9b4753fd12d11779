import Testing
import WaryVocabulary

@Suite struct AddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("::", "::"), ("::1", "::1"), ("2001:db8::192.0.2.33", "2001:db8::c000:221"), ("255.255.255.255", "255.255.255.255"),
    ])
    func onePlainAddressIsRead(text: String, canonical: String) {
        #expect(IPAddress(text)?.description == canonical)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.4:80", "[::1]", "::1%eth0", "fe80::1%1", ":::", "1::2::3",
        "g::1", " 1.2.3.4", "1.2.3.4 ", "1.2.3.4\u{0}", "0x7f.1.2.3", "127.1", "١.2.3.4",
    ])
    func anythingElseIsRefused(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func descriptionReadsBackAsTheSameAddress() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = Numbers(state: seed)
        for _ in 0..<2000 {
            let v6 = IPAddress(high: generator.next(), low: generator.next())
            let v4 = IPAddress(v4: UInt32(truncatingIfNeeded: generator.next()))
            #expect(IPAddress(v6.description) == v6, "seed \(seed)")
            #expect(IPAddress(v4.description) == v4, "seed \(seed)")
        }
    }

    @Test func historySeesTheHostAndTheSubnet() throws {
        let v4 = try #require(IPAddress("198.51.100.77")), v6 = try #require(IPAddress("2001:db8:1:2:3:4:5:6"))
        #expect(v4.host.description == "198.51.100.77/32")
        #expect(v4.subnet.description == "198.51.100.0/24")
        #expect(v6.host.description == "2001:db8:1:2::/64")
        #expect(v6.subnet.description == "2001:db8:1::/48")
    }

    @Test(arguments: ["10.1.2.3", "172.31.0.1", "192.168.9.9", "127.0.0.1", "169.254.1.1", "100.64.0.1", "0.0.0.0", "::", "::1",
                      "fd00::1", "fe80::1", "::ffff:10.0.0.1"])
    func privateAddressesAreKnown(text: String) throws {
        #expect(try #require(IPAddress(text)).isPrivate)
    }

    @Test(arguments: ["192.0.2.1", "172.32.0.1", "100.128.0.1", "8.8.8.8", "2001:db8::1", "2606:4700::1111"])
    func publicAddressesAreNotPrivate(text: String) throws {
        #expect(try !#require(IPAddress(text)).isPrivate)
    }
}

@Suite struct NetworkTests {
    @Test func hostBitsAreRefusedWithTheNetworkThatWasMeant() throws {
        let intended = try Network(parsing: "203.0.113.0/24")
        #expect(throws: Network.ParseError.hostBitsSet(intended: intended)) { try Network(parsing: "203.0.113.7/24") }
    }

    @Test(arguments: ["203.0.113.0/33", "203.0.113.0/", "203.0.113.0/-1", "203.0.113.0/024", "2001:db8::/129", "nonsense/8", "/8", ""])
    func malformedNetworksAreRefused(text: String) {
        #expect(throws: Network.ParseError.malformed) { try Network(parsing: text) }
    }

    @Test func containmentFollowsThePrefix() throws {
        let network = try Network(parsing: "198.51.100.128/25")
        #expect(network.contains(try #require(IPAddress("198.51.100.128"))))
        #expect(!network.contains(try #require(IPAddress("198.51.100.127"))))
        #expect(network.contains(try Network(parsing: "198.51.100.192/26")))
        #expect(!network.contains(try Network(parsing: "198.51.100.0/24")))
        let all = try Network(parsing: "::/0")
        #expect(all.contains(try #require(IPAddress("2001:db8::1"))))
        #expect(!all.contains(try #require(IPAddress("192.0.2.1"))), "an IPv6 block holds no IPv4 address")
    }

    @Test func containmentAgreesWithTheBitsOfEveryLength() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = Numbers(state: seed)
        for length in 0...128 {
            let address = IPAddress(high: generator.next() | 1 << 63, low: generator.next())
            let network = Network(address, length: length)
            #expect(network.contains(address), "seed \(seed)")
            guard length > 0 else { continue }
            let bit = length - 1
            let flipped = bit < 64 ? IPAddress(high: address.high ^ 1 << UInt64(63 - bit), low: address.low)
                : IPAddress(high: address.high, low: address.low ^ 1 << UInt64(127 - bit))
            #expect(!network.contains(flipped), "seed \(seed), /\(length)")
        }
    }
}

/// xorshift64*, for properties that print their seed.
struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        if state == 0 { state = 0x9e37_79b9_7f4a_7c15 }
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_f491_4f6c_dd1d
    }
}
