import WaryEngine
import WaryLanguage

/// What the path of an HTTP request says, so that its body does not.
struct BodyFrame {
    var operation: Operation
    var decisionID: String?
}

/// Bodies of HTTP requests: the decision socket's objects without `op`.
extension RequestDecoder {
    func decode(_ range: Range<Int>, of bytes: UnsafeRawBufferPointer, as operation: Operation,
                decisionID: String? = nil) -> WireRequest {
        do {
            return try parser.read(range, of: bytes) { value, duplicate in
                request(value, duplicate, frame: BodyFrame(operation: operation, decisionID: decisionID))
            }
        } catch {
            return WireRequest(id: nil, body: .failure(WireFailure(.badJSON, error.message)))
        }
    }

    /// The policy's text and where it would stand: `{"text":…,"path":…}`.
    func draft(_ range: Range<Int>, of bytes: UnsafeRawBufferPointer) -> Result<PolicyDraft, WireFailure> {
        object(range, of: bytes, known: ["text", "path"]) { members throws(WireFailure) in
            guard let value = members["text"] else { throw .badRequest("\"text\" is required: a policy's text") }
            guard let text = value.text else { throw .badRequest("\"text\" must be a text") }
            var draft = PolicyDraft(text: text.string)
            if let value = members["path"], !value.isNull {
                draft.path = try RequestMembers.text(value, "path", limit: EngineLimits.textBytes, mayBeEmpty: false)
                guard !draft.path.hasPrefix("/") else { throw .badRequest("\"path\" is relative to the policy folder") }
            }
            return draft
        }
    }

    /// An object that has nothing to say.
    func emptiness(_ range: Range<Int>, of bytes: UnsafeRawBufferPointer) -> Result<Void, WireFailure> {
        object(range, of: bytes, known: []) { _ throws(WireFailure) in }
    }

    private func object<Value>(
        _ range: Range<Int>, of bytes: UnsafeRawBufferPointer, known: [String],
        _ read: ([String: JSONValue]) throws(WireFailure) -> Value
    ) -> Result<Value, WireFailure> {
        do {
            return try parser.read(range, of: bytes) { value, duplicate in
                Result { () throws(WireFailure) in
                    guard value.kind == .object else { throw .badRequest("the body is one JSON object") }
                    if let duplicate {
                        throw WireFailure(.badJSON, "the key \"\(Self.quoted(duplicate.string))\" stands twice in one object")
                    }
                    var members: [String: JSONValue] = [:]
                    for (key, value) in value.members {
                        guard known.contains(key.string) else {
                            throw .badRequest("unknown field \"\(Self.quoted(key.string))\""
                                              + (known.isEmpty ? "; none is known here" : "; known are \(known.joined(separator: ", "))"))
                        }
                        members[key.string] = value
                    }
                    return try read(members)
                }
            }
        } catch {
            return .failure(WireFailure(.badJSON, error.message))
        }
    }
}

/// A policy's text that is to be checked.
public struct PolicyDraft: Sendable, Hashable {
    public var text: String
    /// Where it would stand, from the policy folder on: what it includes is looked for beside it.
    public var path = "policy.wary"
}
