import WaryVocabulary

/// What sets two policies apart: their parts by meaning, not by layout, and made-up sign-ins that they decide differently.
public struct PolicyDifference: Sendable {
    /// What became of a part.
    public enum Change: String, Sendable, Hashable {
        case added, removed
        /// The same under another name.
        case renamed
        /// It fires, scores or acts differently: an example has been found.
        case changed
        /// Written otherwise, and no example has been found on which it differs.
        case rewritten
    }

    /// One clause of a part, as either policy has it, in canonical form with lets replaced; nil where it has none.
    public struct Clause: Sendable, Hashable {
        public let name: String
        public let before: String?
        public let after: String?
    }

    /// A rule, `decide`, or a setting.
    public struct Part: Sendable, Hashable {
        /// `rule`, `decide`, `policy`, `input`.
        public let kind: String
        public let name: String
        public internal(set) var change: Change
        /// The clauses that differ; all of them for a part that only one policy has.
        public let clauses: [Clause]
    }

    /// What one policy says of a witness.
    public struct Verdict: Sendable, Hashable {
        public let outcome: Outcome
        public let factors: [Factor]
        public let score: Int
        /// Names, monitors apart.
        public let fired: [String]
    }

    /// A made-up sign-in that the policies decide differently; both have been run on it.
    public struct Witness: Sendable, Hashable {
        /// What differs from an ordinary sign-in, with values in the language's own notation, or the code of an unknown.
        public let values: [NamedText]
        public let before: Verdict
        public let after: Verdict
        /// The rules that fire or score for one and not alike for the other.
        public let rules: [String]
    }

    public internal(set) var parts: [Part] = []
    /// One for each region found: each pair of decisions with the rules that tell them apart; the simplest first.
    public internal(set) var witnesses: [Witness] = []
    /// Regions that were found beyond those listed.
    public internal(set) var further = 0
    /// Sign-ins that both policies were run on.
    public internal(set) var tried = 0

    /// The same parts and no sign-in that tells them apart.
    public var isEmpty: Bool { parts.isEmpty && witnesses.isEmpty }

    /// Compares two policies.
    /// - Parameters:
    ///   - trials: sign-ins to run both on at most; more finds rarer regions.
    ///   - seed: of the search; the same gives the same result.
    public init(from old: CompiledPolicy, to new: CompiledPolicy, trials: Int = Self.trials, seed: UInt64 = 1) {
        parts = PartComparison(old, new).parts
        guard old.version != new.version else { return }
        var search = DifferenceSearch(old, new, seed: seed)
        search.run(trials: trials)
        tried = search.tried
        witnesses = search.witnesses(limit: Self.regions)
        further = search.regions - witnesses.count
        for index in parts.indices where parts[index].change == .rewritten && search.differs(parts[index]) {
            parts[index].change = .changed
        }
    }

    /// Sign-ins that are tried where nothing else is said: some seconds at most.
    public static let trials = 60_000
    /// Witnesses that are listed.
    static let regions = 40
}
