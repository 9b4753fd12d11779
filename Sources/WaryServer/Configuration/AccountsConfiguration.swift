import Foundation
import WaryAuth
import WaryVocabulary

/// The section `[accounts]`: how the authentication API is served.
public struct AccountsConfiguration: Sendable, Equatable {
    public var folder: String
    /// Nil for the folder's name with `.key` after it.
    public var secretFile: String?
    public var serviceName: String
    public var tenant: String
    public var language: String
    public var relyingParty: RelyingParty
    public var issuer: String
    public var audience: String
    public var blocklist: String?
    public var breached: String?
    public var templates: String?
    public var proxies: [Network]
    public var messagesFile: String?
    public var webhook: Webhook?
    public var smtp: SMTP?

    public struct Webhook: Sendable, Equatable {
        public var url: String
        public var secretFile: String
    }

    public struct SMTP: Sendable, Equatable {
        public var settings: SMTPSettings
        /// Where the password is, for it is never part of the configuration.
        public var passwordFile: String?
        /// Nil for the system's.
        public var authorities: String?
    }

    /// Nil where no folder is set.
    /// - Throws: `ConfigurationError` where a key needs another, or a value cannot be.
    init?(_ values: ConfigurationValues, isReplay: Bool) throws(ConfigurationError) {
        guard let folder = values.text(.accountsFolder) else {
            guard let stray = ConfigurationKey.allCases.first(where: { $0.rawValue.hasPrefix("accounts.") && values[$0] != nil }) else { return nil }
            throw Self.needs(stray, .accountsFolder)
        }
        guard !isReplay else { throw ConfigurationError("", "replay = true and \(ConfigurationKey.accountsFolder.rawValue) do not go together: people sign in now") }
        self.folder = folder
        secretFile = values.text(.accountsSecretFile)
        serviceName = values.text(.accountsService) ?? "Wary"
        tenant = values.text(.accountsTenant) ?? "main"
        language = values.text(.accountsLanguage) ?? "en"
        let origins = values.list(.accountsOrigins)
        relyingParty = RelyingParty(id: values.text(.accountsRelyingParty) ?? "localhost", origins: origins.isEmpty ? ["http://localhost"] : Set(origins))
        issuer = values.text(.accountsIssuer) ?? "http://localhost"
        audience = values.text(.accountsAudience) ?? "wary"
        blocklist = values.text(.accountsBlocklist)
        breached = values.text(.accountsBreached)
        templates = values.text(.accountsTemplates)
        messagesFile = values.text(.accountsMessagesFile)
        proxies = try Self.networks(values.list(.accountsProxies))
        webhook = try Self.webhook(values)
        smtp = try Self.smtp(values)
    }

    private static func needs(_ key: ConfigurationKey, _ other: ConfigurationKey) -> ConfigurationError {
        ConfigurationError("", "\(key.rawValue) needs \(other.rawValue), too")
    }

    private static func networks(_ texts: [String]) throws(ConfigurationError) -> [Network] {
        var networks: [Network] = []
        for text in texts {
            do throws(Network.ParseError) {
                networks.append(try Network(parsing: text))
            } catch {
                let hint = if case .hostBitsSet(let intended) = error { "; did you mean \(intended)?" } else { "" }
                throw ConfigurationError("", "\(ConfigurationKey.accountsProxies.rawValue): \"\(text)\" is no address or network\(hint)")
            }
        }
        return networks
    }

    private static func webhook(_ values: ConfigurationValues) throws(ConfigurationError) -> Webhook? {
        guard let url = values.text(.accountsWebhook) else { return nil }
        guard let secretFile = values.text(.accountsWebhookSecretFile) else { throw needs(.accountsWebhook, .accountsWebhookSecretFile) }
        return Webhook(url: url, secretFile: secretFile)
    }

    private static func smtp(_ values: ConfigurationValues) throws(ConfigurationError) -> SMTP? {
        guard let server = values.text(.accountsSMTP) else { return nil }
        guard let from = values.text(.accountsSMTPFrom) else { throw needs(.accountsSMTP, .accountsSMTPFrom) }
        let parts = server.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let port = UInt16(parts[1]), port > 0 else {
            throw ConfigurationError("", "\(ConfigurationKey.accountsSMTP.rawValue) should be a host and a port, such as \"mail.example.org:587\"")
        }
        var settings = SMTPSettings(host: String(parts[0]), port: Int(port), from: from)
        let security = values.text(.accountsSMTPSecurity)
        settings.isImplicitTLS = security == "tls"
        settings.needsTLS = security != "none"
        guard settings.needsTLS || ["localhost", "127.0.0.1"].contains(settings.host) else {
            throw ConfigurationError("", "\(ConfigurationKey.accountsSMTPSecurity.rawValue) = \"none\" is only for a mail server on this machine: codes would be sent in clear")
        }
        settings.user = values.text(.accountsSMTPUser)
        let passwordFile = values.text(.accountsSMTPPasswordFile)
        guard (settings.user == nil) == (passwordFile == nil) else { throw needs(.accountsSMTPUser, .accountsSMTPPasswordFile) }
        return SMTP(settings: settings, passwordFile: passwordFile, authorities: values.text(.accountsSMTPAuthorities))
    }
}
