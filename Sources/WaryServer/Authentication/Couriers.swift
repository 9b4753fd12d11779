import Foundation
import WaryAuth
import WaryEngine

/// Who takes which messages, as the configuration says: mail by SMTP, else by the webhook; the rest by the webhook; what
/// nobody takes goes to the file.
enum Couriers {
    static func postOffice(_ configuration: AccountsConfiguration) throws(AuthError) -> PostOffice {
        let file = configuration.messagesFile.map { FileCourier(path: $0) as any Courier }
        let webhook = try configuration.webhook.map { webhook throws(AuthError) in try courier(webhook) as any Courier }
        let smtp = try configuration.smtp.map { smtp throws(AuthError) in try courier(smtp) as any Courier }
        var couriers: [OutgoingMessage.Channel: any Courier] = [:]
        couriers[.email] = smtp ?? webhook ?? file
        couriers[.sms] = webhook ?? file
        couriers[.push] = webhook ?? file
        let templates = if let folder = configuration.templates { try MessageTemplates(folder: folder) } else { try MessageTemplates() }
        return PostOffice(couriers: couriers, templates: templates, serviceName: configuration.serviceName)
    }

    private static func courier(_ webhook: AccountsConfiguration.Webhook) throws(AuthError) -> WebhookCourier {
        let secret = try secret(at: webhook.secretFile)
        guard let courier = WebhookCourier(url: webhook.url, secret: Array(secret.utf8), now: WallClock.now) else {
            throw .invalid(field: "webhook", problem: "https, or http on this machine, and a secret of at least 32 bytes are wanted")
        }
        return courier
    }

    private static func courier(_ smtp: AccountsConfiguration.SMTP) throws(AuthError) -> SMTPCourier {
        var settings = smtp.settings
        if let path = smtp.passwordFile { settings.password = try secret(at: path) }
        return try SMTPCourier(settings, authorities: smtp.authorities, now: WallClock.now)
    }

    /// A file's text without the white space around it.
    private static func secret(at path: String) throws(AuthError) -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines), !text.isEmpty else {
            throw .unavailable("the secret \(path) cannot be read, or is empty")
        }
        return text
    }
}
