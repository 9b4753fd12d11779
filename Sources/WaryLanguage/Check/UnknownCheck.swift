import WaryVocabulary

/// E-unknown: a rule whose condition or score may be unknown says what then happens.
struct UnknownCheck {
    let flow: KnownFlow

    func check(_ rule: CheckedPolicy.Rule, into diagnostics: inout [Diagnostic]) {
        guard rule.isSound else { return }
        let condition = rule.condition
        if rule.treatment == nil {
            if flow.mayBeUnknown(condition) {
                report(rule, condition, "condition", into: &diagnostics)
            } else if let score = rule.score, flow.mayBeUnknown(score, while: condition, is: .isTrue) {
                report(rule, score, "score", into: &diagnostics)
            }
        }
        if rule.treatment == .fire, let score = rule.score, rule.scoreCap == nil,
           flow.mayBeUnknown(score, while: condition, is: [.isTrue, .unknown]) {
            diagnostics.append(Diagnostic(.unknown, at: score.range, "the score may itself be unknown when the rule fires on unknown",
                                          help: "cap it: an unknown score then counts its cap: score … up to 25"))
        }
    }

    private func report(_ rule: CheckedPolicy.Rule, _ term: Term, _ what: String, into diagnostics: inout [Diagnostic]) {
        let causes = flow.atoms(of: term).compactMap(name(of:)).sorted()
        let list = causes.prefix(4).joined(separator: ", ") + (causes.count > 4 ? ", …" : "")
        let end = rule.when.range.end
        let place = SourceRange(file: rule.when.range.file, start: end, end: end)
        diagnostics.append(Diagnostic(
            .unknown, at: rule.nameRange, "the \(what) of \(rule.name) may be unknown" + (causes.isEmpty ? "" : " (\(list))")
                + ", and the rule does not say what then happens",
            help: "add unknown skip (no effect), unknown fire (as if it were true) or unknown score N",
            fix: .init(range: place, text: "\n    unknown skip"), labels: [.init(range: term.range, text: "may be unknown")]))
    }

    private func name(of atom: KnownFlow.Atom) -> String? {
        switch atom {
        case .signal(let id): id.rawValue
        case .credentialTag: "the key credential"
        case .input(let index): flow.name(ofInput: index)
        case .aggregate(let index): flow.spelling(ofAggregate: index)
        case .computation: "a computation that can fail"
        }
    }
}

extension CheckedPolicy.Rule {
    /// `when and not unless`
    var condition: Term {
        guard let unless else { return when }
        return Term(.logical(.and, [when, Term(.not(unless), .bool, unless.range)]), .bool, when.range)
    }

    /// False where an error in one of its expressions has been reported: nothing more is said of it then.
    var isSound: Bool { !condition.containsInvalid && score?.containsInvalid != true }
}

extension Term {
    var containsInvalid: Bool {
        if case .invalid = kind { return true }
        return children.contains(where: \.containsInvalid)
    }
}
