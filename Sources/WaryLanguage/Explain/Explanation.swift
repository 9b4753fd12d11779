/// How much an answer explains.
public enum ExplanationLevel: String, Sendable, Hashable, CaseIterable {
    case none, fired, full
}

/// A name as the policy's author wrote it, and a value or a code.
public struct NamedText: Sendable, Hashable {
    public var name: String
    public var text: String
    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}

/// A rule that fired.
public struct Reason: Sendable, Hashable {
    public var rule: String
    /// The rule's title, or its name where it has none.
    public var text: String
    /// What it added to the score; nil where the rule has no `score`.
    public var score: Int?
    /// The values that made it fire, formatted for people: `29136 km/h`.
    public var because: [NamedText]
    public init(rule: String, text: String, score: Int?, because: [NamedText]) {
        self.rule = rule
        self.text = text
        self.score = score
        self.because = because
    }
}

/// A rule that could not be evaluated.
public struct UnknownRule: Sendable, Hashable {
    public var rule: String
    /// What it added all the same, by `unknown score N` or `unknown fire`.
    public var score: Int?
    /// What was missing, with the code of `UnknownReason`.
    public var missing: [NamedText]
    public init(rule: String, score: Int?, missing: [NamedText]) {
        self.rule = rule
        self.score = score
        self.missing = missing
    }
}

/// One rule in a full explanation.
public struct RuleExplanation: Sendable, Hashable {
    public enum State: String, Sendable, Hashable {
        case fired
        case notFired = "not_fired"
        case unknown
        /// Unknown, and its author wants it to fire then.
        case firedUnknown = "fired_unknown"
        case monitored
        case monitorNotFired = "monitor_not_fired"
        case monitorUnknown = "monitor_unknown"
    }
    /// One value that the rule looked at, beside what it was compared with.
    public struct Observation: Sendable, Hashable {
        public var name: String
        /// The value formatted for people, or the unknown's code.
        public var value: String
        public var isKnown: Bool
        /// `> 900 km/h`; nil for a bare truth value.
        public var threshold: String?
        /// Whether the comparison holds; nil where it is unknown.
        public var holds: Bool?
        public init(name: String, value: String, isKnown: Bool, threshold: String?, holds: Bool?) {
            self.name = name
            self.value = value
            self.isKnown = isKnown
            self.threshold = threshold
            self.holds = holds
        }
    }
    public var rule: String
    public var text: String
    public var state: State
    public var observations: [Observation]
    /// What it added to the score.
    public var contribution: Int
    /// Its other effects when it fired, as written: `deny`, `step_up webauthn`.
    public var effects: [String]
    public init(rule: String, text: String, state: State, observations: [Observation], contribution: Int, effects: [String]) {
        self.rule = rule
        self.text = text
        self.state = state
        self.observations = observations
        self.contribution = contribution
        self.effects = effects
    }
}

/// The smallest change of rules' states that would have given another answer.
public struct Counterfactual: Sendable, Hashable {
    public struct Change: Sendable, Hashable {
        public var rule: String
        /// True: had it fired; false: had it not.
        public var fires: Bool
        public init(rule: String, fires: Bool) {
            self.rule = rule
            self.fires = fires
        }
    }
    /// What would have been decided: `allow`, `step_up`, `deny`.
    public var outcome: String
    public var changes: [Change]
    public init(outcome: String, changes: [Change]) {
        self.outcome = outcome
        self.changes = changes
    }
}

/// The parts of an answer that say why.
public struct Explanation: Sendable, Hashable {
    public var reasons: [Reason]
    public var unknown: [UnknownRule]
    /// The monitor rules that fired.
    public var monitored: [Reason]
    /// Every rule, at level `full` only.
    public var rules: [RuleExplanation]?
    /// At level `full`: how a milder and a stricter answer would have come about; nil where none can.
    public var milder: Counterfactual?
    public var stricter: Counterfactual?
    /// At level `full`: by how many points the rules' sum, before it is clamped, would have to fall (negative) or rise to
    /// change the outcome; nil where no score does.
    public var marginToMilder: Int?
    public var marginToStricter: Int?
    public init(reasons: [Reason] = [], unknown: [UnknownRule] = [], monitored: [Reason] = [], rules: [RuleExplanation]? = nil,
                milder: Counterfactual? = nil, stricter: Counterfactual? = nil, marginToMilder: Int? = nil, marginToStricter: Int? = nil) {
        self.reasons = reasons
        self.unknown = unknown
        self.monitored = monitored
        self.rules = rules
        self.milder = milder
        self.stricter = stricter
        self.marginToMilder = marginToMilder
        self.marginToStricter = marginToStricter
    }
}
