import Foundation
import Testing
@testable import WaryAuth
import WaryVocabulary

@Suite struct SMTPTests {
    private func text(_ actions: [SMTPDialogue.Action]) -> [String] {
        actions.map { action in
            switch action {
            case .send(let bytes): String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "|")
            case .startTLS: "TLS"
            case .close: "close"
            }
        }
    }

    private func play(_ settings: SMTPSettings, _ lines: [String], to recipient: String = "anna@example.org", content: String = "Subject: x\r\n\r\n.dot\r\n") -> (said: [String], dialogue: SMTPDialogue) {
        var dialogue = SMTPDialogue(settings, to: recipient, content: Array(content.utf8)), said: [String] = []
        for line in lines {
            let actions = dialogue.received(line)
            said += text(actions)
            if actions.contains(.startTLS) { said += text(dialogue.tlsStarted()) }
        }
        return (said, dialogue)
    }

    @Test func aMessageIsHandedOver() {
        var settings = SMTPSettings(host: "mail.example.org", from: "wary@example.org")
        settings.user = "wary"
        settings.password = "secret"
        let (said, dialogue) = play(settings, ["220 hello", "250-mail", "250-STARTTLS", "250 8BITMIME", "220 go", "250-mail", "250 AUTH LOGIN PLAIN", "235 ok", "250 ok", "250 ok", "354 go", "250 queued", "221 bye"])
        #expect(said == ["EHLO localhost|", "STARTTLS|", "TLS", "EHLO localhost|", "AUTH PLAIN AHdhcnkAc2VjcmV0|", "MAIL FROM:<wary@example.org>|", "RCPT TO:<anna@example.org>|", "DATA|",
                         "Subject: x||..dot|.|", "QUIT|", "close"])
        guard case .success = dialogue.outcome else {
            Issue.record("\(String(describing: dialogue.outcome))")
            return
        }
    }

    @Test(arguments: [
        (["220 hello", "250 mail"], "the mail server offers no TLS"), (["220 hello", "250-mail", "250 STARTTLS", "454 later"], "the mail server refused with 454"),
        (["554 no"], "the mail server refused with 554"), (["HTTP/1.1 400"], "the mail server does not speak SMTP"), ([String(repeating: "2", count: 5000)], "the mail server does not speak SMTP"),
        (["220 hello", "250-mail", "250 STARTTLS", "220 go", "250 mail"], "the mail server takes no AUTH PLAIN"),
    ])
    func failsLoudly(_ lines: [String], _ problem: String) {
        var settings = SMTPSettings(host: "mail.example.org", from: "wary@example.org")
        settings.user = "wary"
        settings.password = "secret"
        guard case .failure(let failure) = play(settings, lines).dialogue.outcome else {
            Issue.record("no failure")
            return
        }
        #expect(failure.problem == problem)
    }

    @Test func whatWasSaidInClearDoesNotCount() {
        var settings = SMTPSettings(host: "mail.example.org", from: "wary@example.org")
        settings.user = "wary"
        settings.password = "secret"
        let (said, _) = play(settings, ["220 hello", "250-mail", "250-AUTH PLAIN", "250 STARTTLS", "220 go", "250 mail"])
        #expect(!said.joined().contains("AUTH PLAIN A"))
    }

    @Test func anAddressBringsNoCommands() {
        var settings = SMTPSettings(host: "localhost", from: "wary@example.org")
        settings.needsTLS = false
        for recipient in ["a@b.c>\r\nRCPT TO:<x@y.z", "é@example.org"] {
            let (said, dialogue) = play(settings, ["220 hello", "250 mail", "250 ok", "250 ok", "354 go"], to: recipient)
            #expect(!said.joined().contains("x@y.z"))
            guard case .failure = dialogue.outcome else {
                Issue.record("no failure for \(recipient)")
                continue
            }
        }
    }

    @Test func aMailIsOneAsTheStandardsHaveIt() throws {
        let long = "Une très longue ligne de sujet avec beaucoup de caractères accentués éèàùç et des mots 😀"
        let message = OutgoingMessage(channel: .email, address: "anna@example.org", kind: .signInCode, subject: long, text: "Bonjour\n.\n" + String(repeating: "é", count: 500))
        let mail = String(decoding: MailMessage.content(message, from: "wary@example.org", host: "example.org", at: Instant(milliseconds: 1_767_268_800_123)), as: UTF8.self)
        let lines = mail.components(separatedBy: "\r\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 78 && $0.utf8.allSatisfy { $0 < 0x80 } && !$0.contains("\n") })
        #expect(lines.contains("Date: 1 Jan 2026 12:00:00 +0000"))
        let body = lines.drop { !$0.isEmpty }.joined()
        #expect(String(decoding: try #require(Data(base64Encoded: body)), as: UTF8.self) == message.text.replacingOccurrences(of: "\n", with: "\r\n"))
        let injected = OutgoingMessage(channel: .email, address: "anna@example.org", kind: .signInCode, subject: "x\r\nBcc: y@z", text: "")
        #expect(!String(decoding: MailMessage.content(injected, from: "a@b", host: "b", at: Instant(milliseconds: 0)), as: UTF8.self).contains("\r\nBcc"))
    }

    @Test func aFileTakesMessages() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("wary-mail-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let courier = FileCourier(path: path)
        for text in ["first", "second"] { try await courier.deliver(OutgoingMessage(channel: .sms, address: "+33612345678", kind: .signInCode, subject: nil, text: text)) }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(try lines.map { try StrictJSON.parse($0.utf8)["text"]?.text } == ["first", "second"])
        await #expect(throws: CourierFailure.self) {
            try await FileCourier(path: "/nowhere/at/all").deliver(OutgoingMessage(channel: .sms, address: "", kind: .signInCode, subject: nil, text: ""))
        }
    }

    @Test func webhooksAreSignedAndNeverInClear() {
        let now: @Sendable () -> Instant = { Instant(milliseconds: 0) }
        let secret = [UInt8](repeating: 1, count: 32)
        #expect(WebhookCourier(url: "http://example.org/sms", secret: secret, now: now) == nil)
        #expect(WebhookCourier(url: "ftp://localhost/", secret: secret, now: now) == nil)
        #expect(WebhookCourier(url: "https://example.org/sms", secret: Array(secret.dropLast()), now: now) == nil)
        #expect(WebhookCourier(url: "http://127.0.0.1:1/sms", secret: secret, now: now) != nil)
        #expect(WebhookCourier.signature(of: Array("{}".utf8), at: 5, secret: secret).hasPrefix("t=5,v1="))
    }
}
