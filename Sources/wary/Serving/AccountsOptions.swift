import ArgumentParser
import WaryServer

/// A flag for every key of the section `[accounts]`.
struct AccountsOptions: ParsableArguments {
    @Option(name: .customLong("accounts-folder"), help: .key(.accountsFolder)) var folder: String?
    @Option(name: .customLong("accounts-secret-file"), help: .key(.accountsSecretFile)) var secretFile: String?
    @Option(name: .customLong("accounts-service"), help: .key(.accountsService)) var service: String?
    @Option(name: .customLong("accounts-tenant"), help: .key(.accountsTenant)) var tenant: String?
    @Option(name: .customLong("accounts-language"), help: .key(.accountsLanguage)) var language: String?
    @Option(name: .customLong("accounts-relying-party"), help: .key(.accountsRelyingParty)) var relyingParty: String?
    @Option(name: .customLong("accounts-origins"), parsing: .singleValue, help: .key(.accountsOrigins)) var origins: [String] = []
    @Option(name: .customLong("accounts-issuer"), help: .key(.accountsIssuer)) var issuer: String?
    @Option(name: .customLong("accounts-audience"), help: .key(.accountsAudience)) var audience: String?
    @Option(name: .customLong("accounts-blocklist"), help: .key(.accountsBlocklist)) var blocklist: String?
    @Option(name: .customLong("accounts-breached"), help: .key(.accountsBreached)) var breached: String?
    @Option(name: .customLong("accounts-templates"), help: .key(.accountsTemplates)) var templates: String?
    @Option(name: .customLong("accounts-proxies"), parsing: .singleValue, help: .key(.accountsProxies)) var proxies: [String] = []
    @Option(name: .customLong("accounts-messages-file"), help: .key(.accountsMessagesFile)) var messagesFile: String?
    @Option(name: .customLong("accounts-webhook"), help: .key(.accountsWebhook)) var webhook: String?
    @Option(name: .customLong("accounts-webhook-secret-file"), help: .key(.accountsWebhookSecretFile)) var webhookSecretFile: String?
    @Option(name: .customLong("accounts-smtp"), help: .key(.accountsSMTP)) var smtp: String?
    @Option(name: .customLong("accounts-smtp-from"), help: .key(.accountsSMTPFrom)) var smtpFrom: String?
    @Option(name: .customLong("accounts-smtp-user"), help: .key(.accountsSMTPUser)) var smtpUser: String?
    @Option(name: .customLong("accounts-smtp-password-file"), help: .key(.accountsSMTPPasswordFile)) var smtpPasswordFile: String?
    @Option(name: .customLong("accounts-smtp-security"), help: .key(.accountsSMTPSecurity)) var smtpSecurity: String?
    @Option(name: .customLong("accounts-smtp-authorities"), help: .key(.accountsSMTPAuthorities)) var smtpAuthorities: String?

    func given(_ key: ConfigurationKey) -> [String] {
        func one(_ text: String?) -> [String] { text.map { [$0] } ?? [] }
        return switch key {
        case .accountsFolder: one(folder)
        case .accountsSecretFile: one(secretFile)
        case .accountsService: one(service)
        case .accountsTenant: one(tenant)
        case .accountsLanguage: one(language)
        case .accountsRelyingParty: one(relyingParty)
        case .accountsOrigins: origins
        case .accountsIssuer: one(issuer)
        case .accountsAudience: one(audience)
        case .accountsBlocklist: one(blocklist)
        case .accountsBreached: one(breached)
        case .accountsTemplates: one(templates)
        case .accountsProxies: proxies
        case .accountsMessagesFile: one(messagesFile)
        case .accountsWebhook: one(webhook)
        case .accountsWebhookSecretFile: one(webhookSecretFile)
        case .accountsSMTP: one(smtp)
        case .accountsSMTPFrom: one(smtpFrom)
        case .accountsSMTPUser: one(smtpUser)
        case .accountsSMTPPasswordFile: one(smtpPasswordFile)
        case .accountsSMTPSecurity: one(smtpSecurity)
        case .accountsSMTPAuthorities: one(smtpAuthorities)
        default: []
        }
    }
}
