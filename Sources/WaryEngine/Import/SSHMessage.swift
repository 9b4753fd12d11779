import WaryVocabulary

/// What a line of OpenSSH's server says about an attempt to sign in.
struct SSHMessage: Equatable {
    enum Kind: Equatable {
        case accepted, failed
        /// Understood, and no attempt: `Invalid user`, `Connection closed … [preauth]`, `Failed none`.
        case notice
    }

    var kind: Kind
    /// As the client gave it: empty and hostile names included.
    var user = ""
    /// The host has no such user.
    var isInvalidUser = false
    var address: IPAddress?
    /// `password`, `publickey`, `keyboard-interactive`.
    var method = ""
    /// How many attempts the line stands for: more than one for `message repeated N times`.
    var count = 1

    /// Nil for a message that is not one of these.
    init?(_ message: Substring) {
        if let (times, inner) = Self.repeated(message) {
            // A repetition of a repetition is no line that a log writes.
            guard Self.repeated(inner) == nil, let single = SSHMessage(inner) else { return nil }
            self = single
            count = times
        } else if let attempt = Self.attempt(message, "Accepted ", .accepted) {
            self = attempt
        } else if let attempt = Self.attempt(message, "Failed ", .failed) {
            self = attempt
            // Every connection tries the method `none` first, to learn what is on offer.
            if method == "none" { kind = .notice }
        } else if Self.notices.contains(where: message.hasPrefix) {
            kind = .notice
        } else {
            return nil
        }
    }

    private init(kind: Kind, user: String, isInvalidUser: Bool, address: IPAddress, method: String) {
        self.kind = kind
        self.user = user
        self.isInvalidUser = isInvalidUser
        self.address = address
        self.method = method
    }

    private static let notices = [
        "Invalid user ", "Connection closed by ", "Connection reset by ", "Received disconnect from ", "Disconnected from ",
        "Disconnecting", "Did not receive identification string", "input_userauth_request: invalid user",
        "reverse mapping checking", "pam_unix(sshd:", "PAM ", "error: Received disconnect", "error: maximum authentication",
        "Connection from ", "Server listening on", "Received signal", "fatal: ", "Starting session", "Close session",
        "Postponed ", "User child is on pid",
    ]

    /// `METHOD for [invalid user ]NAME from ADDRESS port N ssh2[: KEY]`. The name is whatever the client sent, blanks and
    /// ` from 192.0.2.1 port 22 ssh2` included, so the line is read from its end, which the server wrote.
    private static func attempt(_ message: Substring, _ verb: String, _ kind: Kind) -> SSHMessage? {
        guard message.hasPrefix(verb) else { return nil }
        let rest = message.dropFirst(verb.count)
        guard let methodEnd = rest.firstRange(of: " for ") else { return nil }
        let method = rest[..<methodEnd.lowerBound]
        guard !method.isEmpty, !method.contains(" ") else { return nil }
        let body = rest[methodEnd.upperBound...]
        let mayNameKey = method.hasPrefix("publickey") || method.hasPrefix("hostbased")
        var search = body
        while let from = search.lastRange(of: " from ") {
            if let address = address(body[from.upperBound...], mayNameKey: mayNameKey) {
                let named = body[..<from.lowerBound]
                let isInvalid = named.hasPrefix(invalidUser)
                return SSHMessage(kind: kind, user: String(isInvalid ? named.dropFirst(invalidUser.count) : named),
                                  isInvalidUser: isInvalid, address: address, method: String(method.prefix { $0 != "/" }))
            }
            search = search[..<from.lowerBound]
        }
        return nil
    }

    private static let invalidUser = "invalid user "

    /// `ADDRESS port N ssh2`, then nothing, or where a key may be named, `: KEY`.
    private static func address(_ tail: Substring, mayNameKey: Bool) -> IPAddress? {
        let words = tail.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false)
        guard words.count >= 4, words[1] == "port", UInt16(words[2]) != nil else { return nil }
        let ends = words.count == 4 && (words[3] == "ssh2" || words[3] == "ssh1")
        let namesKey = mayNameKey && words.count == 5 && (words[3] == "ssh2:" || words[3] == "ssh1:")
        guard ends || namesKey else { return nil }
        // A link-local address carries the interface it came in by.
        return IPAddress(String(words[0].prefix { $0 != "%" }))
    }

    /// `message repeated 5 times: [ Failed password …]`
    private static func repeated(_ message: Substring) -> (Int, Substring)? {
        let opening = "message repeated "
        guard message.hasPrefix(opening), message.last == "]" else { return nil }
        let rest = message.dropFirst(opening.count)
        guard let end = rest.firstRange(of: " times: ["), let times = Int(rest[..<end.lowerBound]),
              (1...EngineLimits.repeatedMessages).contains(times) else { return nil }
        return (times, rest[end.upperBound...].dropLast().drop { $0 == " " })
    }
}

extension Substring {
    /// The last occurrence of a text.
    func lastRange(of text: String) -> Range<Index>? {
        let wanted = Array(text.utf8)
        let bytes = utf8
        var start = bytes.endIndex
        while start > bytes.startIndex {
            start = bytes.index(before: start)
            let end = bytes.index(start, offsetBy: wanted.count, limitedBy: bytes.endIndex)
            if let end, bytes[start] == wanted.first, bytes[start..<end].elementsEqual(wanted) { return start..<end }
        }
        return nil
    }
}
