import WaryAuth
import WaryVocabulary

/// JSON as the authentication module has it; `JSONValue` alone is the wire's tape here.
typealias AuthJSON = WaryAuth.JSONValue

/// One request to the authentication API, apart from what carries it.
struct AuthCall: Sendable {
    let method: String
    /// By their names in lower case. Of repeated ones, the values joined as HTTP joins them.
    let headers: [String: String]
    let body: [UInt8]
    /// Whose address it comes from.
    let peer: IPAddress?
    /// The caller is the installation's own (the Unix socket, or a key): it may say for whom it asks, and what only
    /// operators may.
    let isTrusted: Bool
    let requestID: String
    /// The named parts of the path.
    private let parameters: [String: String]

    init(_ call: HTTPCall, method: String) {
        let caller = call.caller ?? HTTPCaller()
        self.method = method
        headers = caller.headers.reduce(into: [:]) { headers, field in
            let name = field.name.canonicalName
            headers[name] = headers[name].map { $0 + (name == "cookie" ? "; " : ", ") + field.value } ?? field.value
        }
        body = Array(call.body.readableBytesView)
        peer = caller.address
        isTrusted = caller.isTrusted
        requestID = call.requestID
        parameters = call.parameters
    }

    func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// A cookie's value. Of several with one name none is taken: which is ours cannot be told.
    func cookie(_ name: String) -> String? {
        let values = (headers["cookie"] ?? "").split(separator: ";").compactMap { pair -> Substring? in
            let pair = pair.drop { $0 == " " }
            return pair.hasPrefix("\(name)=") ? pair.dropFirst(name.count + 1) : nil
        }
        return values.count == 1 ? values.first.map(String.init) : nil
    }

    /// The token of `Authorization: Bearer`.
    var bearer: String? {
        let words = (headers["authorization"] ?? "").split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
        return String(words[1])
    }

    /// The body's members, each to be taken by name.
    func fields() throws(AuthError) -> AuthFields {
        guard !body.isEmpty else { return AuthFields([:], path: "") }
        do throws(StrictJSON.Problem) {
            guard let members = try StrictJSON.parse(body).object else { throw StrictJSON.Problem(text: "an object is wanted", offset: 0) }
            return AuthFields(members, path: "")
        } catch {
            throw .invalid(field: "body", problem: "not JSON as RFC 8259 has it: \(error)")
        }
    }
}

/// The members of an object, taken one by one; what is left over was not known.
struct AuthFields {
    private var members: [String: AuthJSON]
    private let path: String
    private var known: [String] = []

    init(_ members: [String: AuthJSON], path: String) {
        self.members = members.filter { $0.value != .null }
        self.path = path
    }

    private mutating func take(_ name: String) -> AuthJSON? {
        known.append(name)
        return members.removeValue(forKey: name)
    }

    mutating func value(_ name: String) -> AuthJSON? { take(name) }

    mutating func text(_ name: String, atMost bytes: Int = 4096) throws(AuthError) -> String? {
        guard let value = take(name) else { return nil }
        guard let text = value.text, !text.unicodeScalars.contains("\0") else { throw .invalid(field: path + name, problem: "a text is wanted") }
        guard text.utf8.count <= bytes else { throw .invalid(field: path + name, problem: "at most \(bytes) bytes") }
        return text
    }

    mutating func required(_ name: String) throws(AuthError) -> String {
        guard let text = try text(name), !text.isEmpty else { throw .invalid(field: path + name, problem: "is needed") }
        return text
    }

    /// Bytes in base64url.
    mutating func bytes(_ name: String) throws(AuthError) -> [UInt8]? {
        guard let value = take(name) else { return nil }
        guard let bytes = value.text.flatMap({ TextForm.bytes(base64URL: $0) }) else { throw .invalid(field: path + name, problem: "base64url without padding is wanted") }
        return bytes
    }

    mutating func requiredBytes(_ name: String) throws(AuthError) -> [UInt8] {
        guard let bytes = try bytes(name) else { throw .invalid(field: path + name, problem: "is needed") }
        return bytes
    }

    mutating func object(_ name: String) throws(AuthError) -> AuthFields? {
        guard let value = take(name) else { return nil }
        guard let members = value.object else { throw .invalid(field: path + name, problem: "an object is wanted") }
        return AuthFields(members, path: "\(path)\(name).")
    }

    /// - Throws: `.invalid` naming a member that was not taken, and the nearest that could have been.
    func end() throws(AuthError) {
        guard let name = members.keys.min() else { return }
        let nearest = Nearest.name(to: name, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
        throw .invalid(field: path + String(name.prefix(64)), problem: "is not known here\(nearest)")
    }
}
