/// W-backtrack: a regular expression that can take time exponential in the text's length.
struct BacktrackCheck: LintCheck {
    func check(_ context: LintContext, into diagnostics: inout [Diagnostic]) {
        var seen: Set<SourceRange> = []
        func visit(_ term: Term) {
            if case .matches(_, let regex) = term.kind, context.policy.regexes[regex].mayBacktrack, seen.insert(term.range).inserted {
                diagnostics.append(Diagnostic(.backtrack, at: term.range,
                    "this expression can backtrack without end: a repeated part can match the same text in several ways",
                    help: "make the parts exclude each other, or the inner repetition possessive: (a+)+ is a+; the match limit makes it unknown meanwhile"))
            }
            term.children.forEach(visit)
        }
        context.policy.bindings.forEach { visit($0.term) }
        context.policy.aggregates.compactMap(\.condition).forEach(visit)
        for rule in context.policy.rules {
            visit(rule.condition)
            rule.score.map(visit)
        }
        context.policy.lines.compactMap(\.condition).forEach(visit)
    }
}
