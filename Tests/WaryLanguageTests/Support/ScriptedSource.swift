import WaryLanguage
import WaryVocabulary

/// Answers the machine from tables, and counts what it is asked.
struct ScriptedSource: EvaluationSource {
    var signals: [SignalID: Reading] = [:]
    var inputs: [String: Reading] = [:]
    /// By the aggregate's canonical text.
    var aggregates: [String: Reading] = [:]
    private(set) var asked: [String: Int] = [:]

    init(signals: [SignalID: Reading] = [:], inputs: [String: Reading] = [:], aggregates: [String: Reading] = [:]) {
        self.signals = signals
        self.inputs = inputs
        self.aggregates = aggregates
    }

    mutating func signal(_ id: SignalID) -> Reading {
        asked[id.rawValue, default: 0] += 1
        return signals[id] ?? .unknown(.notSent)
    }

    mutating func input(_ index: Int, _ input: PolicyInput) -> Reading {
        asked[input.name, default: 0] += 1
        return inputs[input.name] ?? .unknown(.notSent)
    }

    mutating func aggregate(_ index: Int, _ definition: AggregateDefinition) -> Reading {
        asked[definition.text, default: 0] += 1
        return aggregates[definition.text] ?? (definition.function == .count || definition.function == .distinct ? .known(.int(0)) : .unknown(.noHistory))
    }
}
