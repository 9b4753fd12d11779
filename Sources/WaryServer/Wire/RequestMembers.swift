import Glibc
import WaryEngine
import WaryVocabulary

/// The members of one request object, by field, with readers that check each value and name the field that is wrong.
struct RequestMembers {
    private(set) var present = RequestFieldSet(rawValue: 0)
    /// The first member whose name is no operation's field.
    private(set) var unknownName: String?
    private let object: JSONValue
    /// The decision that the path of an HTTP request names.
    var decisionIDOfPath: String?
    private var places = InlineArray<26, Int32>(repeating: 0)

    init(_ object: JSONValue) {
        self.object = object
        for (key, value) in object.members {
            if let field = RequestField.named(key) {
                present.insert(field)
                places[Int(field.rawValue)] = Int32(truncatingIfNeeded: value.index)
            } else if unknownName == nil {
                unknownName = key.string
            }
        }
    }

    /// A field's value; nil where it was not sent, and for `null`, which says the same.
    func value(_ field: RequestField) -> JSONValue? {
        guard present.contains(field) else { return nil }
        let value = JSONValue(tape: object.tape, strings: object.strings, index: Int(places[Int(field.rawValue)]))
        return value.isNull ? nil : value
    }

    func required(_ field: RequestField) throws(WireFailure) -> JSONValue {
        if let value = value(field) { return value }
        throw .badRequest("\"\(field.name)\" is required\(present.contains(field) ? " and must not be null" : "")")
    }

    /// A text of at most `limit` bytes; `mayBeEmpty` is false for what identifies something.
    func text(_ field: RequestField, limit: Int, mayBeEmpty: Bool = true) throws(WireFailure) -> String? {
        guard let value = value(field) else { return nil }
        return try Self.text(value, field.name, limit: limit, mayBeEmpty: mayBeEmpty)
    }

    func requiredText(_ field: RequestField, limit: Int) throws(WireFailure) -> String {
        try Self.text(required(field), field.name, limit: limit, mayBeEmpty: false)
    }

    /// The decision that is meant: the path's, which the object may repeat, else the object's.
    func decisionID() throws(WireFailure) -> String {
        guard let path = decisionIDOfPath else { return try requiredText(.decisionID, limit: EngineLimits.textBytes) }
        if let own = try text(.decisionID, limit: EngineLimits.textBytes), own != path {
            throw .badRequest("\"decision_id\" is not the path's")
        }
        return path
    }

    func bool(_ field: RequestField) throws(WireFailure) -> Bool? {
        guard let value = value(field) else { return nil }
        guard let bool = value.bool else { throw .badRequest("\"\(field.name)\" must be true or false") }
        return bool
    }

    func address(_ field: RequestField) throws(WireFailure) -> IPAddress? {
        guard let text = try text(field, limit: EngineLimits.textBytes, mayBeEmpty: false) else { return nil }
        if let address = IPAddress(text) { return address }
        throw .badRequest("\"\(field.name)\" must be one IPv4 or IPv6 address, without port, zone or leading zeros")
    }

    /// One of a fixed list of names.
    func choice<Choice>(_ field: RequestField, _ choices: [(name: StaticString, choice: Choice)]) throws(WireFailure) -> Choice? {
        guard let value = value(field) else { return nil }
        if let text = value.text {
            for (name, choice) in choices where text == name { return choice }
        }
        let names = choices.map { "\"\($0.name)\"" }
        let list = names.dropLast().joined(separator: ", ") + (names.count > 1 ? " or " : "") + (names.last ?? "")
        throw .badRequest("\"\(field.name)\" must be \(list)")
    }

    static func text(_ value: JSONValue, _ name: some CustomStringConvertible, limit: Int,
                     mayBeEmpty: Bool) throws(WireFailure) -> String {
        guard let text = value.text else { throw .badRequest("\"\(name)\" must be a text") }
        guard text.count <= limit else { throw .badRequest("\"\(name)\" is longer than \(limit) bytes") }
        guard mayBeEmpty || text.count > 0 else { throw .badRequest("\"\(name)\" must not be empty") }
        guard !text.hasNUL else { throw .badRequest("\"\(name)\" holds a NUL character") }
        return text.string
    }
}
