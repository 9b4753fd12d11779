import Foundation
import WaryServer
import WarySimulation
import WaryVocabulary

/// What an app would do: asks the decision socket, says how it ended.
final class DemoClient {
    struct Answer: Decodable {
        struct Reason: Decodable {
            var rule: String
        }
        struct Failure: Decodable {
            var message: String
        }
        var decision: String?
        var decision_id: String?
        var factors: [String]?
        var score: Int?
        var reasons: [Reason]?
        var error: Failure?

        var outcome: Outcome? { decision.flatMap(Outcome.init) }
    }

    private let lines: LineClient
    private let decoder = JSONDecoder()

    init(socket: String) throws { lines = try LineClient(socket) }

    /// Asks for decisions in one go and takes the answers, which come in order.
    func decide(_ attempts: some Collection<SimulatedAttempt>) throws -> [Answer] {
        let sender = lines.sender
        for attempt in attempts { _ = sender.send(request(attempt)) }
        return try attempts.map { _ in try answer() }
    }

    /// Says how attempts ended: what the app saw, so that history learns. Returns whether each is now signed in.
    func report(_ ended: [(attempt: SimulatedAttempt, answer: Answer)], at instant: Instant) throws -> [Bool] {
        let sender = lines.sender
        var sent = 0
        let signedIn = ended.map { attempt, answer -> Bool in
            let reports = reports(on: attempt, answer)
            for report in reports {
                _ = sender.send(line(report, decision: answer.decision_id ?? "", factor: answer.factors?.first, at: instant))
            }
            sent += reports.count
            return reports.last == "succeeded" || reports.last == "challenge_passed"
        }
        for _ in 0..<sent { _ = try answer() }
        return signedIn
    }

    private func reports(on attempt: SimulatedAttempt, _ answer: Answer) -> [String] {
        guard attempt.fields.credential == .valid, let outcome = answer.outcome else { return [] }
        return switch outcome {
        case .allow: ["succeeded"]
        case .stepUp: attempt.passesFactor ? ["challenge_passed"] : ["challenge_failed", "abandoned"]
        case .deny: []
        }
    }

    private func answer() throws -> Answer {
        let answer = try decoder.decode(Answer.self, from: Data(lines.receive()))
        if let failure = answer.error { throw CommandFailure("the engine refused a request of the demo: \(failure.message)") }
        return answer
    }

    private func request(_ attempt: SimulatedAttempt) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.object {
            $0.member("op", "decide")
            attempt.writeMembers(to: &$0)
        }
        return writer.bytes
    }

    private func line(_ outcome: String, decision: String, factor: String?, at instant: Instant) -> [UInt8] {
        var writer = JSONWriter(capacity: 160)
        writer.object {
            $0.member("op", "report")
            $0.member("at", instant.description)
            $0.member("decision_id", decision)
            $0.member("outcome", outcome)
            if outcome == "challenge_passed", let factor { $0.member("factor", factor) }
        }
        return writer.bytes
    }
}

extension SimulatedAttempt {
    /// What an app sends of it: the members of `decide`, with `at`.
    func writeMembers(to writer: inout JSONWriter) {
        writer.member("at", at.description)
        writer.member("account", fields.account)
        writer.member("ip", fields.ip?.description ?? "")
        writer.member("credential", fields.credential.rawValue)
        for (name, value) in [("device", fields.device), ("user_agent", fields.agent), ("credential_tag", fields.credentialTag),
                              ("app", fields.app), ("method", fields.method)] {
            if let value { writer.member(name, value) }
        }
        if let factors = fields.factors { writer.member("factors", factors.factors.map(\.rawValue)) }
    }
}
