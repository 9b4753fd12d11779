import WaryVocabulary

/// W-lockout: an outsider who knows only an account's name can have its owner denied, by failing at it from anywhere.
struct LockoutCheck: LintCheck {
    /// What anyone can cause without a password.
    private static let causable: Set<EventKind> = [.login, .loginFailed, .loginDenied, .loginSteppedUp, .accountRecovered]
    private static let amounts: [Int64] = [1, 2, 3, 5, 10, 20, 50, 100, 1000, 100_000]

    func check(_ context: LintContext, into diagnostics: inout [Diagnostic]) {
        let exposed = context.policy.aggregates.filter { Self.isExposed($0.definition) }
        guard !exposed.isEmpty else { return }
        var machine = PolicyMachine(context.compiled)
        for flags in [nil, true, false] as [Bool?] {
            var quiet = ImaginedSignIn(ImaginedSignIn.established, flags: flags)
            if machine.evaluate(&quiet).outcome == .deny { continue }
            for amount in Self.amounts {
                var attacked = ImaginedSignIn(ImaginedSignIn.established, flags: flags) { Self.reading($0, amount) }
                let answer = machine.evaluate(&attacked)
                guard answer.outcome == .deny else { continue }
                report(answer, exposed, context, &diagnostics)
                return
            }
        }
    }

    /// Counted by the account alone, of events that an outsider causes: no address or device tells him from the owner.
    private static func isExposed(_ definition: AggregateDefinition) -> Bool {
        causable.contains(definition.event) && definition.keys.contains(.account)
            && definition.keys.allSatisfy { [.account, .tenant].contains($0) }
    }

    private static func reading(_ definition: AggregateDefinition, _ amount: Int64) -> Reading? {
        guard isExposed(definition) else { return nil }
        switch definition.function {
        case .count, .distinct: return .known(.int(amount))
        case .elapsed: return .known(.duration(1000))
        case .regular: return .known(.decimal(1))
        case .sum, .avg, .min, .max, .last, .first, .new: return nil
        }
    }

    private func report(_ answer: Evaluation, _ exposed: [CheckedPolicy.Aggregate], _ context: LintContext, _ diagnostics: inout [Diagnostic]) {
        let names = Set(exposed.map(\.definition.text))
        let rule = answer.fired.map { context.policy.rules[$0] }.first { rule in
            rule.condition.leaves(context.policy).contains { names.contains(context.solver.key($0)) }
        }
        let place = rule.map { $0.denyRange ?? $0.nameRange } ?? context.policy.decideRange
        diagnostics.append(Diagnostic(.lockout, at: place,
            "whoever knows an account's name can have its owner denied, by failing at it from anywhere",
            help: "put the subnet or the device into the key (by account, subnet), or ask for a factor instead of denying",
            labels: exposed.prefix(1).map { .init(range: $0.range, text: "counted by account alone") }))
    }
}
