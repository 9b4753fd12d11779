/// What an app knows of an attempt. `ip`, or behind proxies `forwarded`, says where the client is.
public struct Attempt: Sendable, Encodable {
    /// Who connected to the app, and the text of `X-Forwarded-For`.
    public struct Forwarded: Sendable, Encodable {
        public var peer: String
        public var chain: String?

        public init(peer: String, chain: String? = nil) {
            self.peer = peer
            self.chain = chain
        }
    }

    /// A value of an input that the policies declare.
    public enum Input: Sendable, Encodable {
        case text(String), number(Double), whole(Int), bool(Bool), list([String])

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let value): try container.encode(value)
            case .number(let value): try container.encode(value)
            case .whole(let value): try container.encode(value)
            case .bool(let value): try container.encode(value)
            case .list(let value): try container.encode(value)
            }
        }
    }

    public var account: String
    public var ip: String?
    public var forwarded: Forwarded?
    public var event: String?
    /// `valid`, `invalid` or `unchecked`.
    public var credential: String?
    public var credentialTag: String?
    public var credentialBreached: Bool?
    public var device: String?
    public var userAgent: String?
    public var method: String?
    public var tenant: String?
    public var app: String?
    public var channel: String?
    /// The factors that the account has.
    public var factors: [String]?
    public var inputs: [String: Input]?
    /// `none`, `fired` or `full`.
    public var explain: String?
    public var whatIf: Bool?

    public init(account: String, ip: String? = nil) {
        self.account = account
        self.ip = ip
    }
}

/// What Wary decided, or the fail-over in its place.
public struct Decision: Sendable, Decodable {
    public enum Outcome: String, Sendable, Decodable {
        case allow, deny
        case stepUp = "step_up"
    }

    /// A rule that fired, and the values it rests on.
    public struct Reason: Sendable, Decodable {
        public var rule: String
        public var text: String
        public var score: Int?
        public var because: [String: String]
    }

    /// Nil for what-ifs, degraded answers and fail-overs: nothing can be reported on those.
    public var decisionId: String?
    public var decision: Outcome
    /// With `stepUp`, the permitted factors, the preferred one first.
    public var factors: [String]?
    public var score: Int
    public var reasons: [Reason]?
    public var notify: [String]
    public var tags: [String]
    public var policy: String?
    public var degraded: Bool
    public var clientIpSource: String?
    /// Why the fail-over decided; nil where Wary did.
    public var failure: WaryError?

    private enum CodingKeys: String, CodingKey {
        case decisionId, decision, factors, score, reasons, notify, tags, policy, degraded, clientIpSource
    }

    init(failingOver outcome: Outcome, because failure: WaryError) {
        decision = outcome
        score = 0
        notify = []
        tags = []
        degraded = true
        self.failure = failure
    }
}

/// Why Wary gave no answer.
public enum WaryError: Error, Sendable, Hashable {
    /// It refused the request; `code` is the API's.
    case refused(code: String, message: String, retryAfterMilliseconds: Int?)
    /// It could not be asked, or did not answer in time.
    case unreachable(String)

    /// Whether another answer could have come another time: what a fail-over is for.
    var isPassing: Bool {
        switch self {
        case .refused(let code, _, _): code == "overloaded" || code == "internal"
        case .unreachable: true
        }
    }
}
