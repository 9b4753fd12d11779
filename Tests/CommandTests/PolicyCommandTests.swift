import Foundation
import Testing

@Suite struct PolicyCommandTests {
    private static let sound = """
        policy p { for login }
        rule a { when ip.new score 10 }
        decide { deny when score >= 10 allow otherwise }
        test "new" { login { account "x" ip 192.0.2.1 } expect deny because a }
        """
    private static let faulty = "policy p { for login }\nrule a { when travel.speed > 900 score 10 }\ndecide { allow otherwise }\n"

    @Test func theStarterPoliciesAreCleanAndPass() throws {
        let program = try Program()
        defer { program.remove() }
        let check = try program.wary("check", "--strict", Repository.policies)
        #expect(check.code == 0, "\(check.output)")
        let test = try program.wary("test", "--coverage", Repository.policies)
        #expect(test.code == 0, "\(test.output)")
        #expect(!test.output.contains("○ no test"), "every rule, outcome and unknown branch is reached")
    }

    @Test func diagnosticsInEveryForm() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("policies/login.wary", Self.faulty)
        let human = try program.wary("check", "policies")
        #expect(human.code == 1)
        #expect(human.output.contains("policies/login.wary:2:"), "\(human.output)")
        #expect(!human.output.contains("\u{1B}["), "no colour but on terminals")
        let short = try program.wary("check", "policies", "--format", "short")
        #expect(short.output.hasPrefix("policies/login.wary:2:"))
        let json = try program.wary("check", "policies", "--format", "json")
        #expect(json.code == 1)
        let list = try #require(try json.json() as? [[String: Any]])
        #expect(list.contains { $0["file"] as? String == "policies/login.wary" && $0["code"] as? String == "E-unit" }, "\(json.output)")
        let sarif = try program.wary("check", "policies", "--format", "sarif")
        #expect(try sarif.object()["version"] as? String == "2.1.0")
    }

    @Test func includedFilesAreNoPoliciesOfTheirOwn() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("p/login.wary", "include \"common/lists.wary\"\n" + Self.sound + "\nrule b { when ip in office score 1 }")
        try program.write("p/common/lists.wary", "list office of network = [192.0.2.0/24]\n")
        try program.write("p/spare.wary", "list unused of network = [192.0.2.1/24]\n")
        let check = try program.wary("check", "p", "--format", "json")
        let list = try #require(try check.json() as? [[String: Any]])
        #expect(!list.contains { $0["severity"] as? String == "error" && $0["file"] as? String == "p/login.wary" }, "\(check.output)")
        try program.write("outside.wary", "list far of network = [192.0.2.0/24]\n")
        try program.write("p/login.wary", "include \"../outside.wary\"\n" + Self.sound)
        let outside = try program.wary("check", "p", "--format", "short")
        #expect(outside.code == 1)
        #expect(outside.output.contains("E-include"), "\(outside.output)")
    }

    @Test func testsInEveryForm() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("login.wary", Self.sound + "\ntest \"fails <&>\" { login { account \"x\" ip 192.0.2.1 } expect allow }")
        let human = try program.wary("test", "login.wary")
        #expect(human.code == 1)
        #expect(human.output.contains("1 passed, 1 failed"), "\(human.output)")
        #expect(human.output.contains("ip.new true"), "the explanation is shown: \(human.output)")
        let json = try program.wary("test", "login.wary", "--format", "json")
        let object = try json.object()
        #expect(object["passed"] as? Int == 1)
        #expect(object["failed"] as? Int == 1)
        let tests = try #require(object["tests"] as? [[String: Any]])
        #expect(tests.map { $0["passed"] as? Bool } == [true, false])
        #expect(tests.last?["line"] as? Int == 5)
        #expect(tests.last?["file"] as? String == "login.wary")
        #expect(tests.last?["message"] as? String == "expected allow, got deny")
        #expect((tests.last?["explanation"] as? [String: Any])?["score"] as? Int == 10)
        let junit = try program.wary("test", "login.wary", "--format", "junit")
        #expect(junit.output.contains("name=\"fails &lt;&amp;&gt;\""), "\(junit.output)")
        #expect(XMLCheck.isWellFormed(junit.output))
        let filtered = try program.wary("test", "login.wary", "--filter", "new")
        #expect(filtered.code == 0)
        #expect(filtered.output.contains("1 passed"))
    }

    @Test func policiesWithErrorsFailTheirTests() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("login.wary", Self.faulty)
        let json = try program.wary("test", "login.wary", "--format", "json")
        #expect(json.code == 1)
        let errors = try #require(try json.object()["errors"] as? [[String: Any]], "\(json.output)")
        #expect(errors.first?["code"] as? String == "E-unit")
    }

    @Test(arguments: [["test"], ["check"], ["check", "nowhere"], ["check", "--format", "xml", "."], ["nonsense"]])
    func wrongUsageExitsTwo(arguments: [String]) throws {
        let program = try Program()
        defer { program.remove() }
        let outcome = try program.run(arguments)
        #expect(outcome.code == 2, "\(outcome)")
        #expect(!outcome.complaints.isEmpty)
        #expect(outcome.output.isEmpty)
    }

    @Test(arguments: [["--help"], ["check", "--help"], ["test", "--help"], ["import", "--help"], ["import", "sshd", "--help"]])
    func helpHasAnExample(arguments: [String]) throws {
        let program = try Program()
        defer { program.remove() }
        let outcome = try program.run(arguments)
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("  wary "), "\(outcome.output)")
    }
}

/// Enough of a check that a text is XML: tags pair up, and nothing that must be escaped stands bare.
enum XMLCheck {
    static func isWellFormed(_ text: String) -> Bool {
        var open: [Substring] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            if rest[..<start].contains(">") { return false }
            guard let end = rest[start...].firstIndex(of: ">") else { return false }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("?") || tag.hasSuffix("/") { continue }
            if tag.hasPrefix("/") {
                guard open.popLast() == tag.dropFirst() else { return false }
            } else {
                open.append(tag.prefix { $0 != " " })
            }
        }
        return open.isEmpty
    }
}
