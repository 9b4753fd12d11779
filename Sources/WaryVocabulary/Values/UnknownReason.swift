/// Why a value is unknown; the raw value is the code an answer carries.
public enum UnknownReason: String, Hashable, Sendable, CaseIterable {
    /// The app or the client did not send it.
    case notSent = "not_sent"
    /// The address is private: it has no position and no network on the internet.
    case privateAddress = "private_address"
    case notInDatabase = "not_in_database"
    case databaseNotLoaded = "database_not_loaded"
    /// Nothing has been seen yet that it could be computed from.
    case noHistory = "no_history"
    /// The database or the fact is older than configured.
    case stale
    /// A proxy, VPN or Tor exit: where it is says nothing about where the person is.
    case anonymousNetwork = "anonymous_network"
    case noConsent = "no_consent"
    /// The computation failed: division by zero, overflow, a regular expression's match limit, unreadable history.
    case failed

    /// The reason as a person reads it.
    public var text: String {
        switch self {
        case .notSent: "not sent"
        case .privateAddress: "private address"
        case .notInDatabase: "not in the database"
        case .databaseNotLoaded: "no database loaded"
        case .noHistory: "no history yet"
        case .stale: "too old"
        case .anonymousNetwork: "anonymous network"
        case .noConsent: "no consent"
        case .failed: "could not be computed"
        }
    }
}
