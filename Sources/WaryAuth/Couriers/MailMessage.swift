import WaryVocabulary

/// An e-mail as it goes over the wire (RFC 5322, MIME): plain text in UTF-8.
public enum MailMessage {
    /// - Parameter host: the right part of the Message-ID.
    public static func content(_ message: OutgoingMessage, from: String, host: String, at now: Instant) -> [UInt8] {
        let headers = [
            "From: <\(clean(from))>", "To: <\(clean(message.address))>", "Subject: \(encoded(message.subject ?? ""))", "Date: \(date(now))",
            "Message-ID: <\(SecureRandom.id())@\(clean(host))>", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
            // Nobody's holiday notice is wanted in answer (RFC 3834).
            "Content-Transfer-Encoding: base64", "Auto-Submitted: auto-generated",
        ]
        let text = Array(Base64.text(Array(message.text.replacing("\n", with: "\r\n").utf8)))
        let body = stride(from: 0, to: text.count, by: 76).map { String(text[$0..<min($0 + 76, text.count)]) }
        return Array((headers + [""] + body + [""]).joined(separator: "\r\n").utf8)
    }

    private static func clean(_ text: String) -> String { String(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f }.map(Character.init)) }

    /// RFC 2047, in words of at most 75 characters that break nowhere within a character.
    private static func encoded(_ text: String) -> String {
        let text = clean(text)
        if text.utf8.allSatisfy({ $0 < 0x80 }), text.utf8.count < 70 { return text }
        var words: [[UInt8]] = [[]]
        for character in text {
            let bytes = Array(String(character).utf8)
            if words[words.count - 1].count + bytes.count > 42 { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?utf-8?B?\(Base64.text($0))?=" }.joined(separator: "\r\n ")
    }

    private static func date(_ now: Instant) -> String {
        let text = Instant(milliseconds: now.milliseconds / 1000 * 1000).description
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(whereSeparator: { "-T:Z".contains($0) })
        guard parts.count == 6, let month = Int(parts[1]), months.indices.contains(month - 1), let day = Int(parts[2]) else { return text }
        return "\(day) \(months[month - 1]) \(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]) +0000"
    }
}

enum Base64 {
    /// With padding, on one line.
    static func text(_ bytes: [UInt8]) -> String {
        let plain = TextForm.base64URL(bytes).utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "+") : $0 == UInt8(ascii: "_") ? UInt8(ascii: "/") : $0 }
        return String(decoding: plain + [UInt8](repeating: UInt8(ascii: "="), count: (4 - plain.count % 4) % 4), as: UTF8.self)
    }
}
