import Logging
import WaryVocabulary

/// How an address is shown to who may not know it whole.
enum Masking {
    /// `a…@example.org`, `…78`.
    static func masked(_ address: String) -> String {
        guard let at = address.firstIndex(of: "@") else { return "…" + address.suffix(2) }
        return "\(address.prefix(1))…\(address[at...])"
    }
}

/// How often something may be done within a time.
struct Budget: StoredRecord {
    enum Kind {
        case codesTo(String)
        case strangers(String)
    }

    let name: String
    var uses: [Instant]
    var ends: Instant?

    static var table: Table { .budget }
    var key: [String] { [name] }
}

extension RecordWriter {
    /// Notes one more use.
    /// - Throws: `.tooMany` when it is used up.
    func spend(_ kind: Budget.Kind, at now: Instant, _ service: AuthService) throws(AuthError) {
        let limits = service.limits
        let name = switch kind {
        case .codesTo(let address): "codes:\(address)"
        case .strangers(let address): "strangers:\(address)"
        }
        var budget = try find(Budget.self, name) ?? Budget(name: name, uses: [], ends: nil)
        budget.uses.removeAll { $0 + limits.codeWindow <= now }
        if budget.uses.count >= limits.codesPerAddress, let first = budget.uses.first {
            throw .tooMany(retryAfterSeconds: (first + limits.codeWindow - now) / 1000 + 1)
        }
        budget.uses.append(now)
        budget.ends = now + limits.codeWindow
        try put(budget)
    }
}

extension AuthService {
    func sendCode(_ code: String, _ kind: MessageKind, by channel: OutgoingMessage.Channel, to address: String, language: String?) async throws(AuthError) {
        do throws(CourierFailure) {
            try await postOffice.send(kind, by: channel, to: address, language: postOffice.language(language, else: settings.language),
                                      ["code": code, "minutes": "\(limits.codeLife / 60_000)"])
        } catch {
            logger.warning("a code was not sent", metadata: ["problem": "\(error.problem)", "channel": "\(channel.rawValue)"])
            throw .unavailable("the message could not be sent; try again or take another way")
        }
    }

    /// Tells an account's owner what happened, by e-mail or else by SMS. That it could not be told is no reason to undo it.
    func tell(_ account: Account, _ kind: MessageKind, _ values: [String: String] = [:]) async {
        let ways: [(OutgoingMessage.Channel, Identifier?)] = [(.email, account.email), (.sms, account.phone)]
        for (channel, identifier) in ways where postOffice.serves(channel) {
            guard let identifier else { continue }
            do throws(CourierFailure) {
                try await postOffice.send(kind, by: channel, to: identifier.display, language: postOffice.language(account.language, else: settings.language),
                                          values.merging(["time": now().description]) { own, _ in own })
                return
            } catch {
                logger.warning("an account was not told", metadata: ["kind": "\(kind.rawValue)", "problem": "\(error.problem)"])
            }
        }
    }

    func signInValues(_ session: Session) -> [String: String] {
        ["ip": session.ip ?? "?", "agent": String((session.agent ?? "?").prefix(80))]
    }
}
