import WaryHistory
import WaryLanguage
import WarySignals
import WaryVocabulary

/// What the machine reads while it decides about one event: signals, inputs and history, each at one instant.
struct DecisionSource: EvaluationSource {
    var signals: SignalContext
    let fields: EventFields
    /// Nil where history cannot be read at all.
    let history: History?
    let now: Instant

    mutating func signal(_ id: SignalID) -> Reading { signals.read(id) }

    mutating func input(_ index: Int, _ input: PolicyInput) -> Reading {
        fields.inputs[input.name].map(Reading.known) ?? .unknown(.notSent)
    }

    mutating func aggregate(_ index: Int, _ definition: AggregateDefinition) -> Reading {
        guard let history else { return .unavailable }
        do {
            return try history.value(of: definition, for: fields, at: now)
        } catch {
            return .unavailable
        }
    }
}
