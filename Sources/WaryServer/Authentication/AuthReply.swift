import WaryAuth
import WaryVocabulary

/// An answer of the authentication API, apart from what carries it.
struct AuthReply: Sendable {
    var status: Int
    var contentType: String? = "application/json"
    var body: [UInt8] = []
    var headers: [(name: String, value: String)] = []

    static func json(_ value: AuthJSON, status: Int = 200) -> AuthReply {
        // What is answered to one person is nobody else's.
        AuthReply(status: status, body: AuthJSONText.bytes(value), headers: [("Cache-Control", "no-store")])
    }

    static let empty = AuthReply(status: 204, contentType: nil)

    /// RFC 9457 problem details.
    static func problem(_ error: AuthError) -> AuthReply {
        let (status, code, text) = describe(error)
        var members: [String: AuthJSON] = ["type": .text("about:blank"), "title": .text(text), "status": .int(Int64(status)), "code": .text(code)]
        var headers: [(name: String, value: String)] = [("Cache-Control", "no-store")]
        switch error {
        case .invalid(let field, _): members["field"] = .text(field)
        case .passwordRefused(let problem): members["reason"] = .text(problem.rawValue)
        case .tooMany(let seconds): headers.append(("Retry-After", "\(max(1, seconds))"))
        case .unavailable: headers.append(("Retry-After", "1"))
        case .unauthenticated: headers.append(("WWW-Authenticate", "Bearer error=\"invalid_token\""))
        case .insufficientAuthentication(let acr, let maxAge):
            // RFC 9470.
            let age = maxAge.map { ", max_age=\"\($0)\"" } ?? ""
            headers.append(("WWW-Authenticate", "Bearer error=\"insufficient_user_authentication\", acr_values=\"\(acr.joined(separator: " "))\"\(age)"))
            members["acr_values"] = .array(acr.map(AuthJSON.text))
            if let maxAge { members["max_age"] = .int(maxAge) }
        default: break
        }
        return AuthReply(status: status, contentType: "application/problem+json", body: AuthJSONText.bytes(.object(members)), headers: headers)
    }

    private static func describe(_ error: AuthError) -> (status: Int, code: String, text: String) {
        switch error {
        case .invalid(let field, let problem): (400, "bad_request", "\(field): \(problem)")
        case .passwordRefused(let problem):
            (422, "password_refused", problem.help(minimum: AuthLimits.standard.passwordLengthAlone, maximum: AuthLimits.standard.passwordLengthAtMost))
        case .denied: (403, "denied", "refused")
        case .notFound(let what): (404, "not_found", "no such \(what)")
        case .conflict(let text): (409, "conflict", text)
        case .gone(let text): (410, "gone", text)
        case .unauthenticated: (401, "unauthenticated", "sign in first")
        case .insufficientAuthentication: (401, "insufficient_user_authentication", "prove again who you are: POST /v1/sessions/current/step-up")
        case .tooMany: (429, "too_many", "too many of these; try again later")
        case .unavailable(let text): (503, "unavailable", text)
        case .damaged: (500, "internal", "what is stored cannot be read; the log says more")
        }
    }
}

/// Writes JSON, members in the order of their names.
enum AuthJSONText {
    static func bytes(_ value: AuthJSON) -> [UInt8] {
        var output: [UInt8] = []
        write(value, to: &output)
        return output
    }

    private static func write(_ value: AuthJSON, to output: inout [UInt8]) {
        switch value {
        case .null: output += "null".utf8
        case .bool(let value): output += "\(value)".utf8
        case .int(let value): output += "\(value)".utf8
        case .number(let value): output += "\(value)".utf8
        case .text(let value): write(value, to: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                write(element, to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                write(member.key, to: &output)
                output.append(UInt8(ascii: ":"))
                write(member.value, to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case 0..<0x20: output += "\\u00\(TextForm.hexadecimal([byte]))".utf8
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
