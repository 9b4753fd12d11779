import Crypto
import WaryVocabulary

/// Prints terms so that two texts are equal only when they mean the same: names resolved, units gone, no layout.
final class Canonical: Sendable {
    let inputs: [CheckedPolicy.Input]
    let lists: [CheckedPolicy.List]
    let aggregates: [CheckedPolicy.Aggregate]
    let regexes: [Regex]
    let bindingNames: [String]
    let ruleNames: [String]
    /// In a policy's text a list stands by name, in an aggregate's, which is compared across policies, by its digest.
    let listsByDigest: Bool

    init(_ checker: ExpressionChecker) {
        inputs = checker.inputs
        lists = checker.lists
        aggregates = checker.aggregates
        regexes = checker.regexes
        bindingNames = checker.symbols.bindings.map(\.name.text)
        ruleNames = []
        listsByDigest = true
    }

    init(_ policy: CheckedPolicy, listsByDigest: Bool = false) {
        inputs = policy.inputs
        lists = policy.lists
        aggregates = policy.aggregates
        regexes = policy.regexes
        bindingNames = policy.bindings.map(\.name)
        ruleNames = policy.rules.map(\.name)
        self.listsByDigest = listsByDigest
    }

    func text(of term: Term) -> String {
        switch term.kind {
        case .constant(let datum): Self.text(of: datum)
        case .signal(let id): id.rawValue
        case .input(let index): listsByDigest ? "input:\(inputs[index].input.name):\(inputs[index].input.type)" : inputs[index].input.name
        case .aggregate(let index): aggregates[index].definition.text
        case .binding(let index): bindingNames[index]
        case .list(let index): listsByDigest ? "list:\(Self.digest(of: lists[index]))" : lists[index].name
        case .key(let kind): "key:\(kind.rawValue)"
        case .score: "score"
        case .fired(let rule): "fired(\(ruleNames[rule]))"
        case .not(let a): "not(\(text(of: a)))"
        case .negate(let a): "-(\(text(of: a)))"
        case .widen(let a): "decimal(\(text(of: a)))"
        case .logical(let op, let parts): "(" + parts.map(text).joined(separator: " \(op.rawValue) ") + ")"
        case .compare(let op, let a, let b): "(\(text(of: a)) \(op.rawValue) \(text(of: b)))"
        case .member(let a, let set, let isNegated): "(\(text(of: a)) \(isNegated ? "not in" : "in") \(text(of: set)))"
        case .inRange(let a, let low, let high, let isNegated):
            "(\(text(of: a)) \(isNegated ? "not in" : "in") \(text(of: low))..\(text(of: high)))"
        case .between(let a, let low, let high): "(\(text(of: a)) between \(text(of: low)) and \(text(of: high)))"
        case .matches(let a, let regex): "(\(text(of: a)) matches /\(regexes[regex].pattern)/\(regexes[regex].flags))"
        case .isKnown(let a, let isNegated): "(\(text(of: a)) is \(isNegated ? "unknown" : "known"))"
        case .fallback(let a, let b): "(\(text(of: a)) ?? \(text(of: b)))"
        case .arithmetic(let op, let a, let b): "(\(text(of: a)) \(op.rawValue) \(text(of: b)))"
        case .call(let function, let parts): "\(function.rawValue)(\(parts.map(text).joined(separator: ", ")))"
        case .set(let parts): "[\(parts.map(text).joined(separator: ", "))]"
        case .invalid: "invalid"
        }
    }

    /// With its type and in full precision.
    static func text(of datum: Datum) -> String {
        switch datum {
        case .bool(let value): String(value)
        case .int(let value): String(value)
        case .decimal(let value): "decimal:\(value)"
        case .text(let value): Format.quoted(value)
        case .duration(let value): Format.exactDuration(value)
        case .distance(let value): "\(value) metres"
        case .speed(let value): "\(value) metres/second"
        case .instant(let value): value.description
        case .timeOfDay(let minutes): Format.clock(minutes)
        case .weekday(let value): "weekday:\(value)"
        case .ip(let value): value.description
        case .network(let value): value.description
        case .asn(let value): "AS\(value)"
        case .country(let value): "country:\(value)"
        case .factor(let value): "factor:\(value.rawValue)"
        case .point(let value): "point:\(value.latitude),\(value.longitude)"
        case .set(let elements): "[\(elements.map(text).sorted().joined(separator: ", "))]"
        }
    }

    static func aggregate(_ function: AggregateDefinition.Function, _ field: String?, _ event: EventKind, _ keys: [KeyKind],
                          _ extent: AggregateDefinition.Extent, _ condition: String?) -> String {
        var text = "\(function.rawValue)("
        if function == .new { text += field ?? "" } else { text += (field.map { "\($0) of " } ?? "") + event.rawValue }
        text += " by " + keys.map(\.rawValue).joined(separator: ", ")
        switch extent {
        case .within(let milliseconds): text += " within \(Format.exactDuration(milliseconds))"
        case .since(let kind): text += " since \(kind)"
        case .ever: break
        }
        return text + (condition.map { " where \($0)" } ?? "") + ")"
    }

    /// SHA-256 of a list's entries; their order and repetitions do not count.
    static func digest(of list: CheckedPolicy.List) -> String {
        var hash = SHA256()
        for entry in Set(list.entries.map(text)).sorted() { hash.update(data: Array((entry + "\n").utf8)) }
        return hex(hash.finalize())
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension Canonical {
    /// The whole policy: everything that bears on a decision or on what an answer says.
    static func text(of policy: CheckedPolicy) -> String {
        let printer = Canonical(policy)
        var lines = ["wary 1", "policy \(policy.name) \(policy.title.map(Format.quoted) ?? "-")", "for \(policy.event)",
                     "on_error \(outcome(policy.onError, policy.onErrorFactors))", "no_factor \(policy.noFactor.rawValue)",
                     "timezone \(policy.timeZone ?? "-")"]
        for input in policy.inputs.map(\.input).sorted(by: { $0.name < $1.name }) {
            lines.append("input \(input.name): \(input.type)\(input.isFromClient ? " from client" : "")"
                + (input.defaultValue.map { " default \(text(of: $0))" } ?? ""))
        }
        for list in policy.lists.sorted(by: { $0.name < $1.name }) {
            lines.append("list \(list.name) of \(list.elementType) sha256:\(digest(of: list))")
        }
        for binding in policy.bindings.sorted(by: { $0.name < $1.name }) {
            lines.append("let \(binding.name) = \(printer.text(of: binding.term))")
        }
        lines += policy.rules.map { printer.line(of: $0) }
        for line in policy.lines {
            lines.append("decide \(outcome(line.outcome, line.factors)) " + (line.condition.map { "when \(printer.text(of: $0))" } ?? "otherwise"))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func line(of rule: CheckedPolicy.Rule) -> String {
        var text = "rule \(rule.name)\(rule.isMonitor ? " monitor" : "") \(rule.title.map(Format.quoted) ?? "-") when \(self.text(of: rule.when))"
        if let unless = rule.unless { text += " unless \(self.text(of: unless))" }
        switch rule.treatment {
        case .skip?: text += " unknown skip"
        case .fire?: text += " unknown fire"
        case .score(let value)?: text += " unknown score \(value)"
        case nil: break
        }
        if let score = rule.score { text += " score \(self.text(of: score))" + (rule.scoreCap.map { " up to \($0)" } ?? "") }
        if rule.stepsUp { text += " " + Self.outcome(.stepUp, rule.factors) }
        if rule.denies { text += " deny" }
        if !rule.notify.isEmpty { text += " notify \(rule.notify.joined(separator: ", "))" }
        if !rule.tags.isEmpty { text += " tag \(rule.tags.map(Format.quoted).joined(separator: ", "))" }
        return text
    }

    private static func outcome(_ outcome: Outcome, _ factors: [Factor]?) -> String {
        outcome.rawValue + (factors.map { " " + $0.map(\.rawValue).joined(separator: ", ") } ?? "")
    }
}
