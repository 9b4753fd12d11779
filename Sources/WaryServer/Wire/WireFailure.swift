import WaryEngine

/// An error as the API says it: the engine's codes and the wire's own.
public struct WireFailure: Error, Sendable, Equatable {
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case badJSON = "bad_json"
        case badRequest = "bad_request"
        case tooLong = "too_long"
        case notAllowed = "not_allowed"
        case notFound = "not_found"
        case conflict
        case overloaded
        case `internal`
    }

    public var code: Code
    /// What is wrong and how to mend it. Names fields, never repeats what was in them.
    public var message: String
    /// With `overloaded`: when it is worth trying again.
    public var retryAfterMilliseconds: Int?

    public init(_ code: Code, _ message: String, retryAfterMilliseconds: Int? = nil) {
        self.code = code
        self.message = message
        self.retryAfterMilliseconds = retryAfterMilliseconds
    }

    public init(_ failure: EngineFailure) {
        self.init(Code(rawValue: failure.code.rawValue) ?? .internal, failure.message,
                  retryAfterMilliseconds: failure.retryAfterMilliseconds)
    }

    static func badRequest(_ message: String) -> WireFailure { WireFailure(.badRequest, message) }
}
