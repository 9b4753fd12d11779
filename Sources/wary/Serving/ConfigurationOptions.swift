import ArgumentParser
import Foundation
import WaryServer

/// A flag for every key of the configuration, and the file itself.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The configuration, in TOML; WARY_CONFIG where not given.", valueName: "file"))
    var config: String?

    @Option(help: .key(.data)) var data: String?
    @Option(parsing: .singleValue, help: .key(.policies)) var policies: [String] = []
    @Option(parsing: .singleValue, help: .key(.shadow)) var shadow: [String] = []
    @Option(parsing: .singleValue, help: .key(.breakGlass)) var breakGlass: [String] = []
    @Option(help: .key(.socket)) var socket: String?
    @Option(help: .key(.socketMode)) var socketMode: String?
    @Option(parsing: .singleValue, help: .key(.allowUsers)) var allowUsers: [String] = []
    @Option(parsing: .singleValue, help: .key(.allowGroups)) var allowGroups: [String] = []
    @Option(help: .key(.httpSocket)) var httpSocket: String?
    @Option(help: .key(.httpListen)) var httpListen: String?
    @Option(help: .key(.httpKeys)) var httpKeys: String?
    @Option(help: .key(.tlsCertificate)) var tlsCertificate: String?
    @Option(help: .key(.tlsKey)) var tlsKey: String?
    @Option(help: .key(.tlsClientAuthorities)) var tlsClientAuthorities: String?
    @Option(parsing: .singleValue, help: .key(.trustedProxies)) var trustedProxies: [String] = []
    @Option(parsing: .singleValue, help: .key(.positions)) var positions: [String] = []
    @Option(help: .key(.positionsMaxAge)) var positionsMaxAge: String?
    @Option(parsing: .singleValue, help: .key(.torExits)) var torExits: [String] = []
    @Option(parsing: .singleValue, help: .key(.hostingNetworks)) var hostingNetworks: [String] = []
    @Option(parsing: .singleValue, help: .key(.vpnNetworks)) var vpnNetworks: [String] = []
    @Option(parsing: .singleValue, help: .key(.proxyNetworks)) var proxyNetworks: [String] = []
    @Option(help: .key(.userAgents)) var userAgents: String?
    @Option(help: .key(.durability)) var durability: String?
    @Option(help: .key(.retention)) var retention: String?
    @Option(parsing: .singleValue, help: .key(.retentionEvents)) var retentionEvents: [String] = []
    @Option(help: .key(.logOrigin)) var logOrigin: String?
    @Option(help: .key(.keyFile)) var keyFile: String?
    @Option(help: .key(.cache)) var cache: String?
    @Option(help: .key(.replay)) var replay: String?
    @Option(help: .key(.undeclaredInputs)) var undeclaredInputs: String?
    @Option(help: .key(.maxConnections)) var maxConnections: String?
    @Option(help: .key(.queue)) var queue: String?
    @Option(help: .key(.ioThreads)) var ioThreads: String?
    @Option(help: .key(.spinMicroseconds)) var spinUs: String?
    @Option(help: .key(.logLevel)) var logLevel: String?
    @OptionGroup(title: "The authentication API") var accounts: AccountsOptions

    /// The file, then the environment, then the flags.
    func read(environment: [String: String] = ProcessInfo.processInfo.environment) throws(ConfigurationError) -> ServerConfiguration {
        var reader = ConfigurationReader()
        if let path = config ?? environment["WARY_CONFIG"], !path.isEmpty { try reader.read(file: path) }
        try reader.read(environment: environment)
        try reader.read(flags: Dictionary(uniqueKeysWithValues: ConfigurationKey.allCases.map { ($0, given($0)) }))
        return try ServerConfiguration(reader, environment: environment)
    }

    private func given(_ key: ConfigurationKey) -> [String] {
        func one(_ text: String?) -> [String] { text.map { [$0] } ?? [] }
        return switch key {
        case .data: one(data)
        case .policies: policies
        case .shadow: shadow
        case .breakGlass: breakGlass
        case .socket: one(socket)
        case .socketMode: one(socketMode)
        case .allowUsers: allowUsers
        case .allowGroups: allowGroups
        case .httpSocket: one(httpSocket)
        case .httpListen: one(httpListen)
        case .httpKeys: one(httpKeys)
        case .tlsCertificate: one(tlsCertificate)
        case .tlsKey: one(tlsKey)
        case .tlsClientAuthorities: one(tlsClientAuthorities)
        case .trustedProxies: trustedProxies
        case .positions: positions
        case .positionsMaxAge: one(positionsMaxAge)
        case .torExits: torExits
        case .hostingNetworks: hostingNetworks
        case .vpnNetworks: vpnNetworks
        case .proxyNetworks: proxyNetworks
        case .userAgents: one(userAgents)
        case .durability: one(durability)
        case .retention: one(retention)
        case .retentionEvents: retentionEvents
        case .logOrigin: one(logOrigin)
        case .keyFile: one(keyFile)
        case .cache: one(cache)
        case .replay: one(replay)
        case .undeclaredInputs: one(undeclaredInputs)
        case .maxConnections: one(maxConnections)
        case .queue: one(queue)
        case .ioThreads: one(ioThreads)
        case .spinMicroseconds: one(spinUs)
        case .logLevel: one(logLevel)
        default: accounts.given(key)
        }
    }
}

extension ArgumentHelp {
    /// A key's line in the table of the configuration.
    static func key(_ key: ConfigurationKey) -> ArgumentHelp {
        let fallback = key.defaultText.map { $0 == "[]" ? "" : " Default: \($0)." } ?? ""
        return ArgumentHelp(stringLiteral: key.help + fallback)
    }
}
