import WaryVocabulary

/// W-evasion: whoever signs in can switch the rule off by leaving something out.
struct EvasionCheck: LintCheck {
    func check(_ context: LintContext, into diagnostics: inout [Diagnostic]) {
        for rule in context.policy.rules where rule.treatment == .skip && tightens(rule, context) {
            let atoms = context.flow.atoms(of: rule.condition).filter { isClients($0, context) }
            guard isEvadable(rule, atoms, context) else { continue }
            let names = atoms.compactMap { name($0, context) }.sorted().joined(separator: ", ")
            diagnostics.append(Diagnostic(.evasion, at: rule.treatmentRange ?? rule.nameRange,
                "\(rule.name) can be evaded: the client decides whether \(names) is known, and leaving it out skips the rule",
                help: "unknown fire treats a client that hides it as one that has it; unknown score N is milder",
                fix: rule.treatmentRange.map { .init(range: $0, text: "unknown fire") }))
        }
    }

    /// Whether leaving out all of what is the client's, or one thing of it, makes the rule unknown.
    private func isEvadable(_ rule: CheckedPolicy.Rule, _ atoms: Set<KnownFlow.Atom>, _ context: LintContext) -> Bool {
        guard !atoms.isEmpty else { return false }
        return ([atoms] + atoms.map { [$0] }).contains { missing in
            context.flow.values(rule.condition, where: { missing.contains($0) }).contains(.unknown)
        }
    }

    /// Skipping a rule that only lowers the score gains nothing.
    private func tightens(_ rule: CheckedPolicy.Rule, _ context: LintContext) -> Bool {
        if rule.denies || rule.stepsUp || rule.score == nil { return true }
        return ScoreRange.score(of: rule, context.solver).high > 0
    }

    private func isClients(_ atom: KnownFlow.Atom, _ context: LintContext) -> Bool {
        switch atom {
        case .signal(let id): SignalCatalogue.entry(id).origin == .client
        case .input(let index): context.policy.inputs[index].input.isFromClient
        case .aggregate, .credentialTag, .computation: false
        }
    }

    private func name(_ atom: KnownFlow.Atom, _ context: LintContext) -> String? {
        switch atom {
        case .signal(let id): id.rawValue
        case .input(let index): context.policy.inputs[index].input.name
        default: nil
        }
    }
}
