import WaryLanguage
import WaryVocabulary

/// How one test of a policy went.
public struct PolicyTestResult: Sendable {
    /// One expectation that did not hold.
    public struct Mismatch: Sendable, Hashable {
        /// `score 60`
        public var expected: String
        /// `score 75`
        public var got: String
        public var range: SourceRange
    }

    public var name: String
    public var range: SourceRange
    public var mismatches: [Mismatch]
    public var evaluation: Evaluation
    /// At level `full`.
    public var explanation: Explanation

    public var passed: Bool { mismatches.isEmpty }

    /// What did not hold, on one line; empty where all did.
    public var message: String {
        mismatches.map { "expected \($0.expected), got \($0.got)" }.joined(separator: "; ")
    }
}
