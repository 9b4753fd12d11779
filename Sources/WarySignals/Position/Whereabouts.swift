import WaryVocabulary

/// What the loaded databases say about one address, and for each part they leave open, why.
public struct Whereabouts: Hashable, Sendable {
    public var position: Position
    public var network: NetworkFacts
    /// Why the country is not there, when it is not.
    public var missingCountry: UnknownReason?
    /// Why region, city, point or accuracy is not there, for each that is not.
    public var missingPosition: UnknownReason?
    /// Why the autonomous system or its name is not there.
    public var missingNetwork: UnknownReason?
    /// Why `network.anonymous`, `.hosting`, `.vpn`, `.proxy` or `.tor` is not there.
    public var missingAnonymity: UnknownReason?

    /// A reason left nil stands for `not_in_database`; `missingCountry` and `missingAnonymity` follow the position's and
    /// the network's where not given.
    public init(position: Position = Position(), network: NetworkFacts = NetworkFacts(),
                missingCountry: UnknownReason? = nil, missingPosition: UnknownReason? = nil,
                missingNetwork: UnknownReason? = nil, missingAnonymity: UnknownReason? = nil) {
        self.position = position
        self.network = network
        self.missingCountry = missingCountry ?? missingPosition
        self.missingPosition = missingPosition
        self.missingNetwork = missingNetwork
        self.missingAnonymity = missingAnonymity ?? missingNetwork
    }

    /// Why what is open is open.
    public var reasons: PlaceReasons {
        PlaceReasons(country: missingCountry, position: missingPosition, network: missingNetwork, anonymity: missingAnonymity)
    }

    /// What is known of an address while no database is loaded.
    public static func undatabased(_ address: IPAddress?) -> Whereabouts {
        let reason: UnknownReason = switch address {
        case .none: .notSent
        case .some(let address): address.isPrivate ? .privateAddress : .databaseNotLoaded
        }
        return Whereabouts(missingPosition: reason, missingNetwork: reason)
    }
}
