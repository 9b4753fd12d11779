/// W-on-error: while history cannot be read, everyone gets in.
struct OnErrorCheck: LintCheck {
    func check(_ context: LintContext, into diagnostics: inout [Diagnostic]) {
        guard context.policy.onError == .allow, let range = context.policy.onErrorRange else { return }
        diagnostics.append(Diagnostic(.onError, at: range, "while history cannot be read, sign-ins are allowed",
                                      help: "whoever can make history fail can get in; step_up asks for a factor meanwhile",
                                      fix: .init(range: range, text: "on_error step_up")))
    }
}
