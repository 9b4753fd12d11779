import WaryVocabulary

/// What the machine asks for while it evaluates a policy: each at most once a decision, and only when it is reached.
public protocol EvaluationSource {
    mutating func signal(_ id: SignalID) -> Reading
    /// `.unknown(.notSent)` where the app sent none; the machine applies the default. The datum has the declared type.
    mutating func input(_ index: Int, _ input: PolicyInput) -> Reading
    /// `index` is that of `CompiledPolicy.aggregates`.
    mutating func aggregate(_ index: Int, _ definition: AggregateDefinition) -> Reading
}
