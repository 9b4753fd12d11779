/// What a route answers, before it is put on the wire.
public struct HTTPAnswer: Sendable {
    public var status: Int
    public var contentType: String?
    public var body: [UInt8]
    /// Further header fields.
    public var headers: [(name: String, value: String)] = []
    /// What metrics count it as.
    var code = "ok"

    public init(status: Int = 200, contentType: String?, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    static func json(_ body: [UInt8], status: Int = 200) -> HTTPAnswer {
        HTTPAnswer(status: status, contentType: "application/json", body: body)
    }

    static func json(status: Int = 200, _ write: (inout JSONWriter) -> Void) -> HTTPAnswer {
        var writer = JSONWriter(capacity: 512)
        write(&writer)
        writer.newline()
        return .json(writer.bytes, status: status)
    }

    static let done = HTTPAnswer(status: 204, contentType: nil, body: [])
}

/// Errors as RFC 9457 has them.
enum ProblemDetails {
    static let contentType = "application/problem+json"

    static func status(of code: WireFailure.Code) -> Int {
        switch code {
        case .badJSON, .badRequest: 400
        case .notAllowed: 403
        case .notFound: 404
        case .conflict: 409
        case .tooLong: 413
        case .overloaded: 503
        case .internal: 500
        }
    }

    static func title(of status: Int) -> String {
        switch status {
        case 400: "Bad request"
        case 401: "Not signed in, or no valid key"
        case 403: "Not allowed"
        case 404: "Not found"
        case 405: "Method not allowed"
        case 408: "The request took too long"
        case 409: "Conflict"
        case 410: "Over"
        case 413: "Too long"
        case 415: "Not JSON"
        case 422: "Refused"
        case 429: "Too many"
        case 503: "Not now"
        default: "Internal error"
        }
    }

    /// - Parameter status: where it says more than the code does.
    static func answer(_ failure: WireFailure, status: Int? = nil, requestID: String) -> HTTPAnswer {
        let status = status ?? Self.status(of: failure.code)
        var answer = HTTPAnswer.json(status: status) { writer in
            writer.openObject()
            writer.key("type")
            writer.text("urn:wary:problem:\(failure.code.rawValue)")
            writer.key("title")
            writer.text(title(of: status))
            writer.key("status")
            writer.integer(status)
            writer.key("detail")
            writer.text(failure.message)
            writer.key("code")
            writer.text(failure.code.rawValue)
            if !requestID.isEmpty {
                writer.key("request_id")
                writer.text(requestID)
            }
            if let wait = failure.retryAfterMilliseconds {
                writer.key("retry_after_ms")
                writer.integer(wait)
            }
            writer.closeObject()
        }
        answer.contentType = contentType
        if let wait = failure.retryAfterMilliseconds {
            // Whole seconds, and never 0: the header knows no fractions.
            answer.headers.append(("Retry-After", String(max(1, (wait + 999) / 1000))))
        }
        return answer
    }
}

/// The id that a request is known by in logs and answers: the caller's own where it is usable, else a new one.
enum RequestID {
    static func chosen(from given: String?) -> String {
        if let given, isUsable(given) { return given }
        return (0..<4).map { _ in hexadecimal(UInt32.random(in: 0...UInt32.max)) }.joined()
    }

    /// Up to the limit of letters, digits and `-_.:`: what is safe in a log line and a header.
    private static func isUsable(_ text: String) -> Bool {
        (1...ServerLimits.requestIDBytes).contains(text.utf8.count) && text.utf8.allSatisfy { byte in
            (48...58).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45 || byte == 46
                || byte == 95
        }
    }

    private static func hexadecimal(_ number: UInt32) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}

extension ProblemDetails {
    /// A problem's body with one more member, whose value is JSON already.
    static func adding(_ name: StaticString, _ json: [UInt8], to body: [UInt8]) -> [UInt8] {
        guard let end = body.lastIndex(of: UInt8(ascii: "}")) else { return body }
        return Array(body[..<end]) + Array(",\"\(name)\":".utf8) + json + Array(body[end...])
    }
}
