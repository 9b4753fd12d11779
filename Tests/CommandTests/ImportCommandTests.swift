import Foundation
import Testing

@Suite struct ImportCommandTests {
    private static let log = """
        Dec 31 23:59:58 host sshd[7]: Failed password for root from 203.0.113.7 port 22 ssh2
        Dec 31 23:59:59 host sshd[7]: message repeated 2 times: [ Failed password for root from 203.0.113.7 port 22 ssh2]
        Jan  1 00:00:01 host sshd[8]: Accepted password for ann from 192.0.2.4 port 22 ssh2
        Jan  1 00:00:02 host sshd[9]: Failed password for invalid user  from 203.0.113.7 port 22 ssh2
        Jan  1 00:00:03 host kernel: something else

        """

    @Test func aLogIsImportedOnce() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("auth.log", Self.log)
        let first = try program.wary("import", "sshd", "auth.log", "--data", "data", "--year", "2024", "--timezone", "UTC", "--format", "json")
        #expect(first.code == 0, "\(first.complaints)")
        let figures = try first.object()
        #expect(figures["lines"] as? Int == 5)
        #expect(figures["failures"] as? Int == 4)
        #expect(figures["failures_for_invalid_users"] as? Int == 1)
        #expect(figures["successes"] as? Int == 1)
        #expect(figures["unknown"] as? Int == 1)
        #expect(figures["recorded"] as? Int == 5)
        #expect(figures["duplicates"] as? Int == 0)
        #expect(first.complaints.contains("data.key"), "it says where the key is")
        let again = try program.wary("import", "sshd", "auth.log", "--data", "data", "--year", "2024", "--timezone", "UTC", "--format", "json")
        #expect(try again.object()["recorded"] as? Int == 0)
        #expect(try again.object()["duplicates"] as? Int == 5)
    }

    @Test func wrongUsage() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("auth.log", Self.log)
        #expect(try program.wary("import", "sshd", "nowhere.log", "--data", "data").code == 2)
        #expect(try program.wary("import", "sshd", "auth.log").code == 2)
        #expect(try program.wary("import", "sshd", "auth.log", "--data", "data", "--timezone", "Mars/Olympus").code == 2)
        #expect(try program.wary("import", "sshd", "auth.log", "--data", "data", "--policy", "nowhere.wary").code == 1)
    }

    /// The starter policy refuses the brute-forcers of a real log.
    @Test func theStarterPolicyOnARealLog() throws {
        guard let log = Repository.shared("ssh/OpenSSH_2k.log") else { return }
        let program = try Program()
        defer { program.remove() }
        let outcome = try program.wary("import", "sshd", log, "--data", "data", "--year", "2015", "--timezone", "Asia/Shanghai",
                                       "--policy", "\(Repository.policies)/ssh.wary", "--format", "json")
        #expect(outcome.code == 0, "\(outcome.complaints)")
        let figures = try outcome.object()
        #expect(figures["failures"] as? Int == 528)
        #expect(figures["failures_for_invalid_users"] as? Int == 135)
        #expect(figures["successes"] as? Int == 1)
        #expect(figures["addresses"] as? Int == 23)
        #expect(figures["users"] as? Int == 63)
        let rows = try #require(figures["addresses_decided"] as? [[String: Any]])
        for row in rows where row["attempts"] as? Int ?? 0 >= 15 {
            let denied = row["denied_at_attempt"] as? Int ?? .max
            #expect(denied <= 7, "\(row)")
        }
    }
}
