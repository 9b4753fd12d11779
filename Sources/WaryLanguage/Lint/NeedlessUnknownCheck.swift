/// W-needless-unknown: an `unknown` clause where nothing can be unknown.
struct NeedlessUnknownCheck: LintCheck {
    func check(_ context: LintContext, into diagnostics: inout [Diagnostic]) {
        for rule in context.policy.rules {
            guard rule.treatment != nil, let range = rule.treatmentRange, !context.flow.mayBeUnknown(rule.condition) else { continue }
            if let score = rule.score, context.flow.mayBeUnknown(score, while: rule.condition, is: .isTrue) { continue }
            diagnostics.append(Diagnostic(.needlessUnknown, at: range, "nothing in \(rule.name) can be unknown",
                                          help: "leave the clause out", fix: .init(range: range, text: "")))
        }
    }
}
