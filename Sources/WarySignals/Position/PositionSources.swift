/// What a list of networks or autonomous systems says of those on it.
public enum NetworkTrait: String, Hashable, Sendable, CaseIterable {
    case hosting, vpn, proxy, tor
}

/// Where positions and network facts come from: the part of the configuration this module reads.
public struct PositionSources: Hashable, Sendable {
    /// MaxMind DB files; each is recognised by the type its metadata states. The first that knows a value gives it.
    public var databases: [String]
    /// Lists of networks, addresses and AS numbers, one a line, `#` comments: Tor exits, data centres.
    public var lists: [NetworkTrait: [String]]
    /// Milliseconds after which a database is too old to be believed: what it says is then unknown with the reason
    /// `stale`. Nil: never.
    public var maximumAge: Int64?

    /// Every file, databases first.
    public var paths: [String] { databases + NetworkTrait.allCases.flatMap { lists[$0] ?? [] } }

    /// No file at all.
    public var isEmpty: Bool { paths.isEmpty }

    public init(databases: [String] = [], lists: [NetworkTrait: [String]] = [:], maximumAge: Int64? = nil) {
        self.databases = databases
        self.lists = lists
        self.maximumAge = maximumAge
    }
}
