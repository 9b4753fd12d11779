import WaryVocabulary

/// A made-up internet: places, the providers in them and the addresses they hand out. The addresses are of the ranges that
/// RFC 2544 and RFC 3849 reserve, so that no real network is ever spoken of.
public struct World: Sendable {
    public struct City: Sendable {
        public let name: String
        public let country: Country
        public let region: String
        public let point: GeoPoint
        public let timeZone: String
    }

    public enum ProviderKind: Sendable { case home, mobile, hosting, vpn, tor }

    /// One provider's addresses in one city: an IPv4 /24.
    public struct Block: Sendable {
        public let city: City
        public let kind: ProviderKind
        public let asn: UInt32
        public let provider: String
        public let network: Network

        public var facts: NetworkFacts {
            NetworkFacts(asn: asn, name: provider, anonymous: kind == .vpn || kind == .tor, hosting: kind == .hosting,
                         vpn: kind == .vpn, proxy: false, tor: kind == .tor)
        }

        public var position: Position {
            Position(country: city.country, region: city.region, city: city.name, point: city.point,
                     accuracy: kind == .mobile ? 50_000 : 10_000, timeZone: city.timeZone)
        }

        /// The address with this number, 0…253, in the block.
        public func address(_ number: Int) -> IPAddress {
            IPAddress(v4: (network.address.v4Bits ?? 0) + UInt32(1 + number % 254))
        }
    }

    public let cities: [City]
    public let blocks: [Block]

    public init() {
        cities = Self.places.compactMap { name, code, region, latitude, longitude, zone in
            guard let country = Country(code), let point = GeoPoint(latitude: latitude, longitude: longitude) else { return nil }
            return City(name: name, country: country, region: region, point: point, timeZone: zone)
        }
        var blocks: [Block] = []
        var next: UInt32 = 0xc612_0000  // 198.18.0.0/15
        func add(_ city: City, _ kind: ProviderKind, _ asn: UInt32, _ provider: String, count: Int) {
            for _ in 0..<count {
                blocks.append(Block(city: city, kind: kind, asn: asn, provider: provider,
                                    network: Network(IPAddress(v4: next), length: 24)))
                next += 256
            }
        }
        for city in cities {
            let base = 64_500 + UInt32(city.country.code % 97) * 8
            add(city, .home, base, "\(city.country) Telecom", count: 4)
            add(city, .home, base + 1, "\(city.country) Fibre", count: 3)
            add(city, .mobile, base + 2, "\(city.country) Mobile", count: 2)
        }
        for (index, city) in cities.enumerated() where Self.hostingCities.contains(city.name) {
            add(city, .hosting, 65_400 + UInt32(index), "Nimbus Hosting", count: 3)
            add(city, .vpn, 65_450 + UInt32(index), "Cloak VPN", count: 1)
        }
        if let last = cities.last { add(last, .tor, 65_499, "Tor exits", count: 1) }
        self.blocks = blocks
    }

    public func blocks(_ kind: ProviderKind, in city: City? = nil) -> [Block] {
        blocks.filter { $0.kind == kind && (city == nil || $0.city.name == city?.name) }
    }

    public func block(of address: IPAddress) -> Block? { blocks.first { $0.network.contains(address) } }

    private static let hostingCities: Set = ["New York", "Amsterdam", "Singapore", "Frankfurt"]

    private static let places: [(String, String, String, Double, Double, String)] = [
        ("Paris", "FR", "IDF", 48.8566, 2.3522, "Europe/Paris"),
        ("Lyon", "FR", "ARA", 45.7640, 4.8357, "Europe/Paris"),
        ("Marseille", "FR", "PAC", 43.2965, 5.3698, "Europe/Paris"),
        ("Lille", "FR", "HDF", 50.6292, 3.0573, "Europe/Paris"),
        ("Frankfurt", "DE", "HE", 50.1109, 8.6821, "Europe/Berlin"),
        ("London", "GB", "ENG", 51.5074, -0.1278, "Europe/London"),
        ("Madrid", "ES", "MD", 40.4168, -3.7038, "Europe/Madrid"),
        ("Amsterdam", "NL", "NH", 52.3676, 4.9041, "Europe/Amsterdam"),
        ("New York", "US", "NY", 40.7128, -74.0060, "America/New_York"),
        ("São Paulo", "BR", "SP", -23.5505, -46.6333, "America/Sao_Paulo"),
        ("Lagos", "NG", "LA", 6.5244, 3.3792, "Africa/Lagos"),
        ("Mumbai", "IN", "MH", 19.0760, 72.8777, "Asia/Kolkata"),
        ("Singapore", "SG", "01", 1.3521, 103.8198, "Asia/Singapore"),
        ("Tokyo", "JP", "13", 35.6762, 139.6503, "Asia/Tokyo"),
    ]
}
