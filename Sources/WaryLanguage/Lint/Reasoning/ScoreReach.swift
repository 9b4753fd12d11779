import WaryVocabulary

extension CompiledPolicy {
    /// The smallest and the largest score that the rules can come to, clamped to 0…100: by interval arithmetic, each rule taken
    /// by itself, so that it never leaves out a score that can be.
    public var possibleScore: ClosedRange<Int> {
        let total = ScoreRange(LintContext(self, trees: [], used: [])).total
        return Int(total.low)...Int(total.high)
    }

    /// What a rule can add when it fires, by its name; nil where it has no score or there is no such rule. A side without
    /// end is nil.
    public func possiblePoints(of rule: String) -> (least: Int?, most: Int?)? {
        guard let rule = checked.rules.first(where: { $0.name == rule }), rule.score != nil else { return nil }
        let range = ScoreRange.score(of: rule, Solver(checked))
        return (Int(exactly: range.low), Int(exactly: range.high))
    }
}
