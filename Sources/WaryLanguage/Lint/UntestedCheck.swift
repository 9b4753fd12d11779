/// W-untested: a policy without a test. Rules and outcomes that no test reaches are found where the tests run.
struct UntestedCheck: LintCheck {
    func check(_ context: LintContext, into diagnostics: inout [Diagnostic]) {
        guard context.policy.tests.isEmpty else { return }
        diagnostics.append(Diagnostic(.untested, at: context.policy.nameRange, "\(context.policy.name) has no test",
                                      help: "a test says what you mean: test \"…\" { login { … } expect allow }"))
    }
}
