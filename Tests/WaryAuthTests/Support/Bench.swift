import Foundation
import Logging
import Synchronization
import Testing
@testable import WaryAuth
import WaryVocabulary

/// An engine that says what the test wants, and remembers what it was asked and told.
final class ScriptedEngine: DecisionPoint {
    struct State {
        var rule: @Sendable (DecisionQuestion) -> DecisionVerdict = { _ in DecisionVerdict(id: nil, outcome: .allow) }
        var questions: [DecisionQuestion] = []
        var reports: [DecisionReport] = []
        var labels: [String: Bool] = [:]
        var erased: [String] = []
        var inputs: Set<String> = []
        var isDown = false
        var decisions = 0
    }

    let state = Mutex(State())

    var questions: [DecisionQuestion] { state.withLock { $0.questions.filter { !$0.isWhatIf } } }
    var reports: [DecisionReport] { state.withLock { $0.reports } }
    var ends: [DecisionReport.End] { reports.map(\.end) }

    func answers(_ outcome: Outcome, _ factors: [Factor] = [], score: Int = 0) {
        answers { _ in DecisionVerdict(id: nil, outcome: outcome, factors: factors, score: score) }
    }

    func answers(_ rule: @escaping @Sendable (DecisionQuestion) -> DecisionVerdict) { state.withLock { $0.rule = rule } }

    func decide(_ question: DecisionQuestion) async throws(DecisionFailure) -> DecisionVerdict {
        let verdict = state.withLock { state -> DecisionVerdict? in
            guard !state.isDown else { return nil }
            state.questions.append(question)
            if !question.isWhatIf { state.decisions += 1 }
            let verdict = state.rule(question)
            return DecisionVerdict(id: question.isWhatIf ? nil : "d\(state.decisions)", outcome: verdict.outcome, factors: verdict.factors,
                                   score: verdict.score, notify: verdict.notify, isDegraded: verdict.isDegraded)
        }
        guard let verdict else { throw .failed }
        return verdict
    }

    func report(_ report: DecisionReport) async throws(DecisionFailure) {
        let isDown = state.withLock { state in
            if !state.isDown { state.reports.append(report) }
            return state.isDown
        }
        if isDown { throw .overloaded(retryAfterMilliseconds: 10) }
    }

    func label(_ decision: String, isFraud: Bool) async throws(DecisionFailure) { state.withLock { $0.labels[decision] = isFraud } }

    func inputs(of event: EventKind) async -> Set<String> { state.withLock { $0.inputs } }

    func export(account: String) async throws(DecisionFailure) -> String? { #"{"account":"\#(account)","events":[]}"# }

    func erase(account: String) async throws(DecisionFailure) {
        let isDown = state.withLock { state in
            if !state.isDown { state.erased.append(account) }
            return state.isDown
        }
        if isDown { throw .failed }
    }
}

/// Keeps the messages it is given.
final class Mailbox: Courier {
    private let kept = Mutex<[OutgoingMessage]>([])
    var messages: [OutgoingMessage] { kept.withLock { $0 } }

    func deliver(_ message: OutgoingMessage) async throws(CourierFailure) { kept.withLock { $0.append(message) } }

    /// The code in the last message of this kind; waits for messages that go out behind an answer.
    func code(_ kind: MessageKind) async throws -> String {
        let message = try await message(kind)
        return try #require(message.text.firstMatch(of: /\d{6}/)).output.description
    }

    func message(_ kind: MessageKind) async throws -> OutgoingMessage {
        for _ in 0..<2000 {
            if let message = messages.last(where: { $0.kind == kind }) { return message }
            try await Task.sleep(for: .milliseconds(2))
        }
        throw BenchProblem("no message \(kind) came")
    }

    func forget() { kept.withLock { $0 = [] } }
}

struct BenchProblem: Error, CustomStringConvertible {
    let description: String
    init(_ text: String) { description = text }
}

/// The service with everything around it in the test's hands.
final class Bench: Sendable {
    let engine = ScriptedEngine()
    let mailbox = Mailbox()
    let store: MemoryStore
    /// Between the service and the store.
    let witness: StoreWitness
    let service: AuthService
    private let clock = Mutex(Instant(milliseconds: 1_800_000_000_000))

    init(_ change: (inout AuthSettings) -> Void = { _ in }) throws {
        let memory = MemoryStore(), witness = StoreWitness(memory)
        store = memory
        self.witness = witness
        var settings = AuthSettings()
        settings.limits.passwordCost = Argon2.Cost(memory: 64, passes: 1, lanes: 1)
        change(&settings)
        let couriers: [OutgoingMessage.Channel: any Courier] = [.email: mailbox, .sms: mailbox, .push: mailbox]
        let office = PostOffice(couriers: couriers, templates: try MessageTemplates(), serviceName: "Wary")
        let now = Holder()
        service = try AuthService(settings: settings, keys: .ephemeral(), store: witness, decisions: engine, postOffice: office,
                                  logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, now: { now.bench?.now ?? Instant(milliseconds: 0) })
        now.set(self)
    }

    var now: Instant { clock.withLock { $0 } }
    func pass(_ milliseconds: Int64) { clock.withLock { $0 = $0 + milliseconds } }

    func context(_ device: String? = nil, ip: String = "203.0.113.7") -> ClientContext {
        ClientContext(ip: IPAddress(ip), agent: "Test/1.0", deviceToken: device)
    }

    /// Registers a person by name and returns the session's token and the device's.
    func person(_ name: String, password: String = Bench.password) async throws -> (token: String, device: String) {
        let answer = try await service.register(identifier: name, password: password, context())
        guard case .complete(let grant) = answer.result else { throw BenchProblem("\(name) was not registered: \(answer.result)") }
        return (try #require(grant.token), answer.deviceToken)
    }

    /// Registers a person by e-mail address.
    func personByEmail(_ address: String, password: String? = Bench.password) async throws -> (token: String, device: String) {
        let begun = try await service.register(identifier: address, password: password, context())
        guard case .verify(let id, _) = begun.result else { throw BenchProblem("no code was sent: \(begun.result)") }
        let code = try await mailbox.code(.registrationCode)
        let answer = try await service.verifyRegistration(id, code: code, context(begun.deviceToken))
        guard case .complete(let grant) = answer.result else { throw BenchProblem("\(address) was not registered: \(answer.result)") }
        mailbox.forget()
        return (try #require(grant.token), begun.deviceToken)
    }

    func account(_ token: String) throws -> Account { try #require(try service.vault.find(Account.self, try service.session(token: token).account)) }

    /// Gives an account an authenticator app.
    func bindTOTP(_ token: String) throws -> TOTP.Key {
        let account = try account(token).id, key = TOTP.Key.random(), now = now
        try service.vault.write { records throws(AuthError) in
            try records.put(Authenticator(account: account, id: "totp", factor: .totp, label: "phone", createdAt: now, lastUsedAt: nil, secret: .totp(key, lastStep: nil)))
        }
        return key
    }

    func code(_ key: TOTP.Key) -> String { TOTP.code(key, step: TOTP.step(at: now, key)) }

    /// Another six digits.
    func wrong(_ code: String) -> String { code.hasPrefix("1") ? "2" + code.dropFirst() : "1" + code.dropFirst() }

    static let password = "seven quiet rivers"
}

/// Breaks the circle between the service, which wants a clock, and the bench, which is one.
private final class Holder: Sendable {
    private let held = Mutex<Weak>(Weak())
    private struct Weak { weak var bench: Bench? }
    var bench: Bench? { held.withLock { $0.bench } }
    func set(_ bench: Bench) { held.withLock { $0.bench = bench } }
}

extension SignInAnswer {
    var offer: FlowOffer? { if case .stepUp(let offer) = result { offer } else { nil } }
    var grant: SessionGrant? { if case .complete(let grant) = result { grant } else { nil } }
    var isDenied: Bool { if case .denied = result { true } else { false } }
}

extension ChallengeAnswer {
    var grant: SessionGrant? { if case .complete(let grant) = self { grant } else { nil } }
    var left: Int? { if case .wrong(let left) = self { left } else { nil } }
    var offer: FlowOffer? { if case .stepUp(let offer) = self { offer } else { nil } }
    var recovery: String? { if case .recovered(let token) = self { token } else { nil } }
    var isDenied: Bool { if case .denied = self { true } else { false } }
}
