import WaryEngine

/// Why policies are not put in force, for people.
struct RefusalText: CustomStringConvertible {
    private let refusal: PolicyStore.Refusal
    private let terminal: Terminal

    init(_ refusal: PolicyStore.Refusal, on terminal: Terminal = .error) {
        self.refusal = refusal
        self.terminal = terminal
    }

    var description: String {
        switch refusal {
        case .missing(let missing): return missing.description
        case .conflict(let conflict): return conflict.description
        case .lockout(let policies):
            return "\(policies.joined(separator: ", ")) would refuse a break-glass account its ordinary sign-in, and so lock out "
                + "whoever has to mend it"
        case .empty: return "no file at these paths declares a policy"
        case .faulty(let library):
            let texts = library.entries.flatMap { DiagnosticText($0, errorsOnly: true, on: terminal).human }.unique()
            return "the policies have errors:\n" + texts.joined(separator: "\n")
        case .failing(let tests):
            let lines = tests.map { "  \($0.path): \($0.result.name): \($0.result.message)" }
            return "the policies' own tests fail:\n" + lines.joined(separator: "\n")
        }
    }
}
