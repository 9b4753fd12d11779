import Crypto
import WaryVocabulary

/// A device that pushes go to.
struct PushDevice: Hashable, Codable, Sendable {
    /// Ed25519, 32 bytes.
    let publicKey: [UInt8]
    /// What the push service knows it by; passed to the courier as it is.
    let handle: String
}

/// Where a push's answer belongs: the device knows the push, not the flow.
struct PushChallenge: StoredRecord {
    let hash: String
    let flow: String
    let account: String
    let authenticator: String
    let ends: Instant?

    static var table: Table { .push }
    var key: [String] { [hash] }
}

/// What the device is to sign, so that both sides agree to the byte.
public enum PushStatement {
    /// To bind the device: `wary push bind` and the nonce.
    public static func binding(nonce: String) -> [UInt8] { Array("wary push bind\n\(nonce)".utf8) }
    /// To answer: `wary push answer`, the push's id and the number that was typed.
    public static func answer(push: String, number: String) -> [UInt8] { Array("wary push answer\n\(push)\n\(number)".utf8) }
    /// To say that it was somebody else.
    public static func refusal(push: String) -> [UInt8] { Array("wary push refusal\n\(push)".utf8) }
}

/// Pushes with a number: the sign-in shows it, the person types it on the device, the device signs it. There is nothing
/// to approve by reflex, and a flood of pushes gets nobody in.
extension AuthService {
    /// A nonce for the device to sign.
    public func beginPush(_ session: Session, label: String) throws(AuthError) -> (id: String, nonce: String) {
        try requireFresh(session)
        let nonce = SecureRandom.token()
        return (try begin(.push(nonce: nonce), label, session), nonce)
    }

    /// - Parameters:
    ///   - publicKey: Ed25519, 32 bytes.
    ///   - signature: over `PushStatement.binding`.
    public func confirmPush(_ session: Session, _ id: String, publicKey: [UInt8], handle: String, signature: [UInt8],
                            _ context: ClientContext) async throws(AuthError) -> AuthenticatorSummary {
        guard (1...1024).contains(handle.utf8.count) else { throw .invalid(field: "handle", problem: "1 to 1024 bytes") }
        let binding = try answerBinding(session, id) { kind in
            guard case .push(let nonce) = kind else { return false }
            return Self.isSigned(signature, PushStatement.binding(nonce: nonce), by: publicKey)
        }
        return try await bind(.push, .push(PushDevice(publicKey: publicKey, handle: handle)), binding, session, context)
    }

    /// What the device says to a push: the number that was typed on it.
    /// - Throws: `.denied` for whatever is wrong with it.
    public func answerPush(_ push: String, number: String, signature: [UInt8]) async throws(AuthError) {
        let now = now()
        let (isRight, reports) = try vault.write { records throws(AuthError) -> (Bool, [PendingReport]) in
            var (flow, own, challenge) = try pushed(push, PushStatement.answer(push: push, number: number), signature, at: now, in: records)
            guard case .push(let expected, false) = challenge.proof else { throw .denied }
            let attempt = flow.attempt(limits)
            flow.answersLeft -= 1
            if SecretComparison.equal(expected.utf8, number.utf8) {
                challenge.proof = .push(number: expected, isAnswered: true)
                flow.challenge = challenge
                // The sign-in fetches it with one more answer, which is not a guess.
                flow.answersLeft += 1
                try records.put(flow)
                return (true, [])
            }
            own.failures += 1
            try records.put(own)
            if flow.answersLeft == 0 { try records.remove(flow) } else { try records.put(flow) }
            return (false, try records.owe(.challengeFailed, of: flow.decision, factor: .push, attempt: attempt, at: now, limits))
        }
        await deliver(reports)
        guard isRight else { throw .denied }
    }

    /// The device's owner says that it was somebody else: the sign-in is over, and the engine is told that it was fraud.
    public func refusePush(_ push: String, signature: [UInt8]) async throws(AuthError) {
        let now = now()
        let (flow, reports) = try vault.write { records throws(AuthError) -> (Flow, [PendingReport]) in
            let (flow, _, _) = try pushed(push, PushStatement.refusal(push: push), signature, at: now, in: records)
            try records.remove(flow)
            return (flow, try records.owe(.challengeFailed, of: flow.decision, factor: .push, attempt: flow.attempt(limits), at: now, limits)
                + records.owe(.abandoned, of: flow.decision, at: now, limits))
        }
        await deliver(reports)
        await disown(flow.decision)
    }

    /// Whether the device has answered; then the sign-in goes on.
    public func pollPush(_ id: String, _ context: ClientContext) async throws(AuthError) -> ChallengeAnswer {
        let device = Device(presented: context.deviceToken, keys: keys)
        let waiting = try vault.read { records throws(AuthError) -> Flow? in
            let flow = try self.flow(id, on: device, in: records)
            if case .push(_, true) = flow.challenge?.proof { return nil }
            return flow
        }
        if let waiting { return .waiting(answersLeft: waiting.answersLeft) }
        return try await answer(id, context) { flow, _, _ in
            if case .push(_, true) = flow.challenge?.proof { true } else { false }
        }
    }

    /// Tells the device; the number stays on the sign-in's side.
    func sendPush(_ flow: Flow, to device: PushDevice, _ authenticator: Authenticator, push: String) async throws(AuthError) {
        do throws(CourierFailure) {
            try await postOffice.send(.pushSignIn, by: .push, to: device.handle, language: postOffice.language(flow.language, else: settings.language),
                                      reference: push)
        } catch {
            logger.warning("a push was not sent", metadata: ["problem": "\(error.problem)"])
            throw .unavailable("the push could not be sent; try again or take another way")
        }
    }

    private func pushed(_ push: String, _ statement: [UInt8], _ signature: [UInt8], at now: Instant,
                        in records: RecordWriter) throws(AuthError) -> (Flow, Authenticator, Flow.Challenge) {
        guard let challenge = try records.find(PushChallenge.self, tokenHash("push", push)), let ends = challenge.ends, now < ends,
              let own = try records.find(Authenticator.self, challenge.account, challenge.authenticator), own.isUsable(limits),
              case .push(let device) = own.secret, Self.isSigned(signature, statement, by: device.publicKey),
              let flow = try records.find(Flow.self, challenge.flow), let current = flow.challenge, current.authenticator == own.id,
              now < current.ends, flow.answersLeft > 0
        else { throw .denied }
        return (flow, own, current)
    }

    private static func isSigned(_ signature: [UInt8], _ statement: [UInt8], by key: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key) else { return false }
        return key.isValidSignature(signature, for: statement)
    }
}
