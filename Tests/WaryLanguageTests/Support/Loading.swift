import Testing
import WaryLanguage

/// Loads a policy from its text; other files beside it by name.
func load(_ text: String, _ others: [String: String] = [:]) -> LoadedPolicy {
    PolicyLoader(sources: MemorySources(others.merging(["policy.wary": text]) { $1 })).load("policy.wary")
}

/// A policy that must have no error.
func compiled(_ text: String, _ others: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation) throws -> CompiledPolicy {
    let loaded = load(text, others)
    for diagnostic in loaded.diagnostics where diagnostic.severity == .error {
        Issue.record("\(diagnostic.code.rawValue): \(diagnostic.message)", sourceLocation: sourceLocation)
    }
    return try #require(loaded.policy, sourceLocation: sourceLocation)
}

/// The smallest policy around some rules.
func policy(_ body: String, decide: String = "allow otherwise") -> String {
    "policy p { for login }\n\(body)\ndecide { \(decide) }\n"
}
