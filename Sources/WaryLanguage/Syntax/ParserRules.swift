import WaryVocabulary

/// Rules and the decision.
extension TokenParser {
    mutating func rule(_ start: SourceRange) -> RuleDeclaration {
        let name = name(of: "the rule")
        var monitor = at(.monitor) ? advance().range : nil
        let title = title()
        if at(.monitor) {
            report(.syntax, current.range, "`monitor` stands before the title")
            monitor = advance().range
        }
        var clauses: [Clause] = []
        let mistakesBefore = diagnostics.count
        let shape = BlockShape(
            owner: name.text.isEmpty ? "the rule" : "the rule `\(name.text)`", item: "a clause", words: Keyword.clauses,
            aliases: ["if": .when, "where": .when, "and": .when, "except": .unless, "block": .deny, "points": .score, "challenge": .stepUp,
                      "mfa": .stepUp, "tags": .tag, "alert": .notify])
        block(shape) { parser, word in
            let start = parser.advance().range
            if let kind = parser.clause(word) { clauses.append(Clause(kind: kind, range: parser.range(from: start))) }
        }
        let node = RuleDeclaration(name: name, monitor: monitor, title: title, clauses: clauses, range: range(from: start))
        reportRepeatedClauses(node, shape.owner)
        let hasCondition = clauses.contains { if case .when = $0.kind { true } else { false } }
        // Where a clause could not be understood, it may have been this one.
        if !hasCondition, diagnostics.count == mistakesBefore {
            report(.syntax, name.range, "\(shape.owner) has no `when`", help: "a rule says when it fires, as in: when failures >= 5")
        }
        return node
    }

    private mutating func clause(_ word: Keyword) -> Clause.Kind? {
        switch word {
        case .when:
            return .when(expression())
        case .unless:
            return .unless(expression())
        case .unknown:
            // One that could not be read is there all the same: the rule does say something.
            return .unknown(unknownTreatment() ?? .skip)
        case .score:
            skipStraySeparator(after: "score")
            let score = expression()
            return .score(score, cap: cap())
        case .stepUp:
            return .stepUp(factors(after: Keyword.clauses))
        case .deny:
            return .deny
        case .notify:
            let names = names("whom to notify, such as user or security")
            return names.isEmpty ? nil : .notify(names)
        default:
            let texts = texts("a tag")
            return texts.isEmpty ? nil : .tag(texts)
        }
    }

    private mutating func unknownTreatment() -> Clause.UnknownTreatment? {
        skipStraySeparator(after: "unknown")
        if take(.skip) { return .skip }
        if take(.fire) { return .fire }
        if take(.score) { return integer("what an unknown scores").map { .score($0) } }
        if case .name(let word) = current.kind, !current.isFirstOnLine, let meant = nearest(word, among: [.skip, .fire, .score]) {
            report(.syntax, current.range, "there is no `unknown \(word)`; did you mean `\(meant.rawValue)`?", replaceBy: meant.rawValue)
            advance()
            return meant == .skip ? .skip : meant == .fire ? .fire : integer("what an unknown scores").map { .score($0) }
        }
        expected("`skip`, `fire` or `score N` after `unknown`",
                 help: "skip: the rule does not fire; fire: it fires all the same; score N: it counts N")
        return nil
    }

    /// `up to N`
    private mutating func cap() -> IntegerLiteral? {
        let start = current.range
        if take(.up) {
            if !take(.to) { expected("`to` after `up`", fix: insertion(" to")) }
            isRecovering = false
            return integer("the most that the rule scores")
        }
        guard case .name(let word) = current.kind, !current.isFirstOnLine, ["upto", "max", "cap", "capped"].contains(word) else { return nil }
        advance()
        _ = take(.to)
        report(.syntax, range(from: start), "the most that a rule scores follows `up to`", replaceBy: "up to")
        return integer("the most that the rule scores")
    }

    private mutating func reportRepeatedClauses(_ rule: RuleDeclaration, _ owner: String) {
        var first: [String: SourceRange] = [:]
        for clause in rule.clauses {
            let word: String
            switch clause.kind {
            case .when: word = "when"
            case .unless: word = "unless"
            case .unknown: word = "unknown"
            case .score: word = "score"
            case .stepUp: word = "step_up"
            case .deny, .notify, .tag: continue
            }
            guard let earlier = first[word] else {
                first[word] = clause.range
                continue
            }
            let help = word == "when" ? "join the conditions by `and`, or make two rules of it" : nil
            report(.syntax, clause.range, "\(owner) has a second `\(word)`", help: help, labels: [.init(range: earlier, text: "the first")])
        }
    }

    /// `allow`, `deny` or `step_up` with its factors; nil, reported, where something else stands.
    mutating func outcome(before following: [Keyword] = []) -> OutcomeSyntax? {
        let start = current.range
        let words: [Keyword] = [.allow, .stepUp, .deny]
        var word = keyword.flatMap { words.contains($0) ? $0 : nil }
        if word == nil, case .name(let name) = current.kind {
            let aliases: [String: Keyword] = ["block": .deny, "permit": .allow, "challenge": .stepUp, "stepup": .stepUp, "mfa": .stepUp]
            word = aliases[name] ?? nearest(name, among: words)
            if let word { report(.syntax, start, "there is no outcome `\(name)`; did you mean `\(word.rawValue)`?", replaceBy: word.rawValue) }
        }
        guard let word, let outcome = Outcome(rawValue: word.rawValue) else {
            expected("an outcome: `allow`, `step_up` or `deny`")
            return nil
        }
        advance()
        let factors = word == .stepUp ? factors(after: following) : nil
        return OutcomeSyntax(outcome: outcome, factors: factors, range: range(from: start))
    }

    /// The factors after `step_up`; nil where there are none.
    private mutating func factors(after following: [Keyword]) -> [Name]? {
        guard case .name(let word) = current.kind, peek(1).kind != .punctuation(.braceOpen) else { return nil }
        // A misspelt word that goes on with the line, or begins the next, is no factor.
        let isFactor = Nearest.name(to: word, among: Factor.allCases.map(\.rawValue)) != nil
        if !isFactor, nearest(word, among: current.isFirstOnLine ? following + Keyword.settings : following) != nil { return nil }
        return names("a factor, such as webauthn or totp")
    }

    mutating func decide(_ start: SourceRange) -> DecideDeclaration {
        var lines: [DecideDeclaration.Line] = []
        let aliases: [String: Keyword] = ["block": .deny, "permit": .allow, "challenge": .stepUp, "mfa": .stepUp, "stepup": .stepUp]
        let shape = BlockShape(owner: "`decide`", item: "an outcome", words: [.allow, .stepUp, .deny], aliases: aliases)
        allowsScore = true
        block(shape) { parser, word in
            if let line = parser.decideLine(word) { lines.append(line) }
        }
        allowsScore = false
        return DecideDeclaration(lines: lines, range: range(from: start))
    }

    private mutating func decideLine(_ word: Keyword) -> DecideDeclaration.Line? {
        let start = advance().range
        let factors = word == .stepUp ? factors(after: [.when, .otherwise]) : nil
        let outcome = OutcomeSyntax(outcome: Outcome(rawValue: word.rawValue) ?? .deny, factors: factors, range: range(from: start))
        if take(.otherwise) { return .init(outcome: outcome, condition: nil, range: range(from: start)) }
        if take(.when) { return .init(outcome: outcome, condition: expression(), range: range(from: start)) }
        switch current.kind {
        case .name("else"), .name("default"), .keyword(.default), .name("always"):
            report(.syntax, current.range, "the last line of `decide` ends with `otherwise`", replaceBy: "otherwise")
            advance()
            return .init(outcome: outcome, condition: nil, range: range(from: start))
        case .name("if"), .keyword(.where), .keyword(.unless):
            report(.syntax, current.range, "the condition of an outcome follows `when`", replaceBy: "when")
            advance()
            return .init(outcome: outcome, condition: expression(), range: range(from: start))
        case .name(let name) where !current.isFirstOnLine && nearest(name, among: [.when, .otherwise]) != nil:
            let meant = nearest(name, among: [.when, .otherwise]) ?? .when
            report(.syntax, current.range, "expected `\(meant.rawValue)`, found `\(name)`", replaceBy: meant.rawValue)
            advance()
            return .init(outcome: outcome, condition: meant == .when ? expression() : nil, range: range(from: start))
        case _ where !current.isFirstOnLine && startsOperand:
            expected("`when` before the condition", fix: insertion(" when"))
            return .init(outcome: outcome, condition: expression(), range: range(from: start))
        default:
            expected("`when` and a condition, or `otherwise`")
            // It decides nothing, but is there: the checker need not say that no line is.
            return .init(outcome: outcome, condition: Expression(.missing, previousEnd), range: range(from: start))
        }
    }
}
