import WarySignals
import WaryVocabulary

extension World {
    /// The world as position databases: each file's name and bytes, in the format that `PositionDatabases` reads.
    public func databases(built: Instant) -> [(name: String, bytes: [UInt8])] {
        var cities = DatabaseWriter(type: "GeoLite2-City", description: "Wary's made-up world: cities", built: built)
        var networks = DatabaseWriter(type: "GeoLite2-ASN", description: "Wary's made-up world: networks", built: built)
        var anonymous = DatabaseWriter(type: "GeoIP2-Anonymous-IP", description: "Wary's made-up world: anonymous networks",
                                       built: built)
        for block in blocks {
            cities.insert(block.network, .city(block.position))
            networks.insert(block.network, .asn(block.facts))
            anonymous.insert(block.network, .anonymous(block.facts))
        }
        return [("cities.mmdb", cities.bytes()), ("networks.mmdb", networks.bytes()), ("anonymous.mmdb", anonymous.bytes())]
    }
}
