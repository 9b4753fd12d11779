import Foundation
import Testing
import WaryHistory
import WaryVocabulary
@testable import WaryEngine

@Suite struct SSHLogTests {
    private func read(_ lines: [String]) -> SSHLogReader {
        var reader = SSHLogReader()
        for line in lines { reader.read(Substring(line)) }
        return reader
    }

    private func calendar(year: Int64? = nil, notAfter: String = "2024-06-01T00:00:00Z", zone: String = "UTC") throws -> SSHLogReader.Calendar {
        SSHLogReader.Calendar(year: year, notAfter: try #require(Instant(notAfter)), timeZone: try #require(TimeZone(identifier: zone)))
    }

    @Test func attemptsAndWhatIsNone() throws {
        let reader = read([
            "Dec 10 06:55:46 LabSZ sshd[24200]: Invalid user webmaster from 173.234.31.186",
            "Dec 10 06:55:48 LabSZ sshd[24200]: Failed password for invalid user webmaster from 173.234.31.186 port 38926 ssh2",
            "Dec 10 06:55:49 LabSZ sshd[24200]: Failed none for invalid user 0 from 5.188.10.180 port 49811 ssh2",
            "Dec 10 07:13:56 LabSZ sshd[24227]: message repeated 5 times: [ Failed password for root from 5.36.59.76 port 42393 ssh2]",
            "Dec 10 09:32:20 LabSZ sshd[24680]: Accepted publickey for fztu from 119.137.62.142 port 49116 ssh2: RSA SHA256:abc",
            "Dec 10 09:32:21 LabSZ CRON[1]: pam_unix(cron:session): session opened",
            "garbage",
            "",
        ])
        #expect(reader.figures == .init(lines: 7, failures: 6, failuresForInvalidUsers: 1, successes: 1, repeated: 5, notices: 2,
                                        unknown: 2, addresses: 2, users: 2))
        let events = reader.events(try calendar(year: 2015))
        #expect(events.count == 7)
        #expect(events.first?.at == Instant("2015-12-10T06:55:48Z"))
        #expect(events.first?.outcome == .failed)
        #expect(events.first?.fields.inputs == ["invalid_user": .bool(true)])
        #expect(events.last?.fields.account == "fztu")
        #expect(events.last?.fields.method == "publickey")
        #expect(events.last?.outcome == .succeeded)
        #expect(Set(events.compactMap(\.fingerprint)).count == 7)
    }

    @Test(arguments: [
        ("Failed password for invalid user  from 192.0.2.1 port 22 ssh2", "", true),
        ("Failed password for invalid user a b from 192.0.2.1 port 22 ssh2", "a b", true),
        ("Failed password for invalid user x from 6.6.6.6 port 1 ssh2 from 192.0.2.1 port 22 ssh2", "x from 6.6.6.6 port 1 ssh2", true),
        ("Failed password for root from 6.6.6.6 from 192.0.2.1 port 22 ssh2", "root from 6.6.6.6", false),
        ("Failed password for  from 192.0.2.1 port 22 ssh2", "", false),
        ("Failed keyboard-interactive/pam for été from 192.0.2.1 port 22 ssh2", "été", false),
    ])
    func namesAreWhateverTheClientSent(message: String, user: String, isInvalid: Bool) throws {
        let attempt = try #require(SSHMessage(Substring(message)))
        #expect(attempt.kind == .failed)
        #expect(attempt.user == user)
        #expect(attempt.isInvalidUser == isInvalid)
        #expect(attempt.address == IPAddress("192.0.2.1"))
    }

    @Test func aForgedTailIsNotBelieved() {
        #expect(SSHMessage("Failed password for root from 192.0.2.1 port 22 ssh2 and more") == nil)
        #expect(SSHMessage("Failed password for root from nowhere port 22 ssh2") == nil)
        #expect(SSHMessage("message repeated 999999999 times: [ Failed password for root from 192.0.2.1 port 22 ssh2]") == nil)
        #expect(SSHMessage("message repeated 2 times: [ message repeated 2 times: [ Failed password for root from 192.0.2.1 port 2 ssh2]]") == nil)
    }

    @Test func linesEndInAnyWayAndTimesComeInTwo() throws {
        let reader = read([
            "Jan  5 10:20:30 host sshd[1]: Failed password for root from 2001:db8::1 port 22 ssh2\r",
            "2024-01-05T10:20:30.250+01:00 host sshd-session[2]: Failed password for root from 192.0.2.1 port 22 ssh2",
            "<38>2024-01-05T10:20:31+0000 host sshd[3]: Failed password for root from 192.0.2.1 port 22 ssh2",
        ])
        let instants = reader.events(try calendar()).map(\.at.description)
        #expect(instants == ["2024-01-05T09:20:30.250Z", "2024-01-05T10:20:30Z", "2024-01-05T10:20:31Z"])
    }

    @Test func theYearIsTheLatestThatIsNotInTheFuture() throws {
        let reader = read([
            "Dec 31 23:59:59 host sshd[1]: Failed password for root from 192.0.2.1 port 22 ssh2",
            "Jan  1 00:00:01 host sshd[1]: Failed password for root from 192.0.2.1 port 22 ssh2",
            "Feb 29 12:00:00 host sshd[1]: Failed password for root from 192.0.2.1 port 22 ssh2",
        ])
        let inferred = reader.events(try calendar(notAfter: "2026-06-01T00:00:00Z")).map(\.at.description)
        #expect(inferred == ["2023-12-31T23:59:59Z", "2024-01-01T00:00:01Z", "2024-02-29T12:00:00Z"])
        let given = reader.events(try calendar(year: 2019)).map(\.at.description)
        #expect(given.last == "2020-02-29T12:00:00Z")
    }

    @Test func wallClocksAreReadInTheirTimeZone() throws {
        let reader = read(["Jul 10 12:00:00 host sshd[1]: Failed password for root from 192.0.2.1 port 22 ssh2"])
        #expect(reader.events(try calendar(year: 2023, zone: "Asia/Kolkata")).first?.at == Instant("2023-07-10T06:30:00Z"))
        #expect(reader.events(try calendar(year: 2023, zone: "Europe/Paris")).first?.at == Instant("2023-07-10T10:00:00Z"))
    }

    /// The figures of a real server under attack.
    @Test func aRealLog() throws {
        guard let path = TestData.path("ssh/OpenSSH_2k.log"), let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            return TestData.skipped("ssh/OpenSSH_2k.log")
        }
        var reader = SSHLogReader()
        for line in text.split(whereSeparator: \.isNewline) { reader.read(line) }
        let figures = reader.figures
        #expect(figures.lines == 2000)
        #expect(figures.failures == 528)
        #expect(figures.failuresForInvalidUsers == 135)
        #expect(figures.successes == 1)
        #expect(figures.repeated == 10)
        #expect(figures.addresses == 23)
        #expect(figures.users == 63)
        let events = reader.events(try calendar(year: 2015))
        #expect(events.count == 529)
        #expect(Set(events.compactMap(\.fingerprint)).count == 529)
        let busiest = Dictionary(grouping: events.filter { $0.outcome == .failed }) { $0.fields.ip }.mapValues(\.count)
        #expect(busiest[IPAddress("183.62.140.253")] == 286)
        #expect(busiest[IPAddress("187.141.143.180")] == 80)
    }
}
