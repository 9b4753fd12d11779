import WaryVocabulary

/// Runs one policy. It owns the registers and is meant to be used over and over; one for each thread.
public struct PolicyMachine {
    public let policy: CompiledPolicy

    public init(_ policy: CompiledPolicy) { self.policy = policy }

    /// Decides about one event.
    public mutating func evaluate(_ source: inout some EvaluationSource) -> Evaluation {
        Evaluation(outcome: policy.onError, isDegraded: true)
    }

    /// Why the last `evaluate` decided as it did.
    public mutating func explain(_ level: ExplanationLevel) -> Explanation { Explanation() }
}
