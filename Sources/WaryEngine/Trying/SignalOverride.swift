import WaryLanguage
import WaryVocabulary

/// Signals that a what-if gives instead of having them computed.
public enum SignalOverride {
    /// A signal by name with a value as JSON has it, in the signal's own type.
    public static func read(_ name: String, _ raw: Datum) throws(EngineFailure) -> (SignalID, Datum) {
        guard let entry = SignalCatalogue.entry(named: name) else {
            let shown = name.utf8.count <= Nearest.longestName ? " \"\(name)\"" : ""
            let hint = Nearest.name(to: name, among: SignalCatalogue.entries.map(\.name)).map { "; did you mean \"\($0)\"?" }
            throw EngineFailure(.badRequest, "there is no signal\(shown)" + (hint ?? ""))
        }
        guard let datum = InputCoercion.coerce(raw, to: entry.type) else {
            throw EngineFailure(.badRequest, "signal \"\(name)\" should be \(InputCoercion.expectation(of: entry.type))")
        }
        if let values = entry.values, case .text(let text) = datum, !values.contains(text) {
            throw EngineFailure(.badRequest, "signal \"\(name)\" should be \(values.joined(separator: ", "))")
        }
        if let domain = entry.domain, let number = Self.number(datum), !domain.contains(number) {
            throw EngineFailure(.badRequest, "signal \"\(name)\" cannot have that value")
        }
        return (entry.id, datum)
    }

    private static func number(_ datum: Datum) -> Double? {
        switch datum {
        case .int(let value), .duration(let value): Double(value)
        case .decimal(let value), .distance(let value), .speed(let value): value
        default: nil
        }
    }
}
