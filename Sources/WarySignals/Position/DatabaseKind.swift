/// What a database can tell, read off the type its metadata states. Makers vary the prefix (`GeoIP2-City`,
/// `GeoLite2-City`, `DBIP-City-Lite`), so the words decide.
struct DatabaseKind: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    /// The country.
    static let country = DatabaseKind(rawValue: 1)
    /// Region, city, point, accuracy, time zone.
    static let place = DatabaseKind(rawValue: 2)
    /// The autonomous system's number and name.
    static let network = DatabaseKind(rawValue: 4)
    /// Whether the address belongs to an anonymising service, and of which kind. What is not listed is not anonymous.
    static let anonymity = DatabaseKind(rawValue: 8)
    /// Every address it lists is a residential proxy; it says nothing of others.
    static let residentialProxy = DatabaseKind(rawValue: 16)

    /// The type that `wary geo build` writes.
    static let ownType = "Wary-Ranges"

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Empty for a type that holds nothing Wary reads.
    init(type: String) {
        let words = Set(type.split { $0 == "-" || $0 == " " || $0 == "_" }.map { $0.lowercased() })
        if type == Self.ownType {
            self = [.country, .place, .network, .anonymity]
        } else if words.contains("enterprise") {
            self = [.country, .place, .network]
        } else if words.contains("city") {
            self = [.country, .place]
        } else if words.contains("country") {
            self = .country
        } else if words.contains("asn") || words.contains("isp") {
            self = .network
        } else if words.contains("anonymous") || words.isSuperset(of: ["ip", "risk"]) {
            self = .anonymity
        } else if words.isSuperset(of: ["residential", "proxy"]) {
            self = .residentialProxy
        } else {
            self = []
        }
    }
}
