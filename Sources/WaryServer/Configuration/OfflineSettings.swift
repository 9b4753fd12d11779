import WarySignals

/// What of the configuration matters to the commands that work without a server: the same keys, no more of them required.
public struct OfflineSettings: Sendable, Equatable {
    public var data: String?
    public var keyFile: String?
    public var policies: [String]
    public var positionSources: PositionSources
    /// uap-core's expressions; nil for the package's, where installed.
    public var userAgents: String?

    public init(_ reader: ConfigurationReader) {
        let values = ConfigurationValues(reader)
        data = values.text(.data)
        keyFile = values.text(.keyFile)
        policies = values.list(.policies)
        positionSources = PositionSources(
            databases: values.list(.positions),
            lists: [.tor: values.list(.torExits), .hosting: values.list(.hostingNetworks), .vpn: values.list(.vpnNetworks),
                    .proxy: values.list(.proxyNetworks)],
            maximumAge: values.integer(.positionsMaxAge))
        userAgents = values.text(.userAgents)
    }
}
