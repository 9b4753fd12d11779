import WaryAuth
import WaryVocabulary

/// Answers of the authentication API.
extension HTTPAnswer {
    static func json(_ value: AuthJSON, status: Int = 200) -> HTTPAnswer { .json(AuthJSONText.bytes(value), status: status) }

    /// RFC 9457 problem details.
    static func problem(_ error: AuthError, requestID: String) -> HTTPAnswer {
        let (status, code, text) = describe(error)
        var more: [String: AuthJSON] = [:]
        var headers: [(name: String, value: String)] = []
        switch error {
        case .invalid(let field, _): more["field"] = .text(field)
        case .passwordRefused(let problem): more["reason"] = .text(problem.rawValue)
        case .tooMany(let seconds): headers.append(("Retry-After", "\(max(1, seconds))"))
        case .unavailable: headers.append(("Retry-After", "1"))
        case .unauthenticated: headers.append(("WWW-Authenticate", "Bearer error=\"invalid_token\""))
        case .insufficientAuthentication(let acr, let maxAge):
            // RFC 9470.
            let age = maxAge.map { ", max_age=\"\($0)\"" } ?? ""
            headers.append(("WWW-Authenticate", "Bearer error=\"insufficient_user_authentication\", acr_values=\"\(acr.joined(separator: " "))\"\(age)"))
            more["acr_values"] = .array(acr.map(AuthJSON.text))
            if let maxAge { more["max_age"] = .int(maxAge) }
        default: break
        }
        return problem(status, code, text, more, headers, requestID: requestID)
    }

    /// Not the right code, number or passkey.
    static func wrong(_ left: Int, requestID: String) -> HTTPAnswer {
        problem(403, "wrong", "that was not it", ["answers_left": .int(Int64(left))], [], requestID: requestID)
    }

    private static func problem(_ status: Int, _ code: String, _ text: String, _ more: [String: AuthJSON], _ headers: [(name: String, value: String)],
                                requestID: String) -> HTTPAnswer {
        let members: [String: AuthJSON] = [
            "type": .text("urn:wary:problem:\(code)"), "title": .text(ProblemDetails.title(of: status)), "status": .int(Int64(status)),
            "detail": .text(text), "code": .text(code), "request_id": .text(requestID),
        ]
        var answer = HTTPAnswer(status: status, contentType: ProblemDetails.contentType, body: AuthJSONText.bytes(.object(members.merging(more) { $1 })))
        answer.headers = headers
        answer.code = code
        return answer
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
