import WaryLanguage
import WaryVocabulary

/// Holds one evaluation against what a test expects of it.
struct TestVerdict {
    let policy: CompiledPolicy
    let evaluation: Evaluation

    /// Nil where the expectation holds.
    func mismatch(_ expectation: TestExpectation, at range: SourceRange) -> PolicyTestResult.Mismatch? {
        let (holds, expected, got) = compare(expectation)
        return holds ? nil : PolicyTestResult.Mismatch(expected: expected, got: got, range: range)
    }

    private func compare(_ expectation: TestExpectation) -> (holds: Bool, expected: String, got: String) {
        switch expectation {
        case .outcome(let outcome, let factors):
            let holds = evaluation.outcome == outcome && (factors.map { $0 == evaluation.factors } ?? true)
            return (holds, Self.outcome(outcome, factors ?? []),
                    Self.outcome(evaluation.outcome, factors == nil ? [] : evaluation.factors))
        case .because(let names):
            return sets("because", names, evaluation.fired)
        case .unknown(let names):
            // A monitor has no say in the outcome; a test may name it, and need not.
            return sets("unknown", names, evaluation.unknown.filter { rule in
                !policy.rules[rule].isMonitor || names.contains(policy.rules[rule].name)
            })
        case .score(let range):
            let shown = range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)..\(range.upperBound)"
            return (range.contains(Int64(evaluation.score)), "score \(shown)", "score \(evaluation.score)")
        case .notify(let names):
            return (Set(names) == Set(evaluation.notify), Self.list("notify", names), Self.list("notify", evaluation.notify))
        case .tag(let tags):
            return (Set(tags) == Set(evaluation.tags), Self.list("tag", tags.map(Self.quoted)),
                    Self.list("tag", evaluation.tags.map(Self.quoted)))
        case .degraded:
            return (evaluation.isDegraded, "degraded", "not degraded")
        }
    }

    private func sets(_ word: String, _ names: [String], _ rules: some Sequence<Int>) -> (Bool, String, String) {
        let got = rules.map { policy.rules[$0].name }
        return (Set(names) == Set(got), Self.list(word, names), Self.list(word, got))
    }

    private static func outcome(_ outcome: Outcome, _ factors: [Factor]) -> String {
        factors.isEmpty ? outcome.rawValue : "\(outcome.rawValue) \(factors.map(\.rawValue).joined(separator: ", "))"
    }

    private static func list(_ word: String, _ names: [String]) -> String {
        names.isEmpty ? "\(word) nothing" : "\(word) \(names.joined(separator: ", "))"
    }

    private static func quoted(_ text: String) -> String { "\"\(text)\"" }
}
