import WaryVocabulary

/// The published model, for comparison: Freeman, Jain, Dürmuth, Biggio and Giacinto, "Who Are You?" (NDSS 2016), equation
/// 7 without attack data, smoothed as das-group/rba-algorithm does it. It learns from good sign-ins, in memory.
public struct FreemanModel: Sendable {
    public enum Feature: Hashable, Sendable, CaseIterable {
        /// Address, autonomous system, country.
        case address
        /// User agent, browser with version, operating system with version, kind of device.
        case agent

        /// From the finest level on.
        var weights: [Double] {
            switch self {
            case .address: [0.6, 0.3, 0.1]
            case .agent: [0.5386653840551359, 0.2680451498625666, 0.18818295100109536, 0.0051065150812021525]
            }
        }

        /// The event's values from the finest level on.
        func values(_ fields: EventFields) -> [String] {
            switch self {
            case .address:
                return [fields.ip?.description ?? "", fields.network.asn.map { "\($0)" } ?? "",
                        fields.position.country?.description ?? ""]
            case .agent:
                let facts = fields.agentFacts
                return [fields.agent ?? "", facts.map { "\($0.browser) \($0.browserVersion)" } ?? "",
                        facts.map { "\($0.os) \($0.osVersion)" } ?? "", facts?.kind.rawValue ?? ""]
            }
        }
    }

    /// What has been seen of one feature.
    private struct Counts: Sendable {
        /// Sign-ins by level and value.
        var all: [[String: Int]]
        /// By account, level and value.
        var own: [String: [[String: Int]]] = [:]
        /// Pairs of a finest value and a coarser one, and how many a finest value has.
        var pairs: Set<[String]> = []
        var pairCounts: [String: Int] = [:]

        init(levels: Int) { all = Array(repeating: [:], count: levels) }

        mutating func learn(_ account: String, _ values: [String]) {
            for (level, value) in values.enumerated() {
                all[level][value, default: 0] += 1
                own[account, default: Array(repeating: [:], count: values.count)][level][value, default: 0] += 1
                if level > 0, pairs.insert([values[0], "\(level)", value]).inserted { pairCounts[values[0], default: 0] += 1 }
            }
        }
    }

    private var counts: [Feature: Counts] = [:]
    private var accounts: [String: Int] = [:]
    private var signIns = 0

    public init() {}

    /// Takes in a good sign-in.
    public mutating func learn(_ fields: EventFields) {
        signIns += 1
        accounts[fields.account, default: 0] += 1
        for feature in Feature.allCases {
            let values = feature.values(fields)
            counts[feature, default: Counts(levels: values.count)].learn(fields.account, values)
        }
    }

    /// How much likelier an attacker is than the account's owner; greater is stranger. Nil for an account without a good
    /// sign-in, of which the model says nothing.
    public func score(_ fields: EventFields, features: Set<Feature> = Set(Feature.allCases)) -> Double? {
        guard let own = accounts[fields.account] else { return nil }
        var score = (1 / Double(accounts.count)) / (Double(own) / Double(signIns))
        for feature in Feature.allCases where features.contains(feature) {
            score *= ratio(feature, fields, own)
        }
        return score
    }

    /// The feature's probability for everyone over that for the account.
    private func ratio(_ feature: Feature, _ fields: EventFields, _ ownSignIns: Int) -> Double {
        guard let seen = counts[feature], let own = seen.own[fields.account] else { return 1 }
        let values = feature.values(fields), weights = feature.weights
        let finest = Double(seen.all[0][values[0]] ?? 0)
        let unseen = Double(1 + seen.all.dropFirst().reduce(0) { $0 + $1.count })
        let backing = finest > 0 ? finest / (Double(signIns) + unseen) : 1 / (Double(signIns) + unseen)
        let trust = finest > 0 ? finest / (finest + Double(1 + (seen.pairCounts[values[0]] ?? 0))) : 1
        var everyone = weights[0] * trust * backing, personal = 0.0
        for (level, value) in values.enumerated() {
            if level > 0 { everyone += weights[level] * Double(seen.all[level][value] ?? 0) / Double(signIns) }
            personal += weights[level] * Double(own[level][value] ?? 0) / Double(ownSignIns)
        }
        return everyone / (personal > 0 ? personal : everyone / 4)
    }
}
