import WaryEngine
import WaryHistory
import WaryLanguage
import WaryVocabulary

/// A request as it was read: whom to answer and what to do, or why it cannot be done.
public struct WireRequest: Sendable {
    /// To be repeated in the answer.
    public var id: String?
    public var body: Result<EngineRequest, WireFailure>

    public init(id: String?, body: Result<EngineRequest, WireFailure>) {
        self.id = id
        self.body = body
    }
}

/// Reads requests in API.md's JSON. Keeps its parser's memory; use one on one thread at a time.
public struct RequestDecoder {
    let parser: JSONParser

    /// Fails only where memory is short.
    public init() throws(JSONError) { parser = try JSONParser() }

    /// Reads the request that lies at `range` of `bytes`; with `JSONParser.padding` bytes behind it nothing is copied.
    public func decode(_ range: Range<Int>, of bytes: UnsafeRawBufferPointer) -> WireRequest {
        do {
            return try parser.read(range, of: bytes) { value, duplicate in request(value, duplicate) }
        } catch {
            return WireRequest(id: nil, body: .failure(WireFailure(.badJSON, error.message)))
        }
    }

    public func decode(_ line: some Sequence<UInt8>) -> WireRequest {
        let bytes = Array(line)
        return bytes.withUnsafeBytes { decode(0..<bytes.count, of: $0) }
    }

    /// - Parameter frame: what the path of an HTTP request says, so that the object does not.
    func request(_ value: JSONValue, _ duplicate: JSONText?, frame: BodyFrame? = nil) -> WireRequest {
        guard value.kind == .object else {
            return WireRequest(id: nil, body: .failure(.badRequest("a request is one JSON object")))
        }
        var members = RequestMembers(value)
        members.decisionIDOfPath = frame?.decisionID
        var id: String?
        do throws(WireFailure) {
            id = try identifier(members)
            if let duplicate {
                throw WireFailure(.badJSON, "the key \"\(Self.quoted(duplicate.string))\" stands twice in one object")
            }
            return WireRequest(id: id, body: .success(try body(members, frame)))
        } catch {
            return WireRequest(id: id, body: .failure(error))
        }
    }

    private func identifier(_ members: RequestMembers) throws(WireFailure) -> String? {
        guard let value = members.value(.id) else { return nil }
        return try RequestMembers.text(value, "id", limit: ServerLimits.requestIDBytes, mayBeEmpty: true)
    }

    private func body(_ members: RequestMembers, _ frame: BodyFrame?) throws(WireFailure) -> EngineRequest {
        let operation = if let frame { frame.operation } else { try operation(members) }
        if frame != nil, members.present.contains(.op) { throw .badRequest("unknown field \"op\"; the path says it") }
        try checkFields(members, operation)
        switch operation {
        case .decide: return .decide(try decide(members))
        case .report: return .report(try report(members))
        case .event: return .event(try event(members))
        case .label: return .label(try label(members))
        case .ping: return .ping
        }
    }

    private func operation(_ members: RequestMembers) throws(WireFailure) -> Operation {
        guard let value = members.value(.op) else {
            // `opp` is a slip in the name: better said so than "op is required".
            if let name = members.unknownName { throw Self.unknownField(name, RequestField.allCases) }
            throw .badRequest("\"op\" is required: \(Self.operationNames)")
        }
        guard let text = value.text else { throw .badRequest("\"op\" must be a text: \(Self.operationNames)") }
        if let operation = Operation.named(text) { return operation }
        let nearest = Nearest.name(to: text.string, among: Operation.allCases.map(\.rawValue))
        throw .badRequest("unknown op" + (nearest.map { "; did you mean \"\($0)\"?" } ?? ": \(Self.operationNames)"))
    }

    private func checkFields(_ members: RequestMembers, _ operation: Operation) throws(WireFailure) {
        if let name = members.unknownName { throw Self.unknownField(name, operation.fields.fields) }
        let strangers = members.present.subtracting(operation.fields)
        guard let stranger = strangers.fields.first else { return }
        let owners = Operation.allCases.filter { $0.fields.contains(stranger) }.map { "\"\($0.rawValue)\"" }
        throw .badRequest("unknown field \"\(stranger.name)\" on \"\(operation.rawValue)\"; it belongs to "
                          + owners.joined(separator: ", "))
    }

    static func unknownField(_ name: String, _ known: [RequestField]) -> WireFailure {
        let names = known.map { "\($0.name)" }
        let hint = Nearest.name(to: name, among: names).map { "; did you mean \"\($0)\"?" }
        return .badRequest("unknown field \"\(quoted(name))\"" + (hint ?? "; known are \(names.joined(separator: ", "))"))
    }

    private static let operationNames = Operation.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")

    /// A name as an error repeats it: cut where it is too long to be a slip.
    static func quoted(_ name: String) -> String {
        name.utf8.count <= ServerLimits.quotedNameBytes ? name : String(name.prefix(ServerLimits.quotedNameBytes / 4)) + "…"
    }
}

// MARK: - One operation each

extension RequestDecoder {
    private func decide(_ members: RequestMembers) throws(WireFailure) -> DecideRequest {
        let levels: [(StaticString, ExplanationLevel)] = [("fired", .fired), ("none", .none), ("full", .full)]
        _ = try members.required(.account)
        let forwarded = try forwarded(members)
        if forwarded == nil { _ = try members.required(.ip) } else if members.value(.ip) != nil {
            throw .badRequest("\"ip\" and \"forwarded\" exclude each other: one of them says where the client is")
        }
        var request = DecideRequest(
            event: try kind(members) ?? .login, fields: try attempt(members),
            explain: try members.choice(.explain, levels) ?? .fired, at: try instant(members),
            isWhatIf: try members.bool(.whatIf) ?? false, overrides: try signals(members))
        request.forwarded = forwarded
        return request
    }

    private func report(_ members: RequestMembers) throws(WireFailure) -> ReportRequest {
        let id = try members.decisionID()
        _ = try members.required(.outcome)
        guard let outcome = try members.choice(.outcome, Self.outcomes) else { throw .badRequest("\"outcome\" is required") }
        return ReportRequest(decisionID: id, outcome: outcome, factor: try members.choice(.factor, Self.factors),
                             attempt: try attemptNumber(members), at: try instant(members))
    }

    private func label(_ members: RequestMembers) throws(WireFailure) -> LabelRequest {
        let id = try members.decisionID()
        _ = try members.required(.label)
        guard let label = try members.choice(.label, Self.labels) else { throw .badRequest("\"label\" is required") }
        return LabelRequest(decisionID: id, label: label, at: try instant(members))
    }

    private func event(_ members: RequestMembers) throws(WireFailure) -> EventRequest {
        _ = try members.required(.event)
        guard let kind = try kind(members) else { throw .badRequest("\"event\" is required") }
        guard !kind.isReserved else {
            throw .badRequest("\"event\" must not be login, login.* or challenge.*: these come from \"decide\" and \"report\"")
        }
        let fields = EventFields(
            account: try members.requiredText(.account, limit: EngineLimits.identifierBytes),
            ip: try members.address(.ip),
            device: try members.text(.device, limit: EngineLimits.identifierBytes, mayBeEmpty: false),
            inputs: try inputs(members))
        return EventRequest(kind: kind, fields: fields, at: try instant(members))
    }

    static let outcomes: [(StaticString, ReportedOutcome)] = [
        ("succeeded", .succeeded), ("failed", .failed), ("challenge_failed", .challengeFailed),
        ("challenge_passed", .challengePassed), ("abandoned", .abandoned),
    ]

    static let labels: [(StaticString, Label)] = [("fraud", .fraud), ("legitimate", .legitimate)]

    static let factors: [(StaticString, Factor)] = [
        ("webauthn", .webauthn), ("totp", .totp), ("push", .push), ("sms", .sms), ("email", .email),
        ("recovery_code", .recoveryCode),
    ]

    private func attemptNumber(_ members: RequestMembers) throws(WireFailure) -> Int? {
        guard let value = members.value(.attempt) else { return nil }
        if let number = value.integer, let attempt = Int32(exactly: number), attempt >= 0 { return Int(attempt) }
        throw .badRequest("\"attempt\" must be a whole number, 0 or more")
    }

    func kind(_ members: RequestMembers) throws(WireFailure) -> EventKind? {
        guard let text = try members.text(.event, limit: EngineLimits.textBytes) else { return nil }
        let kind = EventKind(rawValue: text)
        if kind.isWellFormed { return kind }
        throw .badRequest("\"event\" must be names of small letters, digits and _ joined by dots, at most 64 bytes")
    }

    func instant(_ members: RequestMembers) throws(WireFailure) -> Instant? {
        guard let value = members.value(.at) else { return nil }
        let text = try RequestMembers.text(value, "at", limit: EngineLimits.textBytes, mayBeEmpty: false)
        if let instant = Instant(text) { return instant }
        throw .badRequest("\"at\" must be an RFC 3339 instant such as \"2026-01-01T12:00:00Z\"")
    }
}

// MARK: - What an attempt is described by

extension RequestDecoder {
    func attempt(_ members: RequestMembers) throws(WireFailure) -> EventFields {
        let states: [(StaticString, CredentialState)] = [("valid", .valid), ("invalid", .invalid), ("unchecked", .unchecked)]
        return EventFields(
            account: try members.requiredText(.account, limit: EngineLimits.identifierBytes),
            ip: try members.address(.ip),
            device: try members.text(.device, limit: EngineLimits.identifierBytes, mayBeEmpty: false),
            agent: try members.text(.userAgent, limit: EngineLimits.agentBytes),
            credential: try members.choice(.credential, states) ?? .unchecked,
            credentialTag: try members.text(.credentialTag, limit: EngineLimits.textBytes, mayBeEmpty: false),
            credentialBreached: try members.bool(.credentialBreached),
            tenant: try members.text(.tenant, limit: EngineLimits.textBytes),
            app: try members.text(.app, limit: EngineLimits.textBytes),
            channel: try members.text(.channel, limit: EngineLimits.textBytes),
            method: try members.text(.method, limit: EngineLimits.textBytes),
            factors: try factorSet(members), inputs: try inputs(members))
    }

    private func factorSet(_ members: RequestMembers) throws(WireFailure) -> FactorSet? {
        guard let value = members.value(.factors) else { return nil }
        guard value.kind == .array else { throw .badRequest("\"factors\" must be a list of texts") }
        var set = FactorSet()
        for element in value.elements {
            guard let text = element.text, let match = Self.factors.first(where: { text == $0.0 }) else {
                throw .badRequest("\"factors\" may hold \(Self.factors.map { "\"\($0.0)\"" }.joined(separator: ", "))")
            }
            set.formUnion(FactorSet(CollectionOfOne(match.1)))
        }
        return set
    }

    private func inputs(_ members: RequestMembers) throws(WireFailure) -> [String: Datum] {
        guard let value = members.value(.inputs) else { return [:] }
        guard value.kind == .object else { throw .badRequest("\"inputs\" must be an object") }
        var inputs: [String: Datum] = [:]
        for (key, value) in value.members where !value.isNull {
            guard !key.hasNUL else { throw .badRequest("a name in \"inputs\" holds a NUL character") }
            guard inputs.count < EngineLimits.inputs else {
                throw .badRequest("\"inputs\" holds more than \(EngineLimits.inputs) values")
            }
            let name = key.string
            inputs[name] = try datum(value, name)
        }
        return inputs
    }

    /// Signals that are given instead of computed, in their own types.
    private func signals(_ members: RequestMembers) throws(WireFailure) -> [SignalID: Datum] {
        guard let value = members.value(.signals) else { return [:] }
        guard value.kind == .object else { throw .badRequest("\"signals\" must be an object") }
        var signals: [SignalID: Datum] = [:]
        for (key, value) in value.members where !value.isNull {
            let raw = try datum(value, key.string, in: "signals")
            do throws(EngineFailure) {
                let (id, datum) = try SignalOverride.read(key.string, raw)
                signals[id] = datum
            } catch { throw WireFailure(error) }
        }
        return signals
    }

    private func datum(_ value: JSONValue, _ name: String, in field: String = "inputs", isElement: Bool = false) throws(WireFailure) -> Datum {
        switch value.kind {
        case .bool: return .bool(value.bool ?? false)
        case .integer: return .int(value.integer ?? 0)
        case .large, .decimal: return .decimal(value.decimal ?? 0)
        case .text:
            return .text(try RequestMembers.text(value, "\(field).\(Self.quoted(name))", limit: EngineLimits.textBytes,
                                                 mayBeEmpty: true))
        case .array where !isElement:
            var elements: [Datum] = []
            for element in value.elements {
                guard elements.count < EngineLimits.setElements else {
                    throw .badRequest("\"\(field).\(Self.quoted(name))\" holds more than \(EngineLimits.setElements) elements")
                }
                elements.append(try datum(element, name, in: field, isElement: true))
            }
            return .set(elements)
        case .array, .object, .null:
            throw .badRequest("\"\(field).\(Self.quoted(name))\" must be a text, a number, true, false or a list of these")
        }
    }
}
