import Foundation
import Mustache

/// The wording of messages: mustache templates in English and French, which an installation may override and add to. A
/// template's first line is the subject of the e-mail, the rest the text; for SMS and push all of it is the text.
public struct MessageTemplates: Sendable {
    private let templates: [String: MustacheTemplate]
    private let languages: Set<String>

    /// The wording that comes with Wary.
    public init() throws(AuthError) { try self.init(overriding: [:]) }

    /// - Parameter folder: files named `LANGUAGE/KIND.CHANNEL.mustache`, such as `de/sign_in_code.email.mustache`.
    public init(folder: String) throws(AuthError) {
        var found: [String: String] = [:]
        for case let path as String in FileManager.default.enumerator(atPath: folder) ?? .init() where path.hasSuffix(".mustache") {
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(path)") else { throw .unavailable("a message template cannot be read: \(path)") }
            found[String(path.dropLast(".mustache".count))] = String(decoding: data, as: UTF8.self)
        }
        try self.init(overriding: found)
    }

    private init(overriding others: [String: String]) throws(AuthError) {
        var templates: [String: MustacheTemplate] = [:]
        for (name, text) in Wording.all.merging(others, uniquingKeysWith: { $1 }) {
            do {
                // Plain text: nothing is to be escaped for HTML.
                templates[name] = try MustacheTemplate(string: "{{%CONTENT_TYPE:TEXT}}" + text)
            } catch {
                throw .invalid(field: "templates", problem: "\(name): \(error)")
            }
        }
        self.templates = templates
        languages = Set(templates.keys.compactMap { $0.split(separator: "/").first.map(String.init) })
    }

    /// `fr-CA` is served in `fr`.
    func language(_ wanted: String?) -> String? {
        let tag = (wanted ?? "").lowercased().prefix { $0 != "-" && $0 != "_" && $0 != "," && $0 != ";" }
        return languages.contains(String(tag)) ? String(tag) : nil
    }

    func render(_ kind: MessageKind, _ channel: OutgoingMessage.Channel, language: String, _ values: [String: String]) throws(CourierFailure) -> (subject: String, text: String) {
        let names = [language, "en"].map { "\($0)/\(kind.rawValue).\(channel.rawValue)" }
        guard let template = names.lazy.compactMap({ templates[$0] }).first else {
            throw CourierFailure("no template \(names[0])", isPassing: false)
        }
        // No line breaks from values: none can add a header or a line that looks like ours.
        let text = template.render(values.mapValues { String($0.map { $0.isNewline ? " " : $0 }) }).trimmingCharacters(in: .whitespacesAndNewlines)
        guard channel == .email else { return ("", text) }
        let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts.first ?? ""), parts.dropFirst().joined().trimmingCharacters(in: .newlines))
    }
}
