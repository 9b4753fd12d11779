import WaryVocabulary

/// W-factors: lists of factors with nothing in common: when both apply, no factor is left.
struct FactorsCheck: LintCheck {
    func check(_ context: LintContext, into diagnostics: inout [Diagnostic]) {
        let rules = context.policy.rules.filter { $0.stepsUp && $0.factors != nil && !$0.isMonitor }
        for (i, rule) in rules.enumerated() {
            for other in rules.dropFirst(i + 1) where areDisjoint(rule.factors, other.factors) {
                guard context.solver.canHold([.init(rule.condition, true), .init(other.condition, true)]) else { continue }
                report(other.factorsRange ?? other.nameRange, "\(rule.name) and \(other.name) have no factor in common",
                       rule.factorsRange ?? rule.nameRange, context, &diagnostics)
            }
            for line in context.policy.lines where line.outcome == .stepUp && areDisjoint(rule.factors, line.factors) {
                report(rule.factorsRange ?? rule.nameRange, "\(rule.name) and this line of decide have no factor in common",
                       line.range, context, &diagnostics)
            }
        }
    }

    private func areDisjoint(_ a: [Factor]?, _ b: [Factor]?) -> Bool {
        guard let a, let b else { return false }
        return Set(a).isDisjoint(with: b)
    }

    private func report(_ range: SourceRange, _ message: String, _ other: SourceRange, _ context: LintContext, _ diagnostics: inout [Diagnostic]) {
        diagnostics.append(Diagnostic(.factors, at: range, message,
            help: "when both apply nothing is left to ask for, and no_factor (\(context.policy.noFactor.rawValue)) decides",
            labels: [.init(range: other, text: "the other list")]))
    }
}
