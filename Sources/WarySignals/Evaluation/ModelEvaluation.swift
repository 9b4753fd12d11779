import WaryVocabulary

/// A model's figures on a labelled history.
public struct ModelEvaluation: Sendable {
    /// One kind of attack.
    public struct Row: Sendable {
        public var kind: String
        public var attacks: Int
        /// The area under the receiver operating characteristic.
        public var areaUnderCurve: Double
        /// Shares caught when 1 % and 10 % of good sign-ins are challenged.
        public var caughtAt1Percent: Double
        public var caughtAt10Percent: Double
        /// The median over accounts of step-ups in the first 12 and 39 sign-ins, at the threshold that catches 99.5 % of
        /// this kind; nil where no account has so many.
        public var stepUpsIn12: Double?
        public var stepUpsIn39: Double?
        public var curve: [(challenged: Double, caught: Double)]
    }

    /// By kind, and last all attacks together.
    public let rows: [Row]
    public let goodSignIns: Int
    /// Attempts that are neither labelled attacks nor ended as good sign-ins.
    public let leftOut: Int

    /// - Parameters:
    ///   - attempts: in order.
    ///   - kind: the attack an attempt was part of; nil for none.
    public init(_ attempts: [ScoredAttempt], kind: (ScoredAttempt) -> String?) {
        var good: [Double] = [], attacks: [String: [Double]] = [:], byAccount: [String: [Double]] = [:], leftOut = 0
        for attempt in attempts {
            if let kind = kind(attempt) {
                attacks[kind, default: []].append(attempt.score)
            } else if attempt.isGood {
                good.append(attempt.score)
                byAccount[attempt.account, default: []].append(attempt.score)
            } else {
                leftOut += 1
            }
        }
        let ranks = RankStatistics(good: good)
        func row(_ kind: String, _ scores: [Double]) -> Row? {
            guard let area = ranks.areaUnderCurve(scores) else { return nil }
            let strict = RankStatistics.threshold(catching: 0.995, of: scores) ?? .infinity
            return Row(kind: kind, attacks: scores.count, areaUnderCurve: area,
                       caughtAt1Percent: RankStatistics.caught(scores, above: ranks.threshold(challenging: 0.01)) ?? 0,
                       caughtAt10Percent: RankStatistics.caught(scores, above: ranks.threshold(challenging: 0.1)) ?? 0,
                       stepUpsIn12: Self.medianStepUps(byAccount, first: 12, above: strict),
                       stepUpsIn39: Self.medianStepUps(byAccount, first: 39, above: strict), curve: ranks.curve(scores))
        }
        var rows = attacks.sorted { $0.key < $1.key }.compactMap { row($0.key, $0.value) }
        if rows.count > 1, let all = row("all attacks", attacks.values.flatMap(\.self)) { rows.append(all) }
        self.rows = rows
        goodSignIns = good.count
        self.leftOut = leftOut
    }

    /// Over the accounts that have so many sign-ins. The very first has no past and is no part of the scores; a service
    /// without a past asks for it in any case.
    private static func medianStepUps(_ scores: [String: [Double]], first count: Int, above threshold: Double) -> Double? {
        let counts = scores.values.filter { $0.count >= count - 1 }
            .map { 1 + $0.prefix(count - 1).count { $0 > threshold } }.sorted()
        guard !counts.isEmpty else { return nil }
        let middle = counts.count / 2
        return counts.count % 2 == 1 ? Double(counts[middle]) : Double(counts[middle - 1] + counts[middle]) / 2
    }
}
