import WaryHistory
import WaryLanguage
import WarySignals
import WaryVocabulary

/// Tries accounts that must never be refused against policies before these are put in force: an ordinary sign-in of each,
/// with a month of good ones behind it, on the usual device at the usual place.
struct BreakGlassTrial {
    let accounts: [String]

    /// An account that a policy would refuse.
    struct Finding: Sendable, Hashable {
        var account: String
        var policy: String
    }

    func findings(_ policies: PolicySet) -> [Finding] {
        policies.policies.filter { $0.event == .login }.flatMap { policy in
            accounts.filter { refuses($0, policy) }.map { Finding(account: $0, policy: policy.name) }
        }
    }

    private static let start = Instant(milliseconds: 1_767_268_800_000)
    private static let day: Int64 = 86_400_000

    private func refuses(_ account: String, _ policy: CompiledPolicy) -> Bool {
        let history = History.inMemory()
        guard let policies = try? PolicySet([policy]),
              var decider = try? Decider(policies: policies, history: history, options: DeciderOptions(clock: .offline))
        else { return true }
        let fields = EventFields(
            account: account, ip: IPAddress("192.0.2.10"), device: "break-glass",
            agent: "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", credential: .valid, factors: .all)
        for day in 1...30 {
            let event = ImportedEvent(given: .loginSucceeded, at: Self.start - Int64(31 - day) * Self.day, fields: fields)
            guard (try? history.recordImported(event)) != nil else { return true }
        }
        return decider.preview(.login, fields, at: Self.start)?.outcome == .deny
    }
}
