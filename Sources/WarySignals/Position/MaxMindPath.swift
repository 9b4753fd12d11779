import Glibc

/// The way to a value inside a record: map keys and array indices, kept as C strings since libmaxminddb takes them so.
/// Each is made once and lives as long as the process.
// SAFETY: the strings and the array are written in `init` only, never freed (paths are static) and read only after.
final class MaxMindPath: @unchecked Sendable {
    let keys: UnsafePointer<UnsafePointer<CChar>?>

    init(_ names: String...) {
        let list = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: names.count + 1)
        list.initialize(repeating: nil, count: names.count + 1)
        for (index, name) in names.enumerated() { list[index] = UnsafePointer(strdup(name)) }
        keys = UnsafePointer(list)
    }

    static let country = MaxMindPath("country", "iso_code")
    static let region = MaxMindPath("subdivisions", "0", "iso_code")
    static let city = MaxMindPath("city", "names", "en")
    static let latitude = MaxMindPath("location", "latitude")
    static let longitude = MaxMindPath("location", "longitude")
    static let accuracy = MaxMindPath("location", "accuracy_radius")
    static let timeZone = MaxMindPath("location", "time_zone")
    static let asn = MaxMindPath("autonomous_system_number")
    static let networkName = MaxMindPath("autonomous_system_organization")
    static let enterpriseASN = MaxMindPath("traits", "autonomous_system_number")
    static let enterpriseNetworkName = MaxMindPath("traits", "autonomous_system_organization")
    static let anonymous = MaxMindPath("is_anonymous")
    static let hosting = MaxMindPath("is_hosting_provider")
    static let vpn = MaxMindPath("is_anonymous_vpn")
    static let publicProxy = MaxMindPath("is_public_proxy")
    static let residentialProxy = MaxMindPath("is_residential_proxy")
    static let tor = MaxMindPath("is_tor_exit_node")
}
