import CMaxMindDB
import WaryVocabulary

/// The few values Wary wants out of a record, each read by its path.
extension MaxMindFile {
    static func value(_ path: MaxMindPath, in entry: MMDB_entry_s) -> MMDB_entry_data_s? {
        var start = entry
        var data = MMDB_entry_data_s()
        guard MMDB_aget_value(&start, &data, path.keys) == MMDB_SUCCESS, data.has_data else { return nil }
        return data
    }

    static func text(_ path: MaxMindPath, in entry: MMDB_entry_s) -> String? {
        guard let data = value(path, in: entry), Int32(data.type) == MMDB_DATA_TYPE_UTF8_STRING, data.data_size > 0
        else { return nil }
        return data.text(limit: Limits.databaseTextBytes)
    }

    static func bool(_ path: MaxMindPath, in entry: MMDB_entry_s) -> Bool {
        guard let data = value(path, in: entry), Int32(data.type) == MMDB_DATA_TYPE_BOOLEAN else { return false }
        return data.boolean
    }

    static func number(_ path: MaxMindPath, in entry: MMDB_entry_s) -> Double? {
        guard let data = value(path, in: entry) else { return nil }
        return switch Int32(data.type) {
        case MMDB_DATA_TYPE_DOUBLE: data.double_value
        case MMDB_DATA_TYPE_FLOAT: Double(data.float_value)
        case MMDB_DATA_TYPE_UINT16: Double(data.uint16)
        case MMDB_DATA_TYPE_UINT32: Double(data.uint32)
        case MMDB_DATA_TYPE_INT32: Double(data.int32)
        default: nil
        }
    }

    static func country(in entry: MMDB_entry_s) -> Country? {
        text(.country, in: entry).flatMap { Country($0) }
    }

    /// Adds region, city, point, accuracy and time zone. Coordinates that are not finite or out of range are as if
    /// absent, and so is a radius that no place on earth could have.
    static func readPlace(in entry: MMDB_entry_s, into position: inout Position) {
        position.region = text(.region, in: entry)
        position.city = text(.city, in: entry)
        position.timeZone = text(.timeZone, in: entry)
        guard let latitude = number(.latitude, in: entry), let longitude = number(.longitude, in: entry),
              let point = GeoPoint(latitude: latitude, longitude: longitude)
        else { return }
        position.point = point
        position.accuracy = number(.accuracy, in: entry).flatMap { kilometres in
            let metres = kilometres * 1000
            return metres >= 0 && metres <= Limits.accuracyMetres ? metres : nil
        }
    }

    static func readNetwork(in entry: MMDB_entry_s, into facts: inout NetworkFacts) {
        guard let number = number(.asn, in: entry) ?? number(.enterpriseASN, in: entry), let asn = UInt32(exactly: number)
        else { return }
        facts.asn = asn
        facts.name = text(.networkName, in: entry) ?? text(.enterpriseNetworkName, in: entry)
    }

    /// - Parameter absent: what a flag that the record does not carry means: false in a list of the anonymous, nothing in
    ///   a file of one's own.
    static func readAnonymity(in entry: MMDB_entry_s, absent: Bool?) -> Anonymity {
        func flag(_ path: MaxMindPath) -> Bool? { value(path, in: entry) == nil ? absent : bool(path, in: entry) }
        let isProxy = flag(.residentialProxy) == true ? true : flag(.publicProxy)
        return Anonymity(anonymous: flag(.anonymous), hosting: flag(.hosting), vpn: flag(.vpn), proxy: isProxy, tor: flag(.tor))
    }
}

/// What the sources together say of an address's anonymity: each part true as soon as one says so, false when one that
/// would know says nothing of it, nil when none would know.
struct Anonymity: Hashable, Sendable {
    var anonymous: Bool?
    var hosting: Bool?
    var vpn: Bool?
    var proxy: Bool?
    var tor: Bool?

    static let none = Anonymity(anonymous: false, hosting: false, vpn: false, proxy: false, tor: false)

    mutating func merge(_ other: Anonymity) {
        func either(_ a: Bool?, _ b: Bool?) -> Bool? { a == true || b == true ? true : a ?? b }
        anonymous = either(anonymous, other.anonymous)
        hosting = either(hosting, other.hosting)
        vpn = either(vpn, other.vpn)
        proxy = either(proxy, other.proxy)
        tor = either(tor, other.tor)
    }

    /// A hosting, VPN, proxy or Tor address is anonymous even where the database does not add so.
    func apply(to facts: inout NetworkFacts) {
        let isOfAKind = [hosting, vpn, proxy, tor].contains(true)
        facts.anonymous = isOfAKind ? true : anonymous
        facts.hosting = hosting
        facts.vpn = vpn
        facts.proxy = proxy
        facts.tor = tor
    }
}
