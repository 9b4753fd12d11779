import WaryHistory
import WaryVocabulary

/// The model's word on one sign-in: a score in nats and what it is made of.
public struct Unfamiliarity: Hashable, Sendable {
    /// One summand, as the full explanation shows it.
    public struct Term: Hashable, Sendable {
        public var name: String
        /// Weighted, in nats: positive is strange.
        public var value: Double
        /// Why it could not be computed, and is 0.
        public var missing: UnknownReason?
    }

    public let terms: [Term]
    /// In nats.
    public let score: Double
    /// The share of the service's good sign-ins that were less strange, as 0…100.
    public let percentile: Int

    init(terms: [Term], scores: ScoreDistribution) {
        self.terms = terms
        score = terms.reduce(0) { $0 + $1.value }
        let share = scores.share(below: score) ?? FirstPercentiles.share(below: score)
        percentile = Int((100 * share).rounded(.down))
    }
}

/// Percentiles of the score for a service that has too few good sign-ins to have its own: those of simulated ones.
enum FirstPercentiles {
    private static let table: [(score: Double, share: Double)] = [
        (-14, 0), (-11, 0.1), (-9.5, 0.25), (-8, 0.5), (-6, 0.7), (-4, 0.8), (-2, 0.88), (0, 0.93), (2, 0.96), (4, 0.98),
        (7, 0.99), (12, 0.999), (20, 1),
    ]

    /// Between two lines of the table in proportion.
    static func share(below score: Double) -> Double {
        guard let above = table.firstIndex(where: { $0.score > score }) else { return 1 }
        guard above > 0 else { return 0 }
        let (low, high) = (table[above - 1], table[above])
        return low.share + (high.share - low.share) * (score - low.score) / (high.score - low.score)
    }
}
