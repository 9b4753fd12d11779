import WaryVocabulary

/// What a policy decided about one event. Rules are named by their index in `CompiledPolicy.rules`.
public struct Evaluation: Sendable, Equatable {
    public var outcome: Outcome
    /// With `stepUp` only: the permitted factors that the account has, in order; all permitted ones when it is not known
    /// which it has.
    public var factors: [Factor]
    /// 0…100
    public var score: Int
    /// History could not be read or arithmetic overflowed, so the outcome is at least the policy's `on_error`.
    public var isDegraded: Bool
    /// The rules that fired, monitors apart, in the order of declaration.
    public var fired: RuleList
    /// The rules, monitors included, whose condition or score is unknown; one that fires on unknown is in `fired` as well.
    public var unknown: RuleList
    /// The monitor rules that fired.
    public var monitored: RuleList
    /// Whom the app should tell; each once.
    public var notify: [String]
    public var tags: [String]
    /// The outcome is more severe than what `decide` alone would have given.
    public var decidedByRules: Bool

    public init(outcome: Outcome, factors: [Factor] = [], score: Int = 0, isDegraded: Bool = false, fired: RuleList = RuleList(),
                unknown: RuleList = RuleList(), monitored: RuleList = RuleList(), notify: [String] = [], tags: [String] = [],
                decidedByRules: Bool = false) {
        self.outcome = outcome
        self.factors = factors
        self.score = score
        self.isDegraded = isDegraded
        self.fired = fired
        self.unknown = unknown
        self.monitored = monitored
        self.notify = notify
        self.tags = tags
        self.decidedByRules = decidedByRules
    }
}
