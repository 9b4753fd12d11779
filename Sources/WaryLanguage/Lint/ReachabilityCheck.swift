import WaryVocabulary

/// W-unreachable, W-unavoidable: outcomes that neither a score nor a rule can reach, or that the smallest score already reaches.
struct ReachabilityCheck: LintCheck {
    func check(_ context: LintContext, into diagnostics: inout [Diagnostic]) {
        let range = ScoreRange(context).total
        let solver = context.solver.with(score: range)
        var before: [Solver.Goal] = []
        for (index, line) in context.policy.lines.enumerated() {
            guard let condition = line.condition else {
                if !solver.canHold(before) { unreachable(line, context, range, before.isEmpty, &diagnostics) }
                return
            }
            let mayBeUnknown = context.flow.mayBeUnknown(condition)
            let canHold = solver.canHold(before + [.init(condition, true)]) || (mayBeUnknown && line.outcome != .allow)
            if !canHold {
                unreachable(line, context, range, false, &diagnostics)
                continue
            }
            if !mayBeUnknown, !solver.canHold(before + [.init(condition, false)]) {
                unavoidable(line, index, context, range, &diagnostics)
                return
            }
            if !mayBeUnknown || line.outcome != .allow { before.append(.init(condition, false)) }
        }
    }

    private func unreachable(_ line: CheckedPolicy.Line, _ context: LintContext, _ range: Interval, _ isFirst: Bool,
                             _ diagnostics: inout [Diagnostic]) {
        let byRule = context.policy.rules.contains { rule in
            !rule.isMonitor && ((line.outcome == .deny && rule.denies) || (line.outcome == .stepUp && rule.stepsUp))
        }
        if byRule { return }
        let isElsewhere = context.policy.lines.contains { $0.outcome == line.outcome && $0.range != line.range }
        diagnostics.append(Diagnostic(.unreachable, at: line.range,
            isElsewhere ? "this line never decides" : "\(line.outcome.rawValue) cannot be reached: this line never decides, and no rule does",
            help: "scores lie between \(Int(range.low)) and \(Int(range.high)), and earlier lines come first"))
    }

    private func unavoidable(_ line: CheckedPolicy.Line, _ index: Int, _ context: LintContext, _ range: Interval,
                             _ diagnostics: inout [Diagnostic]) {
        let rest = context.policy.lines[(index + 1)...]
        if line.outcome == .allow {
            for other in rest { unreachable(other, context, range, false, &diagnostics) }
            return
        }
        diagnostics.append(Diagnostic(.unavoidable, at: line.range, "\(line.outcome.rawValue) cannot be avoided: this line always holds",
            help: "the smallest score is \(Int(range.low)); the lines after this one never decide"))
    }
}

/// The scores that a policy can come to, by interval arithmetic over its rules.
struct ScoreRange {
    /// Clamped to 0…100.
    let total: Interval
    /// What each rule can contribute, whether it fires or not.
    let rules: [Interval]

    init(_ context: LintContext) {
        let solver = context.solver
        rules = zip(context.policy.rules, context.truths).map { rule, truth in
            rule.isMonitor ? Interval(0) : Self.contribution(of: rule, truth, solver)
        }
        let sum = rules.reduce(Interval(0), +)
        total = Interval(low: min(100, max(0, sum.low)), high: min(100, max(0, sum.high)))
    }

    private static func contribution(of rule: CheckedPolicy.Rule, _ truth: LintContext.RuleTruth, _ solver: Solver) -> Interval {
        guard rule.score != nil || rule.treatment != nil else { return Interval(0) }
        var possible: [Interval] = []
        let mayBeUnknown = truth.mayBeUnknown
        if truth.canBeTrue, rule.score != nil { possible.append(score(of: rule, solver)) }
        if truth.canBeFalse || mayBeUnknown || possible.isEmpty { possible.append(Interval(0)) }
        if mayBeUnknown {
            switch rule.treatment {
            case .score(let value)?: possible.append(Interval(Double(value)))
            case .fire?: if rule.score != nil { possible.append(score(of: rule, solver)) }
            case .skip?, nil: break
            }
        }
        return possible.dropFirst().reduce(possible[0]) { $0.hull($1) }
    }

    /// What the rule adds when it fires.
    static func score(of rule: CheckedPolicy.Rule, _ solver: Solver) -> Interval {
        guard let term = rule.score else { return Interval(0) }
        if let fixed = term.constant?.number {
            let capped = rule.scoreCap.map { min(fixed, Double($0)) } ?? fixed
            return Interval(capped).rounded()
        }
        let inlined = solver.domains.inlined(term)
        var interval = solver.domains.interval(inlined, conjuncts(rule, solver), solver.key).rounded()
        if let cap = rule.scoreCap.map(Double.init) { interval = Interval(low: min(interval.low, cap), high: min(interval.high, cap)) }
        return interval
    }

    /// The facts that hold whenever the condition is true: those of its parts joined by `and`.
    private static func conjuncts(_ rule: CheckedPolicy.Rule, _ solver: Solver) -> Facts {
        guard rule.treatment != .fire else { return Facts() }
        var goals: [Solver.Goal] = []
        func gather(_ term: Term) {
            if case .logical(.and, let parts) = term.kind { parts.forEach(gather) } else if case .logical = term.kind {} else { goals.append(.init(term, true)) }
        }
        gather(solver.domains.inlined(rule.condition))
        return solver.solution(goals.filter { if case .not = $0.term.kind { false } else { true } }) ?? Facts()
    }
}
