import Foundation
import Testing
import WarySignals
import WaryVocabulary

struct AgentReaderTests {
    /// Enough of the form for the shared test cases: `- user_agent_string: '…'` and `family: '…'`.
    static func cases(_ name: String) throws -> [(agent: String, family: String)] {
        let text = try String(contentsOfFile: SharedData.path("ua/\(name)"), encoding: .utf8)
        var cases: [(agent: String, family: String)] = []
        var agent: String?
        for line in text.split(separator: "\n") {
            let content = line.trimmingCharacters(in: .whitespaces)
            if let quoted = Self.quoted(content, after: "- user_agent_string:") {
                agent = quoted
            } else if let family = Self.quoted(content, after: "family:"), let text = agent {
                cases.append((text, family))
                agent = nil
            }
        }
        return cases
    }

    private static func quoted(_ line: String, after name: String) -> String? {
        guard line.hasPrefix(name) else { return nil }
        let value = line.dropFirst(name.count).trimmingCharacters(in: .whitespaces)
        guard value.count >= 2, let quote = value.first, quote == "'" || quote == "\"" else { return nil }
        let inner = String(value.dropFirst().dropLast())
        return quote == "'" ? inner.replacingOccurrences(of: "''", with: "'") : inner.replacingOccurrences(of: "\\\"", with: "\"")
    }

    /// At least 99 % of the families, by the expressions the cases came with and by those that Debian installs, which are
    /// four years older than the cases.
    @Test(.enabled(if: SharedData.isThere), arguments: ["test_ua.yaml", "firefox_user_agent_strings.yaml", "test_os.yaml"],
          [SharedData.path("ua/regexes.yaml"), AgentReader.packagedPath].filter(FileManager.default.fileExists(atPath:)))
    func families(name: String, expressions: String) throws {
        let reader = try AgentReader(path: expressions)
        let cases = try Self.cases(name)
        #expect(cases.count > 200)
        var wrong: [String] = []
        for (agent, family) in cases {
            let facts = reader.facts(agent)
            let found = name == "test_os.yaml" ? facts.os : facts.browser
            if found != family { wrong.append("\(agent): \(found), not \(family)") }
        }
        print("\(name) by \(expressions): \(cases.count - wrong.count) of \(cases.count)")
        #expect(Double(wrong.count) <= Double(cases.count) / 100, "\(wrong.prefix(20))")
    }

    static let common: [(agent: String, browser: String, os: String, kind: AgentFacts.Kind)] = [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
         "Chrome", "Windows", .desktop),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1",
         "Mobile Safari", "iOS", .mobile),
        ("Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
         "Mobile Safari", "iOS", .tablet),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15",
         "Safari", "Mac OS X", .desktop),
        ("Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 Mobile Safari/537.36",
         "Chrome Mobile", "Android", .mobile),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", "Firefox", "Linux", .desktop),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36 Edg/119.0.0.0",
         "Edge", "Windows", .desktop),
        ("curl/8.4.0", "curl", "Other", .bot),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot", "Other", .bot),
        ("", "Other", "Other", .unknown),
        ("something nobody has heard of", "Other", "Other", .unknown),
    ]

    @Test func theTableOfOurOwnKnowsTheCommonOnes() {
        for expected in Self.common {
            let facts = AgentReader.builtIn.facts(expected.agent)
            #expect(facts.browser == expected.browser, "\(expected.agent)")
            #expect(facts.os == expected.os, "\(expected.agent)")
            #expect(facts.kind == expected.kind, "\(expected.agent)")
        }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: AgentReader.packagedPath)))
    func thePackageSaysTheSameOfThem() throws {
        let reader = try AgentReader(path: AgentReader.packagedPath)
        for expected in Self.common {
            let facts = reader.facts(expected.agent)
            #expect(facts.browser == expected.browser, "\(expected.agent)")
            #expect(facts.os == expected.os, "\(expected.agent)")
            #expect(facts.kind == expected.kind, "\(expected.agent)")
        }
    }

    @Test func versions() {
        let facts = AgentReader.builtIn.facts(Self.common[4].agent)
        #expect(facts.browserVersion == "118.0.0")
        #expect(facts.osVersion == "13")
    }

    /// Were an expression to run away on one of these, the test would not end.
    @Test func aTextMadeToBeSlowIsRead() throws {
        let reader = SharedData.isThere ? try AgentReader(path: SharedData.path("ua/regexes.yaml")) : .builtIn
        for unit in ["Mozilla Mobile ", "aaaaaaaa", "iPhone; Android ", "(((((((", "1.1.1.1.1."] {
            let agent = String(repeating: unit, count: 4_096 / unit.utf8.count)
            #expect(reader.facts(agent) == reader.facts(agent), "\(unit)")
        }
    }

    /// A client that an older file takes for its engine is read by its own name and version; the engine itself as ever.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: AgentReader.packagedPath)))
    func clientsNewerThanTheExpressions() throws {
        let reader = try AgentReader(path: AgentReader.packagedPath)
        let engine = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
        #expect(reader.facts(engine).browser == "Chrome")
        let newer = reader.facts(engine + " QuarkPC/2.0.7.222")
        #expect(newer.browser == "Quark PC")
        #expect(newer.browserVersion == "2.0.7")
        #expect(newer.os == "Windows")
    }

    @Test func aFileThatIsNoneIsRefused() throws {
        #expect(throws: AgentError.unreadable(path: "/nonexistent/regexes.yaml")) { try AgentReader(path: "/nonexistent/regexes.yaml") }
        let scratch = try Scratch()
        let bad = try scratch.write("user_agent_parsers:\n  - regex: '(unclosed'\n", "bad.yaml")
        let error = #expect(throws: AgentError.self) { try AgentReader(path: bad) }
        #expect(error?.description.hasPrefix("\(bad):2: ") == true)
    }
}
