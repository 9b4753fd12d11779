/// How mail is handed over.
public struct SMTPSettings: Sendable, Hashable {
    public var host: String
    public var port: Int
    /// The sender: an address alone.
    public var from: String
    /// What we call ourselves in EHLO.
    public var localName = "localhost"
    public var user: String?
    public var password: String?
    /// Without TLS nothing is sent. Only to be turned off for a server on this machine.
    public var needsTLS = true
    /// TLS from the first byte (port 465), instead of STARTTLS.
    public var isImplicitTLS = false

    public init(host: String, port: Int = 587, from: String) {
        self.host = host
        self.port = port
        self.from = from
    }
}

/// The client's side of SMTP (RFC 5321, STARTTLS by RFC 3207, AUTH PLAIN by RFC 4954) for one message, apart from any
/// socket: lines in, actions out.
public struct SMTPDialogue: Sendable {
    public enum Action: Hashable, Sendable {
        case send([UInt8])
        /// Change to TLS, forget what was received in clear, and call `tlsStarted`.
        case startTLS
        /// The dialogue is over; `outcome` says how.
        case close
    }

    private enum State: Sendable { case greeting, hello, startTLS, authentication, sender, recipient, data, content, quit, over }

    private let settings: SMTPSettings
    private let recipient: String
    private let content: [UInt8]
    private var state = State.greeting
    private var isSecure: Bool
    private var extensions: Set<String> = []
    private var lines: [Substring] = []
    /// Nil while it goes on.
    public private(set) var outcome: Result<Void, CourierFailure>?

    /// - Parameter content: header and text with CRLF line ends, as `MailMessage` makes it.
    public init(_ settings: SMTPSettings, to recipient: String, content: [UInt8]) {
        self.settings = settings
        self.recipient = recipient
        self.content = content
        isSecure = settings.isImplicitTLS
    }

    /// A line that the server sent, without its line end.
    public mutating func received(_ line: String) -> [Action] {
        guard outcome == nil || state == .quit else { return [.close] }
        let bytes = Array(line.utf8)
        guard line.utf8.count <= 2048, bytes.count >= 3, bytes[0..<3].allSatisfy({ (48...57).contains($0) }), let code = Int(line.prefix(3)), lines.count < 100
        else { return fail("the mail server does not speak SMTP", isPassing: false) }
        lines.append(line.dropFirst(4))
        if bytes.count > 3, bytes[3] == UInt8(ascii: "-") { return [] }
        defer { lines = [] }
        return reply(code)
    }

    /// The connection is encrypted now. What was said before does not count.
    public mutating func tlsStarted() -> [Action] {
        isSecure = true
        extensions = []
        return hello()
    }

    /// The connection was lost, or took too long.
    public mutating func broken() {
        if outcome == nil { outcome = .failure(CourierFailure("the mail server cannot be reached", isPassing: true)) }
        state = .over
    }

    private mutating func reply(_ code: Int) -> [Action] {
        switch (state, code) {
        case (.greeting, 220): return hello()
        case (.hello, 250):
            extensions = Set(lines.dropFirst().map { $0.uppercased() })
            return greeted()
        case (.startTLS, 220): return [.startTLS]
        case (.authentication, 235): return mail()
        case (.sender, 250): return command("RCPT TO:<\(recipient)>", .recipient)
        case (.recipient, 250), (.recipient, 251): return command("DATA", .data)
        case (.data, 354):
            state = .content
            return [.send(Self.stuffed(content) + Array(".\r\n".utf8))]
        case (.content, 250):
            outcome = .success(())
            return command("QUIT", .quit)
        case (.quit, _): return finish()
        default: return fail("the mail server refused with \(code)", isPassing: (400..<500).contains(code))
        }
    }

    private mutating func hello() -> [Action] { command("EHLO \(settings.localName)", .hello) }

    private mutating func greeted() -> [Action] {
        if !isSecure, extensions.contains("STARTTLS") { return command("STARTTLS", .startTLS) }
        guard isSecure || !settings.needsTLS else { return fail("the mail server offers no TLS", isPassing: false) }
        guard let user = settings.user, let password = settings.password else { return mail() }
        guard isSecure else { return fail("the password is not sent in clear", isPassing: false) }
        guard extensions.contains(where: { $0.hasPrefix("AUTH ") && $0.split(separator: " ").contains("PLAIN") }) else {
            return fail("the mail server takes no AUTH PLAIN", isPassing: false)
        }
        return command("AUTH PLAIN \(Base64.text([0] + Array(user.utf8) + [0] + Array(password.utf8)))", .authentication)
    }

    private mutating func mail() -> [Action] {
        let isInternational = !(settings.from + recipient).utf8.allSatisfy { $0 < 0x80 }
        guard !isInternational || extensions.contains("SMTPUTF8") else { return fail("the mail server takes no such addresses", isPassing: false) }
        return command("MAIL FROM:<\(settings.from)>\(isInternational ? " SMTPUTF8" : "")", .sender)
    }

    private mutating func command(_ text: String, _ next: State) -> [Action] {
        // A line break in an address would be a command of its author's.
        guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else { return fail("an address is not one", isPassing: false) }
        state = next
        return [.send(Array("\(text)\r\n".utf8))]
    }

    private mutating func fail(_ problem: String, isPassing: Bool) -> [Action] {
        if outcome == nil { outcome = .failure(CourierFailure(problem, isPassing: isPassing)) }
        return finish()
    }

    private mutating func finish() -> [Action] {
        state = .over
        return [.close]
    }

    /// RFC 5321, §4.5.2: a line that begins with a dot gets another.
    static func stuffed(_ content: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var isAtStart = true
        for byte in content {
            if isAtStart, byte == UInt8(ascii: ".") { output.append(byte) }
            output.append(byte)
            isAtStart = byte == 0x0a
        }
        return output
    }
}
