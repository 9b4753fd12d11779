import WaryHistory
import WaryLanguage
import WarySignals
import WaryVocabulary

/// Runs a policy's own tests (LANGUAGE section 10): each on an empty history, with a fixed clock, touching nothing else.
public struct PolicyTestRunner {
    private let policy: CompiledPolicy
    private var judge: PolicyJudge

    public init(_ policy: CompiledPolicy) {
        self.policy = policy
        judge = PolicyJudge(policy, agents: .builtIn)
    }

    /// Always the same, so that what is counted approximately comes out the same, too.
    private static let key = InstallationKey(bytes: Array(repeating: 0x57, count: 32)) ?? .random()

    /// Runs the tests whose names contain `filter` (all where it is nil), in the order in which they stand.
    public mutating func run(filter: String? = nil) -> [PolicyTestResult] {
        policy.tests.filter { filter.map($0.name.contains) ?? true }.map { run($0) }
    }

    /// Runs one test.
    public mutating func run(_ test: PolicyTest) -> PolicyTestResult {
        let history = test.isHistoryUnavailable ? nil : history(of: test)
        let given = TestFields(test.attempt.fields)
        let evaluation = judge.judge(given.fields, place: given.whereabouts, history: history, now: test.at,
                                     overrides: given.overrides).evaluation
        let explanation = judge.explain(.full)
        let verdict = TestVerdict(policy: policy, evaluation: evaluation)
        let mismatches = test.expectations.compactMap { verdict.mismatch($0.expectation, at: $0.range) }
        return PolicyTestResult(name: test.name, range: test.range, mismatches: mismatches, evaluation: evaluation,
                                explanation: explanation)
    }

    /// An empty history with what the test says went before. Nil where that cannot be set up, which the test then sees as
    /// a history that cannot be read.
    private func history(of test: PolicyTest) -> History? {
        let history = History.inMemory(key: Self.key)
        do throws(HistoryError) {
            try history.use(policy.aggregates)
            for event in test.history {
                let given = TestFields(event.fields)
                // As a decision would have: with what the user agent says, and where the address is.
                let context = SignalContext(event: given.fields, whereabouts: given.whereabouts, baseline: nil,
                                            now: event.at, timeZone: policy.timeZone, overrides: given.overrides)
                try history.recordImported(ImportedEvent(given: event.kind, at: event.at, fields: context.event))
            }
            return history
        } catch {
            return nil
        }
    }
}
