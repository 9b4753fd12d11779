import WaryVocabulary

extension PolicyChecker {
    /// One rule: its clauses at most once, its conditions of type bool, its score a number.
    mutating func checkRule(_ declaration: RuleDeclaration, parsed: [Diagnostic]) {
        var clauses = ClauseReader()
        for clause in declaration.clauses {
            // The parser has reported a second one of a kind.
            if let name = ClauseReader.nameOfSingle(clause.kind), clauses.seen[name] != nil { continue }
            if let name = ClauseReader.nameOfSingle(clause.kind) { clauses.seen[name] = clause.range }
            apply(clause, to: &clauses)
        }
        if clauses.seen["when"] == nil, !isBroken(declaration.range, parsed) {
            report(.syntax, declaration.name.range, "the rule \(declaration.name.text) has no when",
                   help: "say when it fires: when failures >= 5")
        }
        let when = clauses.when ?? .invalid(declaration.range)
        var rule = CheckedPolicy.Rule(name: declaration.name.text, title: declaration.title?.value,
                                      isMonitor: declaration.monitor != nil, when: when, nameRange: declaration.name.range,
                                      range: declaration.range)
        rule.unless = clauses.unless
        rule.treatment = clauses.treatment
        rule.treatmentRange = clauses.seen["unknown"]
        rule.score = clauses.score
        rule.scoreCap = clauses.cap
        rule.scoreRange = clauses.seen["score"]
        rule.stepsUp = clauses.stepsUp
        rule.factors = clauses.factors
        rule.factorsRange = clauses.seen["step_up"]
        rule.denies = clauses.denyRange != nil
        rule.denyRange = clauses.denyRange
        rule.notify = clauses.notify
        rule.tags = clauses.tags
        policy.rules.append(rule)
    }

    private struct ClauseReader {
        var seen: [String: SourceRange] = [:]
        var when: Term?, unless: Term?, score: Term?
        var cap: Int64?
        var treatment: CheckedPolicy.Treatment?
        var stepsUp = false
        var factors: [Factor]?
        var denyRange: SourceRange?
        var notify: [String] = []
        var tags: [String] = []

        /// The name of a clause that a rule has at most once.
        static func nameOfSingle(_ kind: Clause.Kind) -> String? {
            switch kind {
            case .when: "when"
            case .unless: "unless"
            case .unknown: "unknown"
            case .score: "score"
            case .stepUp: "step_up"
            case .deny, .notify, .tag: nil
            }
        }
    }

    private mutating func apply(_ clause: Clause, to reader: inout ClauseReader) {
        switch clause.kind {
        case .when(let expression): reader.when = expressions.check(expression, as: .bool, for: "when")
        case .unless(let expression): reader.unless = expressions.check(expression, as: .bool, for: "unless")
        case .unknown(.skip): reader.treatment = .skip
        case .unknown(.fire): reader.treatment = .fire
        case .unknown(.score(let value)): reader.treatment = .score(value.value)
        case .score(let expression, let cap):
            var term = expressions.check(expression)
            if let type = term.type, !type.isNumber {
                report(type.isQuantity ? .unit : .type, expression.range, "a score is a number, and this is \(type.withArticle)",
                       help: type.isQuantity ? "divide by one unit of it: travel.distance / 1 km" : nil)
                term = .invalid(expression.range)
            }
            reader.score = term
            reader.cap = cap?.value
        case .stepUp(let names):
            reader.stepsUp = true
            reader.factors = names.map { factors($0) }
        case .deny: reader.denyRange = clause.range
        case .notify(let names):
            for name in names where isNotifiable(name) && !reader.notify.contains(name.text) { reader.notify.append(name.text) }
        case .tag(let texts):
            for text in texts {
                if text.value.isEmpty { report(.syntax, text.range, "a tag cannot be empty") }
                if !reader.tags.contains(text.value) { reader.tags.append(text.value) }
            }
        }
    }

    /// `user` and `security` are known everywhere; an app may know others, but not ones that are nearly these.
    private mutating func isNotifiable(_ name: Name) -> Bool {
        for known in ["user", "security"] where name.text != known && Nearest.isSlip(name.text, of: known) {
            report(.name, name.range, "\(name.text) is nobody to notify; did you mean \(known)?", fix: known)
            return false
        }
        return true
    }

    /// `decide`: one, `otherwise` at its end and nothing after it.
    mutating func checkDecide(parsed: [Diagnostic]) {
        guard let decide = symbols.decides.first else {
            if !mayHideDeclaration(parsed) {
                report(.decide, policy.nameRange, "the policy has no decide block",
                       help: "add: decide { step_up when score >= 40  allow otherwise }")
            }
            return
        }
        for other in symbols.decides.dropFirst() {
            report(.decide, other.range, "there is a second decide block", help: "one in all, what is included counted in",
                   labels: [.init(range: decide.range, text: "the first")])
        }
        policy.decideRange = decide.range
        expressions.scope = .decide
        defer { expressions.scope = .condition }
        var end: SourceRange?
        for line in decide.lines {
            if let end {
                report(.decide, line.range, "nothing is tried after otherwise", help: "move it up, or leave it out",
                       labels: [.init(range: end, text: "otherwise holds always")])
                continue
            }
            if line.condition == nil { end = line.range }
            let condition = line.condition.map { expressions.check($0, as: .bool, for: "when") }
            if line.outcome.outcome != .stepUp, let first = line.outcome.factors?.first {
                report(.syntax, first.range, "only step_up takes factors")
            }
            policy.lines.append(.init(outcome: line.outcome.outcome, factors: line.outcome.factors.map { factors($0) },
                                      condition: condition, range: line.range))
        }
        if end == nil, !isBroken(decide.range, parsed) {
            report(.decide, decide.range, "decide does not end with otherwise",
                   help: "add a last line that holds always: allow otherwise")
        }
    }
}
