import Testing
import WaryLanguage

@Suite struct Loader {
    private static let main = "policy p { for login }\ninclude \"shared/a.wary\"\nrule r { when ip in office unknown skip score 1 }\ndecide { allow otherwise }\n"
        .replacing(" unknown skip", with: "")

    @Test func includesAreRelativeToTheIncludingFile() throws {
        let others = ["shared/a.wary": "include \"nets/b.wary\"", "shared/nets/b.wary": "list office of network from \"../lists/office.txt\"",
                      "shared/lists/office.txt": "# ours\n10.0.0.0/8   # inside\n\n192.0.2.1\n"]
        let loaded = load(Self.main, others)
        #expect(loaded.diagnostics.filter { $0.severity == .error }.isEmpty)
        #expect(loaded.dependencies == ["policy.wary", "shared/a.wary", "shared/nets/b.wary", "shared/lists/office.txt"])
    }

    @Test func circlesAndMissingFilesAreReported() {
        let circle = load(Self.main, ["shared/a.wary": "include \"../policy.wary\"\nlist office of network = [10.0.0.0/8]"])
        #expect(circle.diagnostics.contains { $0.code == .cycle && $0.message.contains("policy.wary → shared/a.wary → policy.wary") })
        #expect(load(Self.main).diagnostics.contains { $0.code == .include })
        #expect(load(Self.main, ["shared/a.wary": "include \"../../x.wary\""]).diagnostics.contains { $0.code == .include && $0.message.contains("out of the policy folder") })
        let nowhere = PolicyLoader(sources: MemorySources([:])).load("none.wary")
        #expect(nowhere.policy == nil && nowhere.diagnostics.map(\.code).contains(.include))
    }

    @Test func theVersionIsTheMeaning() throws {
        let text = "policy p { for login }\nlist a of asn from \"a.txt\"\nrule r { when network.asn in a unknown skip score 5 }\ndecide { allow otherwise }\n"
        let version = try compiled(text, ["a.txt": "AS1\nAS2\n"]).version
        let spaced = "# a comment\n" + text.replacing(" ", with: "  ").replacing("\n", with: "\n\n") + "test \"t\" { login { account \"a\" } expect allow }"
        #expect(try compiled(spaced, ["a.txt": "2 # two\n1\n1\n"]).version == version)
        #expect(try compiled(text, ["a.txt": "AS1\nAS3\n"]).version != version)
        #expect(try compiled(text.replacing("score 5", with: "score 6"), ["a.txt": "AS1\nAS2\n"]).version != version)
        #expect(version.count == 64 && version.allSatisfy(\.isHexDigit))
    }

    @Test func everyBadLineOfAListIsReportedWhereItStands() {
        let text = "policy p { for login }\nlist c of country from \"c.txt\"\nrule r { when geo.country in c unknown skip score 5 }\ndecide { allow otherwise }\n"
        let loaded = load(text, ["c.txt": "FR\nUK\n  xx # no\n"])
        let bad = loaded.diagnostics.filter { $0.code == .list }
        #expect(bad.map { loaded.files[$0.range.file.index].position(at: $0.range.start).line } == [2, 3])
        #expect(bad.first?.fix?.text == "GB")
    }
}
