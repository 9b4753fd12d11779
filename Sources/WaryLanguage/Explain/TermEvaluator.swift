import WaryVocabulary

/// Evaluates terms over what the machine has read. Slow and plain; for explanations only. Nil stands for what the machine
/// did not get to: it was not needed for the answer.
final class TermEvaluator {
    let policy: CheckedPolicy
    let program: Program
    let registers: Registers

    init(policy: CheckedPolicy, program: Program, registers: Registers) {
        self.policy = policy
        self.program = program
        self.registers = registers
    }

    func value(_ term: Term) -> Reading? {
        switch term.kind {
        case .constant(let datum): return .known(datum)
        case .signal, .input, .aggregate, .binding, .score: return leaf(term)
        case .fired(let rule): return .known(.bool(registers.ruleStates[rule].fires))
        case .not(let inner): return value(inner).map { Self.map($0) { if case .bool(let truth) = $0 { .bool(!truth) } else { nil } } }
        case .logical(let op, let parts): return kleene(op, parts)
        case .isKnown(let inner, let isNegated): return value(inner).map { .known(.bool(($0.datum != nil) != isNegated)) }
        case .fallback(let first, let second):
            guard let reading = value(first) else { return nil }
            return reading.datum != nil ? reading : value(second)
        case .list, .set, .key, .invalid: return nil
        default: return strict(term)
        }
    }

    private func leaf(_ term: Term) -> Reading? {
        let type = term.type ?? .bool
        switch term.kind {
        case .signal(let id):
            return program.signals.firstIndex(of: id).flatMap { registers.reading(program.firstSignal + $0, as: type) }
        case .input(let index): return registers.reading(program.firstInput + index, as: type)
        case .aggregate(let index): return registers.reading(program.firstAggregate + index, as: type)
        case .binding(let index):
            if case .set(let element) = type, element != .factor { return nil }
            return registers.reading(program.firstBinding + index, as: type)
        default: return registers.reading(program.score, as: .int)
        }
    }

    private func kleene(_ op: LogicalOperator, _ parts: [Term]) -> Reading? {
        var result: Reading? = .known(.bool(op == .and))
        for part in parts {
            guard let reading = value(part) else {
                if result?.datum != nil { result = nil }
                continue
            }
            if reading == .known(.bool(op == .or)) { return reading }
            if reading.datum == nil, result == nil || result?.datum != nil || reading == .unavailable { result = reading }
        }
        return result
    }

    /// What is unknown where any operand is.
    private func strict(_ term: Term) -> Reading? {
        var operands: [Datum] = []
        var missing: Reading?
        for child in term.children {
            switch child.kind {
            case .list(let index):
                operands.append(.set(policy.lists[index].entries))
                continue
            case .set(let parts):
                guard let elements = elements(parts, &missing) else { return nil }
                operands.append(.set(elements))
                continue
            default: break
            }
            guard let reading = value(child) else { return nil }
            if let datum = reading.datum { operands.append(datum) } else if missing == nil || reading == .unavailable { missing = reading }
        }
        if let missing { return missing }
        return TermArithmetic.apply(term, operands, registers: registers, regexes: policy.regexes)
    }

    private func elements(_ parts: [Term], _ missing: inout Reading?) -> [Datum]? {
        var elements: [Datum] = []
        for part in parts {
            guard let reading = value(part) else { return nil }
            if let datum = reading.datum { elements.append(datum) } else if missing == nil || reading == .unavailable { missing = reading }
        }
        return elements
    }

    private static func map(_ reading: Reading, _ change: (Datum) -> Datum?) -> Reading {
        guard case .known(let datum) = reading else { return reading }
        return change(datum).map(Reading.known) ?? .unknown(.failed)
    }
}
