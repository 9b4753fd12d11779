import WaryHistory
import WaryLanguage
import WarySignals
import WaryVocabulary

/// What the machine reads while it decides about one event: signals, inputs and history, each at one instant.
struct DecisionSource: EvaluationSource {
    var signals: SignalContext
    private let fields: EventFields
    /// Nil where history cannot be read at all.
    private let history: History?
    private let now: Instant
    /// The first failure to read history; nil where all was read.
    private(set) var fault: HistoryError?

    init(signals: SignalContext, fields: EventFields, history: History?, now: Instant) {
        self.signals = signals
        self.fields = fields
        self.history = history
        self.now = now
    }

    mutating func signal(_ id: SignalID) -> Reading { signals.read(id) }

    mutating func input(_ index: Int, _ input: PolicyInput) -> Reading {
        guard let datum = fields.inputs[input.name] else { return .unknown(.notSent) }
        // An import, or an older policy, may have kept it as another type.
        guard datum.type != input.type else { return .known(datum) }
        return InputCoercion.coerce(datum, to: input.type).map(Reading.known) ?? .unknown(.failed)
    }

    mutating func aggregate(_ index: Int, _ definition: AggregateDefinition) -> Reading {
        guard let history else { return .unavailable }
        do throws(HistoryError) {
            let reading = try history.value(of: definition, for: fields, at: now)
            return reading == .unknown(.notInDatabase) ? .unknown(missing(definition)) : reading
        } catch {
            fault = fault ?? error
            return .unavailable
        }
    }

    /// Why no position or network is known of the address: history sees that there is none, the databases know why.
    private func missing(_ definition: AggregateDefinition) -> UnknownReason {
        let isNetwork = fields.network.asn == nil && (definition.keys.contains(.network) || definition.field == KeyKind.network.rawValue)
        return isNetwork ? signals.missingNetwork : signals.missingCountry
    }
}
