import WaryVocabulary

/// Something begun that waits for a factor: a sign-in that was stepped up, a session that must prove itself again, a
/// recovery. It belongs to the device that began it, lives ten minutes, allows five answers, and is gone with the right
/// one: whoever takes it away has won, and only one can.
struct Flow: StoredRecord, Hashable {
    enum Purpose: Hashable, Codable, Sendable {
        case signIn(SessionGrant.Form)
        /// A session is to be proven again.
        case stepUp(session: String)
        /// Recovering an account: its address is to be proven, and then, where the policy says so, a factor.
        case recovery(Recovery)
    }

    enum Recovery: String, Hashable, Codable, Sendable { case address, factor }

    /// What is being asked for at present.
    struct Challenge: Hashable, Codable, Sendable {
        let factor: Factor
        let authenticator: String
        var proof: Proof
        let ends: Instant
    }

    /// What the answer is compared with.
    enum Proof: Hashable, Codable, Sendable {
        /// The authenticator's own secret.
        case own
        /// The keyed hash of a code that was sent.
        case code(String)
        /// What the passkey is to sign.
        case passkey(challenge: [UInt8])
        /// The number to be typed on the device, and whether it was.
        case push(number: String, isAnswered: Bool)
    }

    /// The hash of the id that the client holds.
    let hash: String
    /// Nil where there is no such account: the flow then leads nowhere, but looks the same.
    let account: String?
    let tenant: String
    let device: String
    let purpose: Purpose
    let decision: String?
    let risk: RiskBand
    /// Those that will do, the preferred first.
    let factors: [Factor]
    /// What was proven before, as RFC 8176 names it.
    let methods: [String]
    let startedAt: Instant
    let ip: String?
    let agent: String?
    let language: String?
    let expiresAt: Instant
    var answersLeft: Int
    var codesSent = 0
    var challenge: Challenge?

    static var table: Table { .flow }
    var key: [String] { [hash] }
    var ends: Instant? { expiresAt }

    /// Which answer the next is, from 1.
    func attempt(_ limits: AuthLimits) -> Int { limits.answers - answersLeft + 1 }
}

/// A flow as its client sees it.
public struct FlowOffer: Sendable, Hashable {
    /// Names the flow in the calls that follow; a secret, though of no use on another device.
    public let id: String
    public let factors: [Factor]
    public let expiresAt: Instant
    public let answersLeft: Int
}

extension AuthService {
    /// The flow of this id, begun on this device and not over.
    /// - Throws: `.gone` for all others alike.
    func flow(_ id: String, on device: Device, in records: RecordReader) throws(AuthError) -> Flow {
        guard let flow = try records.find(Flow.self, tokenHash("flow", id)), SecretComparison.equal(flow.device.utf8, device.id.utf8),
              now() < flow.expiresAt, flow.answersLeft > 0
        else { throw .gone("this was begun elsewhere, is over, or never was; begin anew") }
        return flow
    }

    /// A new flow and the id its client is given.
    func newFlow(_ purpose: Flow.Purpose, account: Account?, tenant: String, _ verdict: DecisionVerdict, factors: [Factor], methods: [String],
                 _ context: ClientContext, device: Device) -> (Flow, FlowOffer) {
        let id = SecureRandom.token(), now = now()
        let flow = Flow(hash: tokenHash("flow", id), account: account?.id, tenant: tenant, device: device.id, purpose: purpose, decision: verdict.id,
                        risk: RiskBand(verdict), factors: factors, methods: methods, startedAt: now, ip: context.ip?.description,
                        agent: context.agent, language: context.language, expiresAt: now + limits.flowLife, answersLeft: limits.answers)
        return (flow, FlowOffer(id: id, factors: factors, expiresAt: flow.expiresAt, answersLeft: flow.answersLeft))
    }
}
