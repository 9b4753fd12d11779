import Glibc
import WaryHistory

/// Hierarchical Pitman–Yor likelihood ratios: how unlike an account's own past a sign-in is, weighed against how common
/// such sign-ins are for everyone. Positive: an attacker is the better explanation.
///
/// Novelty costs ln((n + θ) / (θ + dK)): it grows with a stable history and shrinks for those whose address changes
/// anyway. Coarse and fine levels are chained, not added. The formulas are RISK_MODEL's.
enum HierarchicalModel {
    /// Of the account's process: discount and concentration.
    static let ownDiscount = 0.65
    static let ownConcentration = 1.5
    /// Of the population's.
    static let everyoneDiscount = 0.5
    static let everyoneConcentration = 1.0
    /// The share of an attacker's values that are drawn evenly rather than as the population's are.
    static let rareShare = 0.25
    /// No level says more than this, in nats.
    static let levelBound = 6.0
    static let deviceWeight = 0.75
    static let priorWeight = 0.5

    /// The even probability of a value at each level, before anything is known.
    static func base(_ level: HabitLevel) -> Double {
        switch level {
        case .country: 1 / 200
        case .network: 1 / 300
        case .subnet: 1 / 4096
        case .address: 1 / 256
        case .deviceKind: 1 / 5
        case .system: 1 / 8
        case .browser: 1 / 12
        case .browserVersion: 1 / 30
        case .agent: 1 / 200
        }
    }

    /// One level's term, unweighted.
    static func term(_ evidence: HabitEvidence.Level) -> Double {
        guard evidence.isKnown else { return 0 }
        let base = base(evidence.level)
        let everyone = evidence.everyone, own = evidence.own
        let common = everyone.total == 0 ? base
            : (max(Double(everyone.count) - everyoneDiscount, 0)
                + (everyoneConcentration + everyoneDiscount * Double(everyone.distinct)) * base)
                / (Double(everyone.total) + everyoneConcentration)
        let personal = own.total == 0 ? common
            : (max(Double(own.count) - ownDiscount, 0) + (ownConcentration + ownDiscount * Double(own.distinct)) * common)
                / (Double(own.total) + ownConcentration)
        let attacker = (1 - rareShare) * common + rareShare * base
        return min(levelBound, max(-levelBound, log(attacker / personal)))
    }

    /// How much likelier an attacker is to try this account than its owner is to sign in: busy accounts sign in often.
    /// Zero for an account without a good sign-in.
    static func prior(_ evidence: HabitEvidence) -> Double {
        guard evidence.ownSignIns > 0, evidence.accounts > 0, evidence.signIns > 0 else { return 0 }
        return priorWeight * log(Double(evidence.signIns) / (Double(evidence.accounts) * Double(evidence.ownSignIns)))
    }
}
