import NIOCore
import WaryEngine
import WaryVocabulary

/// What a key must be allowed for a route to be open to it. The raw value is the name in the key file.
public enum HTTPScope: String, Sendable, CaseIterable {
    case decide, report, label, events, explain, simulate
    case history, export, erase
    case policies, reload, metrics
    /// Speaks for the people whose accounts are served, and locks and erases them.
    case accounts
}

/// One route: a method, a path with named parts, what it needs, and what it does.
struct HTTPRoute: Sendable {
    var method: String
    /// `/v1/decisions/{id}/outcome`; a part in braces takes any one part of a path.
    var pattern: String
    /// Nil for what anybody may ask who reaches the socket: liveness, readiness, the description.
    var scope: HTTPScope?
    /// What metrics call it.
    var operation: String
    /// Asked by people as well as programs: it is told who calls, and `Authorization` may hold a person's session.
    var isForPeople = false
    /// Answers a request. What it throws is answered as problem details.
    var handle: @Sendable (HTTPCall) async throws(WireFailure) -> HTTPAnswer

    private let parts: [Substring]

    init(_ method: String, _ pattern: String, scope: HTTPScope?, operation: String,
         handle: @escaping @Sendable (HTTPCall) async throws(WireFailure) -> HTTPAnswer) {
        self.method = method
        self.pattern = pattern
        self.scope = scope
        self.operation = operation
        self.handle = handle
        parts = pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    }

    /// The named parts of a path, still percent-encoded; nil where the path is another's.
    func match(_ path: [Substring]) -> [String: Substring]? {
        guard path.count == parts.count else { return nil }
        var named: [String: Substring] = [:]
        for (part, given) in zip(parts, path) {
            if part.first == "{" {
                guard !given.isEmpty else { return nil }
                named[String(part.dropFirst().dropLast())] = given
            } else if part != given {
                return nil
            }
        }
        return named
    }
}

/// One request on its way through a route.
struct HTTPCall: Sendable {
    /// The named parts of the path, decoded.
    var parameters: [String: String] = [:]
    /// The raw query, without its question mark.
    var query: Substring = ""
    var body = ByteBuffer()
    var requestID = ""
    var arrived = ContinuousClock.now
    /// The tenants that the caller is limited to; nil where it is not.
    var tenants: Set<String>?
    /// Of routes for people alone.
    var caller: HTTPCaller?

    func parameter(_ name: String) throws(WireFailure) -> String {
        guard let value = parameters[name] else { throw WireFailure(.internal, "the route has no \(name)") }
        return value
    }

    /// The account that the path names.
    func account() throws(WireFailure) -> String {
        let account = try parameter("id")
        guard account.utf8.count <= EngineLimits.identifierBytes, !account.utf8.contains(0) else {
            throw .badRequest("an account's name has at most \(EngineLimits.identifierBytes) bytes, and no NUL among them")
        }
        return account
    }

    /// The one number that the query may hold; nil where there is no query.
    func number(_ name: String, in range: ClosedRange<Int>) throws(WireFailure) -> Int? {
        guard !query.isEmpty else { return nil }
        let pair = query.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, pair[0] == name else { throw .badRequest("the query may hold \(name)=N only") }
        guard let number = Int(pair[1]), range.contains(number) else {
            throw .badRequest("\(name) is a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}

/// The routes of one server, and which of them a request is for.
struct HTTPRouter: Sendable {
    enum Match {
        case route(HTTPRoute, parameters: [String: String])
        /// The path is known, the method is not among these.
        case otherMethods([String])
        case none
        /// A percent sign that begins no byte, or bytes that are not UTF-8.
        case badEncoding
    }

    let routes: [HTTPRoute]

    func match(method: String, path: Substring) -> Match {
        guard path.first == "/" else { return .none }
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        var methods: [String] = []
        for route in routes {
            guard let named = route.match(parts) else { continue }
            guard route.method == method || (method == "HEAD" && route.method == "GET") else {
                methods.append(route.method)
                continue
            }
            var decoded: [String: String] = [:]
            for (name, raw) in named {
                guard let value = PercentEncoding.decode(raw) else { return .badEncoding }
                decoded[name] = value
            }
            return .route(route, parameters: decoded)
        }
        return methods.isEmpty ? .none : .otherMethods(methods)
    }
}

/// RFC 3986 percent-encoding, strictly: an account id may hold any byte, `/` and `%` included.
enum PercentEncoding {
    /// Nil where a percent sign is not followed by two hexadecimal digits, or the bytes are not UTF-8.
    static func decode(_ text: Substring) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
