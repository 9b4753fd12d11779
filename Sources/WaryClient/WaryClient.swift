import Foundation
import Synchronization

/// A client of Wary's decision socket: a few connections, requests on them pipelined. What happens when Wary cannot be
/// reached, does not answer in time, or is overloaded is never left to chance: `FailOver` says it.
///
///     let wary = WaryClient(socket: "/run/wary/decide.sock", failOver: .stepUp)
///     let decision = try await wary.decide(Attempt(account: "alice", ip: "203.0.113.7"))
///     if decision.decision == .deny { … }
///     try await wary.report(decision, "succeeded")
public final class WaryClient: Sendable {
    /// What a decision is when there is none.
    public enum FailOver: Sendable { case allow, stepUp, deny, throwing }

    private let path: String
    private let timeout: Duration
    private let failOver: FailOver
    private let connections: Int
    private let links = Mutex<[Link]>([])

    /// - Parameters:
    ///   - timeout: for each request, connecting included.
    ///   - connections: at most.
    public init(socket path: String, timeout: Duration = .seconds(1), failOver: FailOver = .throwing, connections: Int = 4) {
        self.path = path
        self.timeout = timeout
        self.failOver = failOver
        self.connections = max(1, connections)
    }

    deinit { close() }

    /// Decides about an attempt.
    public func decide(_ attempt: Attempt) async throws(WaryError) -> Decision {
        do throws(WaryError) {
            return try Self.read(Decision.self, try await ask(Request(op: "decide", body: attempt)))
        } catch {
            guard error.isPassing else { throw error }
            switch failOver {
            case .allow: return Decision(failingOver: .allow, because: error)
            case .stepUp: return Decision(failingOver: .stepUp, because: error)
            case .deny: return Decision(failingOver: .deny, because: error)
            case .throwing: throw error
            }
        }
    }

    /// Says how a decided attempt ended. Without an id there is nothing to report on, and nothing is sent.
    public func report(_ decision: Decision, _ outcome: String, factor: String? = nil, attempt: Int? = nil) async throws(WaryError) {
        guard let id = decision.decisionId else { return }
        _ = try await ask(Request(op: "report", body: Report(decisionId: id, outcome: outcome, factor: factor, attempt: attempt)))
    }

    /// Says what a decided attempt turned out to be: `fraud` or `legitimate`.
    public func label(_ decisionID: String, _ label: String) async throws(WaryError) {
        _ = try await ask(Request(op: "label", body: ["decision_id": decisionID, "label": label]))
    }

    /// Records another event of an account, such as `password.changed`.
    public func event(_ event: String, account: String, ip: String? = nil, device: String? = nil) async throws(WaryError) {
        var body = ["event": event, "account": account]
        body["ip"] = ip
        body["device"] = device
        _ = try await ask(Request(op: "event", body: body))
    }

    public func ping() async throws(WaryError) { _ = try await ask(Request(op: "ping", body: [String: String]())) }

    /// Closes every connection; those who wait for an answer are told.
    public func close() {
        let open = links.withLock { links in
            defer { links = [] }
            return links
        }
        for link in open { link.end("the client was closed") }
    }

    // MARK: On the wire

    private struct Request<Body: Encodable>: Encodable {
        let op: String
        let body: Body

        private enum Keys: CodingKey { case op }

        func encode(to encoder: any Encoder) throws {
            try body.encode(to: encoder)
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(op, forKey: .op)
        }
    }

    private struct Report: Encodable {
        let decisionId: String, outcome: String
        let factor: String?
        let attempt: Int?
    }

    private struct Refusal: Decodable {
        struct Body: Decodable {
            let code: String, message: String
            let retryAfterMs: Int?
        }

        let error: Body?
    }

    private func ask(_ request: Request<some Encodable>) async throws(WaryError) -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        guard let line = try? encoder.encode(request) else { throw .unreachable("the request cannot be written as JSON") }
        // Never sent again: the server may have recorded it, and an attempt is an attempt.
        let answer = try await link().ask(line, timeout: timeout)
        if let refusal = try Self.read(Refusal.self, answer).error {
            throw .refused(code: refusal.code, message: refusal.message, retryAfterMilliseconds: refusal.retryAfterMs)
        }
        return answer
    }

    private static func read<Value: Decodable>(_ type: Value.Type, _ answer: Data) throws(WaryError) -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let value = try? decoder.decode(type, from: answer) else { throw .unreachable("an answer that is not the API's") }
        return value
    }

    /// The connection that waits for the fewest answers; a new one while there may be more.
    private func link() throws(WaryError) -> Link {
        let found: Link? = links.withLock { links in
            links.removeAll(where: \.isGone)
            guard let best = links.min(by: { $0.waiting < $1.waiting }) else { return nil }
            return best.waiting == 0 || links.count >= connections ? best : nil
        }
        if let found { return found }
        let made = try Link(path, timeout: timeout)
        links.withLock { $0.append(made) }
        return made
    }
}
