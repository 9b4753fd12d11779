import Foundation
import WaryHistory
import WaryVocabulary

/// Reads the log of an OpenSSH server line by line into attempts.
public struct SSHLogReader {
    /// What the lines were; every line is one of these.
    public struct Figures: Sendable, Equatable {
        public var lines = 0
        public var failures = 0
        /// Of the failures, those for users that the host does not have.
        public var failuresForInvalidUsers = 0
        public var successes = 0
        /// Further attempts that "message repeated N times" lines stand for; counted among the failures.
        public var repeated = 0
        /// Lines of sshd's that are no attempt.
        public var notices = 0
        /// Lines of other programs, and lines that say nothing Wary knows.
        public var unknown = 0
        /// Addresses that failed, and users they failed for.
        public var addresses = 0
        public var users = 0
    }

    /// In which year and time zone lines without them were written.
    public struct Calendar: Sendable {
        /// The year of the first line; nil: the latest in which the last line is not after `notAfter`.
        public var year: Int64?
        public var notAfter: Instant
        public var timeZone: TimeZone

        public init(year: Int64? = nil, notAfter: Instant, timeZone: TimeZone = .current) {
            self.year = year
            self.notAfter = notAfter
            self.timeZone = timeZone
        }
    }

    private struct Line {
        var stamp: SyslogLine.Stamp
        /// How many times the year had turned when the line was met.
        var turn: Int64
        var message: SSHMessage
        var fingerprint: String
    }

    private var lines: [Line] = []
    private var last: (month: Int64, day: Int64)?
    private var turns: Int64 = 0
    private var seenAddresses: Set<IPAddress> = []
    private var seenUsers: Set<String> = []
    public private(set) var figures = Figures()

    public init() {}

    /// Takes one line, without its line break.
    public mutating func read(_ text: Substring) {
        let text = text.last == "\r" || text.last == "\r\n" ? text.dropLast() : text
        guard !text.isEmpty else { return }
        figures.lines += 1
        guard let line = SyslogLine(text), Self.programs.contains(String(line.program)),
              let message = SSHMessage(line.message) else {
            figures.unknown += 1
            return
        }
        noteYear(line.stamp)
        guard message.kind != .notice, let address = message.address else {
            figures.notices += 1
            return
        }
        if message.kind == .accepted {
            figures.successes += message.count
        } else {
            seenAddresses.insert(address)
            seenUsers.insert(message.user)
            figures.addresses = seenAddresses.count
            figures.users = seenUsers.count
            figures.failures += message.count
            figures.failuresForInvalidUsers += message.isInvalidUser ? message.count : 0
        }
        figures.repeated += line.message.hasPrefix("message repeated ") ? message.count : 0
        // Program and process tell two daemons apart that say the same in the same second.
        let fingerprint = "\(line.host) \(line.program)[\(line.process)] \(line.message)"
        lines.append(Line(stamp: line.stamp, turn: turns, message: message, fingerprint: fingerprint))
    }

    /// The attempts of all lines, oldest first; those of one instant in the order of the file.
    public func events(_ calendar: Calendar) -> [ImportedEvent] {
        let firstYear = calendar.year ?? latestFirstYear(calendar)
        let events = lines.flatMap { line -> [ImportedEvent] in
            let at = Self.instant(line.stamp, year: firstYear + line.turn, calendar.timeZone)
            return (0..<line.message.count).map { Self.event(line, at: at, repetition: $0) }
        }
        return events.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    private static let programs: Set<String> = ["sshd", "sshd-session", "sshd-auth"]

    /// Log lines go forward; a month that jumps back by more than half a year begins the next year.
    private mutating func noteYear(_ stamp: SyslogLine.Stamp) {
        guard case .local(let month, let day, _) = stamp else { return }
        if let last, last.month - month > 6 { turns += 1 }
        last = (month, day)
    }

    /// The latest first year in which no line lies after the calendar's bound.
    private func latestFirstYear(_ calendar: Calendar) -> Int64 {
        let bound = CivilDate(daysSinceEpoch: calendar.notAfter.milliseconds / 86_400_000).year + 1
        let latest = lines.last { if case .local = $0.stamp { true } else { false } }
        guard let latest else { return bound - 1 }
        // Eight years back there is a leap year for every 29th of February.
        for year in stride(from: bound, through: bound - 9, by: -1) {
            if Self.exists(latest.stamp, in: year), Self.instant(latest.stamp, year: year, calendar.timeZone) <= calendar.notAfter {
                return year - latest.turn
            }
        }
        return bound - 1 - latest.turn
    }

    private static func exists(_ stamp: SyslogLine.Stamp, in year: Int64) -> Bool {
        guard case .local(let month, let day, _) = stamp else { return true }
        return CivilDate(year: year, month: month, day: day) != nil
    }

    private static func instant(_ stamp: SyslogLine.Stamp, year: Int64, _ zone: TimeZone) -> Instant {
        switch stamp {
        case .exact(let instant): return instant
        case .local(let month, let day, let millisecondOfDay):
            let date = CivilDate(year: year, month: month, day: day) ?? CivilDate(year: year, month: month, day: 28)
            let wall = (date?.daysSinceEpoch ?? 0) * 86_400_000 + millisecondOfDay
            return Instant(milliseconds: wall - offset(of: zone, atWall: wall))
        }
    }

    /// Milliseconds by which the zone's clock was ahead of UTC when it showed `wall`.
    private static func offset(of zone: TimeZone, atWall wall: Int64) -> Int64 {
        func offset(at milliseconds: Int64) -> Int64 {
            Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(milliseconds) / 1000))) * 1000
        }
        return offset(at: wall - offset(at: wall))
    }

    private static func event(_ line: Line, at: Instant, repetition: Int) -> ImportedEvent {
        let message = line.message
        let accepted = message.kind == .accepted
        let fields = EventFields(
            account: message.user, ip: message.address, credential: accepted ? .valid : .invalid, app: "sshd",
            method: message.method, inputs: ["invalid_user": .bool(message.isInvalidUser)])
        return ImportedEvent(kind: .login, at: at, fields: fields, outcome: accepted ? .succeeded : .failed,
                             fingerprint: "\(at) \(repetition) \(line.fingerprint)")
    }
}
