import Testing
import WaryLanguage

@Suite struct StarterPolicies {
    @Test(arguments: ["customer_sign_in.wary", "workforce_sign_in.wary", "ssh.wary"])
    func loadWithoutErrors(name: String) {
        let loaded = PolicyLoader(sources: FileSources(root: Repository.path("Policies"))).load(name)
        for diagnostic in loaded.diagnostics {
            let file = loaded.files[diagnostic.range.file.index]
            let (line, column) = file.position(at: diagnostic.range.start)
            Issue.record("\(file.path):\(line):\(column): \(diagnostic.code.rawValue): \(diagnostic.message)")
        }
        #expect(loaded.policy != nil)
        #expect(loaded.policy?.tests.isEmpty == false)
    }

    @Test func theExampleOfTheLanguagePageLoads() throws {
        let loaded = load(LanguageExample.text, LanguageExample.others)
        for diagnostic in loaded.diagnostics { Issue.record("\(diagnostic.code.rawValue): \(diagnostic.message)") }
        let policy = try #require(loaded.policy)
        #expect(policy.name == "customer_sign_in")
        #expect(policy.rules.map(\.name) == ["impossible_travel", "guessing", "stuffing", "script", "hosted", "typing_rhythm", "new_device_abroad"])
        #expect(policy.version.count == 64)
        #expect(loaded.dependencies == ["policy.wary", "common/networks.wary", "lists/hosting-asns.txt"])
    }
}
