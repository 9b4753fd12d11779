import WaryVocabulary

/// What is known of the client that asks.
public struct ClientContext: Sendable {
    public var ip: IPAddress?
    public var agent: String?
    /// The device token it presented; one that is not ours counts as none.
    public var deviceToken: String?
    public var app: String?
    public var channel: String?
    /// Extra values for the policy, as the app passes them on.
    public var inputs: [String: Datum]
    /// The language it wants messages in.
    public var language: String?

    public init(ip: IPAddress?, agent: String? = nil, deviceToken: String? = nil, app: String? = nil, channel: String? = nil,
                inputs: [String: Datum] = [:], language: String? = nil) {
        self.ip = ip
        self.agent = agent
        self.deviceToken = deviceToken
        self.app = app
        self.channel = channel
        self.inputs = inputs
        self.language = language
    }
}

/// A device, known by a token that it keeps. What the engine and the records see is a keyed hash of the token, so that
/// neither can be used to pose as the device.
struct Device: Hashable, Sendable {
    let token: String
    let id: String
    /// The token was made just now: the client has none yet.
    let isNew: Bool

    init(presented: String?, keys: AuthKeys) {
        if let presented, Self.isOurs(presented, keys) {
            token = presented
            isNew = false
        } else {
            let random = SecureRandom.bytes(24)
            token = TextForm.base64URL(random + Self.seal(random, keys))
            isNew = true
        }
        id = TextForm.base64URL(keys.code(.tokens, "device", token).prefix(16))
    }

    /// 24 random bytes and a seal, so that no client can choose its own name.
    private static func isOurs(_ token: String, _ keys: AuthKeys) -> Bool {
        guard let bytes = TextForm.bytes(base64URL: token), bytes.count == 36 else { return false }
        return SecretComparison.equal(bytes.suffix(12), seal(Array(bytes.prefix(24)), keys))
    }

    private static func seal(_ random: [UInt8], _ keys: AuthKeys) -> ArraySlice<UInt8> {
        keys.code(.tokens, [Array("device seal".utf8), random]).prefix(12)
    }
}
