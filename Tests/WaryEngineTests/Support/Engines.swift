import Synchronization
import Testing
import WaryHistory
import WaryLanguage
import WaryVocabulary
@testable import WaryEngine

/// Policies and engines for tests.
enum Engines {
    static let start = Instant(milliseconds: 1_767_268_800_000)  // 2026-01-01T12:00Z

    static func policy(_ text: String, path: String = "policy.wary", with others: [String: String] = [:]) throws -> CompiledPolicy {
        let sources = MemorySources(others.merging([path: text]) { first, _ in first })
        let loaded = PolicyLoader(sources: sources).load(path)
        let renderer = DiagnosticRenderer(files: loaded.files)
        let policy = loaded.policy
        return try #require(policy, "\(renderer.short(loaded.diagnostics))")
    }

    static func decider(_ policies: String..., clock: ClockMode = .offline) throws -> Decider {
        let set = try PolicySet(policies.map { try policy($0) })
        return try Decider(policies: set, history: .inMemory(key: .random()), options: DeciderOptions(clock: clock))
    }

    static func clerk(_ policies: String..., clock: ClockMode = .live, queueCapacity: Int = 4096) throws -> Clerk {
        let set = try PolicySet(policies.map { try policy($0) })
        return try Clerk(ClerkOptions(policies: set, decider: DeciderOptions(clock: clock), queueCapacity: queueCapacity) {
            .inMemory(key: .random())
        })
    }

    static func request(_ account: String = "alice", ip: String = "192.0.2.10", at: Instant? = nil,
                        credential: CredentialState = .unchecked, device: String? = nil,
                        inputs: [String: Datum] = [:], explain: ExplanationLevel = .fired) -> DecideRequest {
        DecideRequest(fields: EventFields(account: account, ip: IPAddress(ip), device: device, credential: credential, inputs: inputs),
                      explain: explain, at: at)
    }

    /// Counts guesses at an account, and refuses above a thousand.
    static let counting = """
        policy counting "Counts" { for login }
        let guesses = count(login by account within 1h)
        rule guess { when guesses >= 0 score guesses up to 100 }
        decide { deny when score >= 1000 allow otherwise }
        """
}

extension EngineReply {
    var answer: DecisionAnswer? {
        if case .decision(let answer) = self { answer } else { nil }
    }

    var failure: EngineFailure? {
        if case .failure(let failure) = self { failure } else { nil }
    }

    var isOK: Bool {
        if case .ok = self { true } else { false }
    }
}

/// Collects what other threads hand in.
final class Collected<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])

    func add(_ value: Value) { values.withLock { $0.append(value) } }
    var all: [Value] { values.withLock { $0 } }
}
