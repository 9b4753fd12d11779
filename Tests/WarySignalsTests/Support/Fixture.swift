import WarySignals
import WaryVocabulary

/// Databases of our own, made with our own writer.
enum Fixture {
    static let built = Instant(milliseconds: 1_767_268_800_000) // 2026-01-01T12:00:00Z

    static func network(_ text: String) throws -> Network { try Network(parsing: text) }

    /// Paris, a corner of it, Tokyo, Kathmandu, an IPv6 block, and a country without a city.
    static func city() throws -> DatabaseWriter {
        var writer = DatabaseWriter(type: "GeoLite2-City", description: "test", built: built)
        writer.insert(try network("192.0.2.0/24"), .city(place("FR", "IDF", "Paris", 48.86, 2.35, 20, "Europe/Paris")))
        writer.insert(try network("192.0.2.128/25"), .city(place("FR", "IDF", "Versailles", 48.80, 2.13, 5, "Europe/Paris")))
        writer.insert(try network("203.0.113.0/24"), .city(place("JP", "13", "Tokyo", 35.68, 139.69, 50, "Asia/Tokyo")))
        writer.insert(try network("198.51.100.0/24"), .city(place("NP", nil, "Kathmandu", 27.72, 85.32, 10, "Asia/Kathmandu")))
        writer.insert(try network("2001:db8::/32"), .city(place("DE", "BE", "Berlin", 52.52, 13.40, 100, "Europe/Berlin")))
        writer.insert(try network("100.0.0.0/8"), .city(Position(country: Country("US"))))
        return writer
    }

    static func systems() throws -> DatabaseWriter {
        var writer = DatabaseWriter(type: "GeoLite2-ASN", description: "test", built: built)
        writer.insert(try network("192.0.2.0/24"), .asn(NetworkFacts(asn: 64_500, name: "Exemple SA")))
        writer.insert(try network("203.0.113.0/24"), .asn(NetworkFacts(asn: 64_501, name: "Rei KK")))
        return writer
    }

    static func anonymous() throws -> DatabaseWriter {
        var writer = DatabaseWriter(type: "GeoIP2-Anonymous-IP", description: "test", built: built)
        writer.insert(try network("203.0.113.64/26"), .anonymous(NetworkFacts(anonymous: true, vpn: true)))
        writer.insert(try network("203.0.113.128/26"), .anonymous(NetworkFacts(tor: true)))
        return writer
    }

    private static func place(_ country: String, _ region: String?, _ city: String, _ latitude: Double, _ longitude: Double,
                              _ kilometres: Double, _ zone: String) -> Position {
        Position(country: Country(country), region: region, city: city, point: GeoPoint(latitude: latitude, longitude: longitude),
                 accuracy: kilometres * 1000, timeZone: zone)
    }
}

/// A small seeded generator (Steele, Lea, Flood, 2014).
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}
