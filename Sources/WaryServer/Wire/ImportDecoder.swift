import WaryEngine
import WaryHistory
import WaryVocabulary

extension RequestDecoder {
    /// Reads one line of `wary import ndjson`: the shape of `decide` with `at`, and with `outcome`, `factor` and `label` where
    /// they are known.
    public func decodeImport(_ line: some Sequence<UInt8>) -> Result<ImportedEvent, WireFailure> {
        let bytes = Array(line)
        do {
            return try bytes.withUnsafeBytes { bytes in
                try parser.read(0..<bytes.count, of: bytes) { value, duplicate in
                    do throws(WireFailure) {
                        guard value.kind == .object else { throw WireFailure.badRequest("an event is one JSON object") }
                        if let duplicate {
                            throw WireFailure(.badJSON, "the key \"\(Self.quoted(duplicate.string))\" stands twice in one object")
                        }
                        return .success(try imported(RequestMembers(value)))
                    } catch { return .failure(error) }
                }
            }
        } catch let error as JSONError {
            return .failure(WireFailure(.badJSON, error.message))
        } catch {
            return .failure(WireFailure(.badJSON, "not JSON"))
        }
    }

    private static let importFields = RequestFieldSet.attempt.union(RequestFieldSet(.op, .id, .outcome, .factor, .label, .explain))

    private func imported(_ members: RequestMembers) throws(WireFailure) -> ImportedEvent {
        if let name = members.unknownName { throw Self.unknownField(name, Self.importFields.fields) }
        if let stranger = members.present.subtracting(Self.importFields).fields.first {
            throw .badRequest("unknown field \"\(stranger.name)\" in an import")
        }
        _ = try members.required(.at)
        guard let at = try instant(members) else { throw .badRequest("\"at\" is required") }
        let kind = try kind(members) ?? .login
        guard !kind.isReserved || kind == .login else {
            throw .badRequest("\"event\" must not be login.* or challenge.*: say \"login\" with an \"outcome\"")
        }
        let fields = try attempt(members)
        var outcome = try members.choice(.outcome, Self.outcomes)
        if outcome == nil, fields.credential == .invalid, kind == .login { outcome = .failed }
        return ImportedEvent(kind: kind, at: at, fields: fields, outcome: outcome,
                             factor: try members.choice(.factor, Self.factors), label: try members.choice(.label, Self.labels))
    }
}
