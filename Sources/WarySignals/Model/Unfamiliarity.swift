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

/// Percentiles of the score for a service that has too few good sign-ins to have its own: those of the first 500 good
/// sign-ins of 48 simulated services of 20 to 500 people, 24,000 in all, as `swift run -c release SignalsBenchmark percentiles`
/// prints them. The hump near −2 is people's first sign-ins, of which the model knows nothing yet.
enum FirstPercentiles {
    private static let table: [(score: Double, share: Double)] = [
        (-17.27, 0), (-14.99, 0.01), (-13.6, 0.05), (-12.79, 0.1), (-11.35, 0.25), (-8.06, 0.5), (-7, 0.6), (-2.15, 0.7),
        (-2.06, 0.75), (-1.92, 0.8), (-1.77, 0.85), (-1.44, 0.9), (-0.35, 0.95), (0.49, 0.98), (1.06, 0.99), (2.37, 0.999),
        (4.03, 1),
    ]

    /// Between two lines of the table in proportion.
    static func share(below score: Double) -> Double {
        guard let above = table.firstIndex(where: { $0.score > score }) else { return 1 }
        guard above > 0 else { return 0 }
        let (low, high) = (table[above - 1], table[above])
        return low.share + (high.share - low.share) * (score - low.score) / (high.score - low.score)
    }
}
