import Foundation
import WarySignals
import WaryVocabulary

/// A server's whole configuration, checked.
public struct ServerConfiguration: Sendable, Equatable {
    public enum Durability: Sendable, Hashable {
        case commit
        case interval(milliseconds: Int64)
    }

    public var data: String
    public var policies: [String]
    /// Policies that are evaluated and never obeyed.
    public var shadow: [String]
    /// Accounts that no policy may refuse.
    public var breakGlass: [String]
    public var socket: String
    public var socketMode: UInt32
    public var allowUsers: [String]
    public var allowGroups: [String]
    public var httpSocket: String?
    /// `address:port`.
    public var httpListen: String?
    public var httpKeys: String?
    public var tls: TLSFiles?
    public var trustedProxies: [Network]
    public var positionSources: PositionSources
    /// uap-core's expressions; nil for the package's, where installed.
    public var userAgents: String?
    public var durability: Durability
    /// In milliseconds; nil for the history's own.
    public var retention: Int64?
    /// In milliseconds, for kinds of events with one of their own.
    public var retentionByKind: [EventKind: Int64]
    public var logOrigin: String?
    public var keyFile: String?
    /// In bytes; nil for the history's own.
    public var cacheBytes: Int?
    public var isReplay: Bool
    public var ignoresUndeclaredInputs: Bool
    public var maximumConnections: Int
    public var queueCapacity: Int?
    public var ioThreads: Int
    public var spinMicroseconds: Int64
    public var logLevel: String
    /// The authentication API; nil where it is not served.
    public var accounts: AccountsConfiguration?

    /// - Throws: `ConfigurationError` where a key that has no default is missing.
    public init(_ reader: ConfigurationReader, environment: [String: String] = ProcessInfo.processInfo.environment)
        throws(ConfigurationError) {
        let values = ConfigurationValues(reader)
        data = try values.required(.data)
        policies = try values.requiredList(.policies)
        shadow = values.list(.shadow)
        breakGlass = values.list(.breakGlass)
        socket = values.text(.socket) ?? Self.socket(data: data, environment)
        socketMode = UInt32(values.integer(.socketMode) ?? 0o660)
        allowUsers = values.list(.allowUsers)
        allowGroups = values.list(.allowGroups)
        httpSocket = values.text(.httpSocket) ?? Self.httpSocket(beside: socket)
        httpListen = values.text(.httpListen)
        httpKeys = values.text(.httpKeys)
        tls = try Self.tls(values)
        trustedProxies = try Self.networks(values.list(.trustedProxies), .trustedProxies)
        let signals = OfflineSettings(reader)
        positionSources = signals.positionSources
        userAgents = signals.userAgents
        durability = if case .durability(let interval?) = values[.durability] { .interval(milliseconds: interval) } else { .commit }
        retention = values.integer(.retention)
        retentionByKind = try Self.retentions(values.list(.retentionEvents))
        logOrigin = values.text(.logOrigin)
        if let logOrigin, logOrigin.isEmpty || logOrigin.contains(where: { $0.isWhitespace || $0 == "+" }) {
            throw ConfigurationError("log_origin", "it must be one word without +, such as \"example.com/wary\"")
        }
        keyFile = values.text(.keyFile)
        cacheBytes = values.integer(.cache).map(Int.init)
        isReplay = values[.replay] == .bool(true)
        ignoresUndeclaredInputs = values[.undeclaredInputs] == .text("ignore")
        maximumConnections = values.integer(.maxConnections).map(Int.init) ?? ServerLimits.connections
        queueCapacity = values.integer(.queue).map(Int.init)
        ioThreads = values.integer(.ioThreads).map(Int.init) ?? 0
        spinMicroseconds = values.integer(.spinMicroseconds) ?? 0
        logLevel = values.text(.logLevel) ?? "info"
        accounts = try AccountsConfiguration(values, isReplay: isReplay)
    }

    /// Each `KIND DURATION`.
    private static func retentions(_ texts: [String]) throws(ConfigurationError) -> [EventKind: Int64] {
        var retentions: [EventKind: Int64] = [:]
        for text in texts {
            let words = text.split(separator: " ").map(String.init)
            let kind = EventKind(rawValue: words.first ?? "")
            guard words.count == 2, kind.isWellFormed, let value = ConfigurationValue.retention(words[1]), retentions[kind] == nil else {
                throw ConfigurationError("retention_events", "each must be a kind of event, once, with how long it is kept, a day or more: \"password.changed 30d\"")
            }
            retentions[kind] = value
        }
        return retentions
    }

    private static func httpSocket(beside socket: String) -> String {
        guard let slash = socket.lastIndex(of: "/") else { return "http.sock" }
        return socket[...slash] + "http.sock"
    }

    private static func tls(_ values: ConfigurationValues) throws(ConfigurationError) -> TLSFiles? {
        let authorities = values.text(.tlsClientAuthorities)
        switch (values.text(.tlsCertificate), values.text(.tlsKey)) {
        case (let certificate?, let key?): return TLSFiles(certificates: certificate, key: key, clientAuthorities: authorities)
        case (nil, nil) where authorities == nil: return nil
        case (nil, _): throw ConfigurationError("", "TLS needs tls_certificate, too")
        case (_, nil): throw ConfigurationError("", "TLS needs tls_key, too")
        }
    }

    /// Networks, or single addresses.
    private static func networks(_ texts: [String], _ key: ConfigurationKey) throws(ConfigurationError) -> [Network] {
        var networks: [Network] = []
        for text in texts {
            if let address = IPAddress(text) {
                networks.append(Network(address, length: address.isV4 ? 32 : 128))
            } else if let network = try? Network(parsing: text) {
                networks.append(network)
            } else {
                throw ConfigurationError(key.rawValue, "\"\(text)\" is no address and no network such as 10.0.0.0/8")
            }
        }
        return networks
    }

    private static func socket(data: String, _ environment: [String: String]) -> String {
        (environment["RUNTIME_DIRECTORY"]?.split(separator: ":").first.map(String.init) ?? data) + "/decide.sock"
    }
}
