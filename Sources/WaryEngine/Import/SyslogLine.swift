import WaryVocabulary

/// One line of a system log, split at its header: `Dec 10 06:55:46 host sshd[24200]: message`, or with an RFC 3339 time
/// in place of the first three words.
struct SyslogLine: Equatable {
    /// When the line was written.
    enum Stamp: Equatable {
        /// A wall clock without year or time zone.
        case local(month: Int64, day: Int64, millisecondOfDay: Int64)
        case exact(Instant)
    }

    var stamp: Stamp
    var host: Substring
    /// The program's name without its process number.
    var program: Substring
    /// What stands in brackets after it; empty where nothing does.
    var process: Substring
    var message: Substring

    /// Nil where the line has no such header.
    init?(_ line: Substring) {
        var rest = Self.withoutPriority(line)
        if let first = rest.first, first.isNumber {
            guard let word = Self.word(&rest), let instant = Instant(Self.offsetWithColon(word)) else { return nil }
            stamp = .exact(instant)
        } else {
            guard let name = Self.word(&rest), let month = Self.months.firstIndex(of: name.lowercased()),
                  let dayText = Self.word(&rest), let day = Int64(dayText), (1...31).contains(day),
                  let clock = Self.word(&rest), let time = Self.millisecondOfDay(clock) else { return nil }
            stamp = .local(month: Int64(month) + 1, day: day, millisecondOfDay: time)
        }
        guard let host = Self.word(&rest), let colon = rest.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        self.host = host
        let tag = rest[..<colon]
        guard !tag.isEmpty, !tag.utf8.contains(UInt8(ascii: " ")) else { return nil }
        if let open = tag.firstIndex(of: "["), tag.last == "]" {
            program = tag[..<open]
            process = tag[tag.index(after: open)...].dropLast()
        } else {
            program = tag
            process = ""
        }
        message = rest[rest.utf8.index(after: colon)...]
        if message.utf8.first == UInt8(ascii: " ") { message = message[message.utf8.index(after: message.startIndex)...] }
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// `<38>` before the time, as some collectors keep it.
    private static func withoutPriority(_ line: Substring) -> Substring {
        guard line.first == "<", let end = line.firstIndex(of: ">"),
              line[line.index(after: line.startIndex)..<end].allSatisfy(\.isNumber) else { return line }
        return line[line.index(after: end)...]
    }

    /// The next word, the blanks after it dropped too.
    private static func word(_ rest: inout Substring) -> Substring? {
        guard let end = rest.utf8.firstIndex(of: UInt8(ascii: " ")), end > rest.startIndex else { return nil }
        let word = rest[..<end]
        let next = rest.utf8[end...].firstIndex { $0 != UInt8(ascii: " ") } ?? rest.endIndex
        rest = rest[next...]
        return word
    }

    /// `+0100`, as the journal writes offsets, becomes `+01:00`.
    private static func offsetWithColon(_ word: Substring) -> String {
        guard word.utf8.count > 5, let sign = word.dropLast(4).last, sign == "+" || sign == "-",
              word.suffix(4).allSatisfy(\.isNumber) else { return String(word) }
        return "\(word.dropLast(2)):\(word.suffix(2))"
    }

    /// `06:55:46`, with or without a fraction.
    private static func millisecondOfDay(_ clock: Substring) -> Int64? {
        Instant("1970-01-01T\(clock)Z").map(\.milliseconds)
    }
}
