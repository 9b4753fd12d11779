import WaryVocabulary

/// W-cold-start: a brand-new account is denied where an old one with the same signals is not.
struct ColdStartCheck: LintCheck {
    func check(_ context: LintContext, into diagnostics: inout [Diagnostic]) {
        var machine = PolicyMachine(context.compiled)
        for flags in [nil, true, false] as [Bool?] {
            for novelty in [Reading.known(.bool(true)), .unknown(.noHistory)] {
                var old = ImaginedSignIn(ImaginedSignIn.established, flags: flags)
                if machine.evaluate(&old).outcome == .deny { continue }
                var fresh = ImaginedSignIn(ImaginedSignIn.brandNew(novelty: novelty), flags: flags) { definition in
                    definition.function == .new ? .known(.bool(true)) : nil
                }
                let answer = machine.evaluate(&fresh)
                guard answer.outcome == .deny else { continue }
                let rules = answer.fired.map { context.policy.rules[$0] }
                let place = rules.first(where: \.denies)?.denyRange ?? context.policy.decideRange
                diagnostics.append(Diagnostic(.coldStart, at: place, "a brand-new account, with nothing else against it, is denied",
                    help: "everything is new for it: let account.new take part, or ask for a factor instead"
                        + (rules.isEmpty ? "" : "; what fires is \(rules.map(\.name).joined(separator: ", "))")))
                return
            }
        }
    }
}
