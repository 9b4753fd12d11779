import WaryLanguage
import WaryVocabulary

extension ReferenceInterpreter {
    mutating func evaluate(_ expression: Expression) -> Value {
        switch expression.kind {
        case .literal(.datum(let datum)): return .known(datum)
        case .parenthesised(let inner): return evaluate(inner)
        case .score: return .known(.int(score))
        case .path(let name): return named(name)
        case .not(let inner): return Self.not(evaluate(inner))
        case .logical(let op, let parts): return logical(op, parts)
        case .isKnown(let inner, let isNegated):
            if case .known = evaluate(inner) { return .known(.bool(!isNegated)) }
            return .known(.bool(isNegated))
        case .fallback(let first, let second):
            let value = evaluate(first)
            if case .known = value { return value }
            return evaluate(second)
        case .comparison(let op, let a, let b):
            return strict([evaluate(a), evaluate(b)]) { ReferenceArithmetic.compare(op, $0[0], $0[1]) }
        case .between(let item, let low, let high):
            return strict([evaluate(item), evaluate(low), evaluate(high)]) { v in
                .known(.bool(ReferenceArithmetic.order(v[1], v[0]) <= 0 && ReferenceArithmetic.order(v[0], v[2]) <= 0))
            }
        case .membership(let item, let isNegated, let container): return membership(item, isNegated, container)
        case .matches(let text, let regex):
            return strict([evaluate(text)]) { .known(.bool(ReferenceArithmetic.matches($0[0], regex))) }
        case .negate(let inner): return arithmetic([evaluate(inner)]) { ReferenceArithmetic.negate($0[0]) }
        case .arithmetic(let op, let a, let b): return arithmetic([evaluate(a), evaluate(b)]) { ReferenceArithmetic.apply(op, $0[0], $0[1]) }
        case .call(let name, let arguments): return call(name.text, arguments)
        case .aggregate(let syntax): return reading(source.aggregates[Self.text(of: syntax)] ?? .unknown(.failed))
        case .set, .missing, .literal: return .failed
        }
    }

    private mutating func logical(_ op: LogicalOperator, _ parts: [Expression]) -> Value {
        let decisive = Value.known(.bool(op == .or))
        var result = Value.known(.bool(op == .and))
        for part in parts {
            let value = evaluate(part)
            if value == decisive { return decisive }
            if value == .failed || (value == .unknown && result != .failed) { result = value }
        }
        return result
    }

    private mutating func named(_ name: String) -> Value {
        if let binding = bindings[name] {
            if let known = evaluated[name] { return known }
            let value = evaluate(binding)
            evaluated[name] = value
            return value
        }
        if let input = inputs[name] {
            let reading = source.inputs[name] ?? .unknown(.notSent)
            if case .unknown = reading, let value = input.defaultValue { return evaluate(value) }
            return self.reading(reading)
        }
        if let id = SignalID(rawValue: name) { return reading(source.signals[id] ?? .unknown(.notSent)) }
        if let factor = Factor(rawValue: name) { return .known(.factor(factor)) }
        return .failed
    }

    private mutating func reading(_ reading: Reading) -> Value {
        switch reading {
        case .known(let datum): return .known(datum)
        case .unknown: return .unknown
        case .unavailable:
            isDegraded = true
            return .failed
        }
    }

    private func strict(_ values: [Value], _ apply: ([Datum]) -> Value) -> Value {
        if values.contains(.failed) { return .failed }
        var data: [Datum] = []
        for case .known(let datum) in values { data.append(datum) }
        return data.count == values.count ? apply(data) : .unknown
    }

    /// An operation that may overflow.
    private mutating func arithmetic(_ values: [Value], _ apply: ([Datum]) -> Value) -> Value {
        if values.contains(.failed) { return .failed }
        let result = strict(values, apply)
        if result == .failed { isDegraded = true }
        return result
    }

    private mutating func membership(_ item: Expression, _ isNegated: Bool, _ container: Expression.Container) -> Value {
        switch container {
        case .range(let low, let high):
            return strict([evaluate(item), evaluate(low), evaluate(high)]) { v in
                .known(.bool(ReferenceArithmetic.inRange(v[0], v[1], v[2]) != isNegated))
            }
        case .expression(let set):
            var elements: [Value] = []
            switch set.kind {
            case .set(let parts): elements = parts.map { evaluate($0) }
            case .path(let name) where lists[name] != nil:
                if case .set(let entries)?? = lists[name].map(\.source), case .set(let parts) = entries.kind { elements = parts.map { evaluate($0) } }
            default:
                let item = evaluate(item)
                guard case .known(.set(let members)) = evaluate(set) else { return .unknown }
                return strict([item]) { v in .known(.bool(members.contains { ReferenceArithmetic.holds($0, v[0]) } != isNegated)) }
            }
            let item = evaluate(item)
            return strict([item] + elements) { v in .known(.bool(v.dropFirst().contains { ReferenceArithmetic.holds($0, v[0]) } != isNegated)) }
        }
    }

    private mutating func call(_ name: String, _ arguments: [Expression]) -> Value {
        if name == "fired", case .path(let rule) = arguments[0].kind { return .known(.bool(firedRules.contains(rule))) }
        return arithmetic(arguments.map { evaluate($0) }) { ReferenceArithmetic.call(name, $0) }
    }

    /// The aggregate's canonical text; the generator writes no other.
    static func text(of syntax: AggregateSyntax) -> String {
        PolicyGenerator.aggregates.map(\.text).first { text in
            let keys = syntax.keys.map(\.text)
            let head = syntax.function.text + "(" + (syntax.field.map { $0.text + (syntax.event == nil ? "" : " of ") } ?? "") + (syntax.event?.text ?? "") + " by "
            return text.hasPrefix(head) && text.dropFirst(head.count).hasPrefix(keys.joined(separator: ", ")) && {
                let rest = text.dropFirst(head.count + keys.joined(separator: ", ").count)
                switch syntax.extent {
                case .within(let milliseconds, _): return [600_000: " within 10m", 3_600_000: " within 1h", 300_000: " within 5m", 86_400_000: " within 1d",
                                                           7_200_000: " within 2h", 2_592_000_000: " within 30d"][milliseconds].map { rest.hasPrefix($0) } ?? false
                case .since(let name): return rest.hasPrefix(" since \(name.text)")
                case nil: return rest == ")"
                }
            }()
        } ?? ""
    }
}
