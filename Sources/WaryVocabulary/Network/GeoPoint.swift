import Glibc

/// A place on the earth's surface in degrees; always finite and in range.
public struct GeoPoint: Hashable, Sendable, CustomStringConvertible {
    /// −90…90, north positive.
    public let latitude: Double
    /// −180…180, east positive.
    public let longitude: Double

    /// Nil when a coordinate is not finite or out of range.
    public init?(latitude: Double, longitude: Double) {
        guard latitude.isFinite, longitude.isFinite, abs(latitude) <= 90, abs(longitude) <= 180 else { return nil }
        self.latitude = latitude
        self.longitude = longitude
    }

    /// The mean earth radius in metres (IUGG R₁).
    public static let earthRadius = 6_371_008.8

    /// The great-circle distance in metres, by the haversine formula.
    public func distance(to other: GeoPoint) -> Double {
        let radians = Double.pi / 180
        let sinLatitude = sin((other.latitude - latitude) * radians / 2)
        let sinLongitude = sin((other.longitude - longitude) * radians / 2)
        let h = sinLatitude * sinLatitude
            + cos(latitude * radians) * cos(other.latitude * radians) * sinLongitude * sinLongitude
        return 2 * Self.earthRadius * asin(min(1, h.squareRoot()))
    }

    public var description: String { "\(latitude), \(longitude)" }
}
