import WaryLanguage
import WaryVocabulary

/// What a policy that decides nothing said beside a decision: a shadow, or the monitor rules of the live policy itself.
public struct ShadowAnswer: Sendable, Hashable {
    /// `name@version`
    public var policy: String
    public var outcome: Outcome
    /// 0…100
    public var score: Int
    public var isDegraded: Bool
    /// Rules by their index in the policy, monitors apart.
    public var fired: [Int]
    public var monitored: [Int]
    /// The one rule without which it would have been milder.
    public var decisive: Int?

    public init(_ policy: String, _ evaluation: Evaluation, decisive: Int?) {
        self.policy = policy
        outcome = evaluation.outcome
        score = evaluation.score
        isDegraded = evaluation.isDegraded
        fired = Array(evaluation.fired)
        monitored = Array(evaluation.monitored)
        self.decisive = decisive
    }

    /// As far as it is kept.
    var evaluation: Evaluation {
        Evaluation(outcome: outcome, score: score, isDegraded: isDegraded, fired: RuleList(fired), monitored: RuleList(monitored))
    }
}

/// The answers beside one decision, as its record keeps them.
enum ShadowNote {
    private static let version: UInt8 = 1

    /// The version; then each answer: policy, outcome, score, degraded, decisive rule + 1, and the rules, each list with its
    /// length before it. Numbers take two bytes, the low one first; a policy has at most 500 rules.
    static func bytes(_ answers: [ShadowAnswer]) -> [UInt8] {
        guard !answers.isEmpty else { return [] }
        var bytes = [version]
        func add(_ number: Int) {
            bytes.append(UInt8(truncatingIfNeeded: number))
            bytes.append(UInt8(truncatingIfNeeded: number >> 8))
        }
        for answer in answers {
            add(answer.policy.utf8.count)
            bytes += answer.policy.utf8
            bytes.append(UInt8(Outcome.allCases.firstIndex(of: answer.outcome) ?? 0))
            bytes.append(UInt8(clamping: answer.score))
            bytes.append(answer.isDegraded ? 1 : 0)
            add((answer.decisive ?? -1) + 1)
            for list in [answer.fired, answer.monitored] {
                add(list.count)
                for rule in list { add(rule) }
            }
        }
        return bytes
    }

    /// None for what `bytes` did not make.
    static func answers(_ bytes: [UInt8]) -> [ShadowAnswer] {
        guard bytes.first == version else { return [] }
        var rest = bytes.dropFirst()
        func number() -> Int? {
            guard let low = rest.popFirst(), let high = rest.popFirst() else { return nil }
            return Int(low) | Int(high) << 8
        }
        func list() -> [Int]? {
            guard let count = number(), rest.count >= 2 * count else { return nil }
            return (0..<count).compactMap { _ in number() }
        }
        var answers: [ShadowAnswer] = []
        while !rest.isEmpty {
            guard let count = number(), rest.count >= count, let policy = String(validating: rest.prefix(count), as: UTF8.self)
            else { return answers }
            rest = rest.dropFirst(count)
            guard let outcome = rest.popFirst(), Int(outcome) < Outcome.allCases.count, let score = rest.popFirst(),
                  let degraded = rest.popFirst(), let decisive = number(), let fired = list(), let monitored = list() else { return answers }
            let evaluation = Evaluation(outcome: Outcome.allCases[Int(outcome)], score: Int(score), isDegraded: degraded != 0,
                                        fired: RuleList(fired), monitored: RuleList(monitored))
            answers.append(ShadowAnswer(policy, evaluation, decisive: decisive == 0 ? nil : decisive - 1))
        }
        return answers
    }
}
