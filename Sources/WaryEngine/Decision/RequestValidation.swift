import WaryVocabulary

/// Refuses what no policy could decide on: the limits of texts, the inputs' names and types.
struct RequestValidation {
    /// Every input that a policy in force or in shadow declares, by name.
    var inputs: [String: ValueType]
    /// A setting for roll-outs, where apps send an input before the policy knows it: such inputs are dropped.
    var ignoresUndeclaredInputs = false

    /// Bounds every text that the app sent. Nothing is ever cut: two accounts would become one.
    func check(_ fields: EventFields) throws(EngineFailure) {
        guard !fields.account.isEmpty else { throw EngineFailure(.badRequest, "\"account\" is empty") }
        try Self.bound(fields.account, "account", EngineLimits.identifierBytes)
        if fields.device?.isEmpty == true { throw EngineFailure(.badRequest, "\"device\" is empty; leave it out where there is none") }
        try Self.bound(fields.device, "device", EngineLimits.identifierBytes)
        try Self.bound(fields.agent, "user_agent", EngineLimits.agentBytes)
        try Self.bound(fields.credentialTag, "credential_tag", EngineLimits.textBytes)
        try Self.bound(fields.tenant, "tenant", EngineLimits.textBytes)
        try Self.bound(fields.app, "app", EngineLimits.textBytes)
        try Self.bound(fields.channel, "channel", EngineLimits.textBytes)
        try Self.bound(fields.method, "method", EngineLimits.textBytes)
    }

    /// The inputs in the types that the policies declare.
    func coerced(_ raw: [String: Datum]) throws(EngineFailure) -> [String: Datum] {
        if raw.isEmpty { return raw }
        guard raw.count <= EngineLimits.inputs else {
            throw EngineFailure(.badRequest, "more than \(EngineLimits.inputs) inputs")
        }
        var result: [String: Datum] = [:]
        // By name, so that of several mistakes the same one is always reported.
        for name in raw.keys.sorted() {
            guard let datum = raw[name] else { continue }
            guard let type = inputs[name] else {
                if ignoresUndeclaredInputs { continue }
                throw undeclared(name)
            }
            if case .text(let text) = datum { try Self.bound(text, "inputs.\(name)", EngineLimits.textBytes) }
            guard let value = InputCoercion.coerce(datum, to: type) else {
                throw EngineFailure(.badRequest, "input \"\(name)\" should be \(InputCoercion.expectation(of: type))")
            }
            result[name] = value
        }
        return result
    }

    private func undeclared(_ name: String) -> EngineFailure {
        let shown = name.utf8.count <= Nearest.longestName ? "input \"\(name)\"" : "input"
        if let nearest = Nearest.name(to: name, among: inputs.keys.sorted()) {
            return EngineFailure(.badRequest, "no policy declares the \(shown); did you mean \"\(nearest)\"?")
        }
        let known = inputs.keys.sorted().joined(separator: ", ")
        return EngineFailure(.badRequest, inputs.isEmpty
            ? "no policy declares the \(shown); none declares any input"
            : "no policy declares the \(shown); declared are \(known)")
    }

    private static func bound(_ text: String?, _ field: String, _ limit: Int) throws(EngineFailure) {
        guard let text else { return }
        guard text.utf8.count <= limit else {
            throw EngineFailure(.badRequest, "\"\(field)\" is longer than \(limit) bytes")
        }
        guard !text.utf8.contains(0) else { throw EngineFailure(.badRequest, "\"\(field)\" contains a NUL") }
    }
}
