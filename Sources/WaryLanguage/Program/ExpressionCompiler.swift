import WaryVocabulary

extension ProgramCompiler {
    /// Emits what computes a term, and says in which register its value then lies.
    mutating func value(_ term: Term) -> Int {
        switch term.kind {
        case .constant(let datum): return constant(datum, term.type ?? .bool)
        case .signal(let id):
            let ordinal = signalSlots[id] ?? 0
            let slot = Region.signal.register(ordinal)
            fetch(.fetchSignal, slot, ordinal, SignalCatalogue.entry(id).type)
            return slot
        case .input(let index): return input(index)
        case .key(let kind): return input(keySlots[kind] ?? 0)
        case .aggregate(let index):
            let slot = Region.aggregate.register(index)
            fetch(.fetchAggregate, slot, index, layout.aggregateTypes[index])
            return slot
        case .binding(let index):
            let slot = Region.binding.register(index)
            if filled.insert(slot) { bindingCalls.append((emit(.init(op: .call, target: Int32(slot), a: Int32(index))), index)) }
            return slot
        case .score: return Region.score.register(0)
        default:
            let target = temporary()
            compute(term, into: target)
            return target
        }
    }

    private mutating func input(_ index: Int) -> Int {
        let slot = Region.input.register(index)
        fetch(.fetchInput, slot, index, layout.inputs[index].type)
        return slot
    }

    /// Nothing where an instruction that always comes first has filled the slot.
    private mutating func fetch(_ op: Opcode, _ slot: Int, _ ordinal: Int, _ type: ValueType) {
        if filled.insert(slot) { emit(.init(op: op, flag: TypeTag(type).rawValue, target: Int32(slot), a: Int32(ordinal))) }
    }

    private mutating func compute(_ term: Term, into target: Int) {
        let mark = temporaries
        defer { temporaries = mark }
        switch term.kind {
        case .not(let inner): not(inner, target)
        case .negate(let inner): unary(term.representation == .double ? .negateDouble : .negateInt, inner, target)
        case .widen(let inner): unary(.intToDouble, inner, target)
        case .isKnown(let inner, let isNegated): unary(isNegated ? .isUnknown : .isKnown, inner, target)
        case .logical(let op, let parts): logical(op, parts, target)
        case .compare(let op, let a, let b): compare(op, a, b, target)
        case .member(let item, let set, let isNegated): member(item, set, isNegated, target)
        case .inRange(let item, let low, let high, let isNegated):
            range(item, low, high, isNegated, wraps: item.type == .timeOfDay, target)
        case .between(let item, let low, let high): range(item, low, high, false, wraps: false, target)
        case .matches(let text, let regex): unary(.matches, text, target, b: regex)
        case .fallback(let first, let second): fallback(first, second, target)
        case .arithmetic(let op, let a, let b): arithmetic(op, a, b, term.type ?? .int, target)
        case .call(let function, let parts): call(function, parts, target)
        case .fired(let rule): emit(.init(op: .fired, target: Int32(target), a: Int32(rule)))
        case .set(let parts): factorSet(parts, target)
        case .constant, .signal, .input, .key, .aggregate, .binding, .list, .score, .invalid: break
        }
    }

    private mutating func unary(_ op: Opcode, _ inner: Term, _ target: Int, b: Int = 0) {
        let a = value(inner)
        emit(.init(op: op, target: Int32(target), a: Int32(a), b: Int32(b)))
    }

    private mutating func binary(_ op: Opcode, _ left: Term, _ right: Term, _ target: Int, flag: UInt8 = 0) {
        let a = value(left)
        let b = value(right)
        emit(.init(op: op, flag: flag, target: Int32(target), a: Int32(a), b: Int32(b)))
    }

    /// The first part decides alone where it can; the others are reached only while nothing is decided.
    private mutating func logical(_ op: LogicalOperator, _ parts: [Term], _ target: Int) {
        let parts = parts.flatMap { $0.parts(joinedBy: op) }
        var jumps: [Int] = []
        jumps.append(first(parts[0], op, target))
        let filledBefore = filled.mark
        for (index, part) in parts.enumerated().dropFirst() {
            let mark = temporaries
            let next = value(part)
            emit(.init(op: op == .and ? .and : .or, target: Int32(target), a: Int32(target), b: Int32(next)))
            temporaries = mark
            if index < parts.count - 1 { jumps.append(emit(.init(op: op == .and ? .jumpIfFalse : .jumpIfTrue, a: Int32(target)))) }
        }
        filled.restore(filledBefore)
        for jump in jumps { setTarget(of: jump, to: code.count) }
    }

    /// Computes the first part of an `and` or `or` where the whole is to lie; says which instruction jumps when it decides.
    private mutating func first(_ part: Term, _ op: LogicalOperator, _ target: Int) -> Int {
        if part.isSlot {
            let register = value(part)
            return emit(.init(op: op == .and ? .moveUnlessFalse : .moveUnlessTrue, target: Int32(target), a: Int32(register)))
        }
        compute(part, into: target)
        return jumpAfterComparison(of: target, when: op == .or)
            ?? emit(.init(op: op == .and ? .jumpIfFalse : .jumpIfTrue, a: Int32(target)))
    }

    /// `not` costs nothing where what it negates can say the opposite itself. Unknown stays unknown, for the same reason.
    private mutating func not(_ inner: Term, _ target: Int) {
        switch inner.kind {
        case .compare(let op, let a, let b): compare(op.negated, a, b, target)
        case .member(let item, let set, let isNegated): member(item, set, !isNegated, target)
        case .inRange(let item, let low, let high, let isNegated):
            range(item, low, high, !isNegated, wraps: item.type == .timeOfDay, target)
        case .between(let item, let low, let high): range(item, low, high, true, wraps: false, target)
        default: unary(.not, inner, target)
        }
    }

    private mutating func compare(_ op: ComparisonOperator, _ a: Term, _ b: Term, _ target: Int) {
        let opcode: Opcode = switch a.representation {
        case .int: .compareInt
        case .double: .compareDouble
        case .text: .compareText
        case .address, .point, .factors: .compareAddress
        case .network: .compareNetwork
        }
        binary(opcode, a, b, target, flag: op.flag)
    }

    private mutating func member(_ item: Term, _ set: Term, _ isNegated: Bool, _ target: Int) {
        let element = item.type ?? .bool
        let constants: [Datum]? = switch set.kind {
        case .constant(.set(let entries)): entries
        case .list(let list): policy.lists[list].entries
        default: nil
        }
        if let constants {
            let a = value(item)
            let (op, index) = memberIndex(set, constants, element)
            let flag: UInt8 = (isNegated ? 1 : 0) | (element == .network || item.representation == .double ? 2 : 0)
            emit(.init(op: op, flag: flag, target: Int32(target), a: Int32(a), b: Int32(index)))
            return
        }
        if case .set(let parts) = set.kind {
            inRegisters(item, parts, target)
        } else {
            binary(.inFactors, item, set, target)
        }
        if isNegated { emit(.init(op: .not, target: Int32(target), a: Int32(target))) }
    }

    private mutating func memberIndex(_ set: Term, _ entries: [Datum], _ element: ValueType) -> (op: Opcode, index: Int) {
        guard case .list(let list) = set.kind else { return indices.add(entries, element: element) }
        if let known = listIndices[policy.lists[list].name] { return known }
        let added = indices.add(entries, element: element)
        listIndices[policy.lists[list].name] = added
        return added
    }

    /// A set with elements that are not constants: they are put side by side and looked through.
    private mutating func inRegisters(_ item: Term, _ parts: [Term], _ target: Int) {
        let a = value(item)
        let first = adjacent(parts)
        let isNetworks = parts.first?.type == .network
        let representation = item.type == .ip && isNetworks ? UInt8.max : item.representation.rawValue
        emit(.init(op: .inRegisters, flag: representation, target: Int32(target), a: Int32(a), b: Int32(first), c: Int32(parts.count)))
    }

    private mutating func adjacent(_ parts: [Term]) -> Int {
        let registers = parts.map { _ in temporary() }
        for (part, register) in zip(parts, registers) {
            let mark = temporaries
            let a = value(part)
            emit(.init(op: .move, target: Int32(register), a: Int32(a)))
            temporaries = mark
        }
        return registers.first ?? 0
    }

    private mutating func factorSet(_ parts: [Term], _ target: Int) {
        let first = adjacent(parts)
        emit(.init(op: .factorSet, target: Int32(target), b: Int32(first), c: Int32(parts.count)))
    }

    private mutating func range(_ item: Term, _ low: Term, _ high: Term, _ isNegated: Bool, wraps: Bool, _ target: Int) {
        let a = value(item), b = value(low), c = value(high)
        let op: Opcode = switch item.representation {
        case .double: .rangeDouble
        case .text: .rangeText
        default: wraps ? .rangeClock : .rangeInt
        }
        emit(.init(op: op, flag: isNegated ? 1 : 0, target: Int32(target), a: Int32(a), b: Int32(b), c: Int32(c)))
    }

    private mutating func fallback(_ first: Term, _ second: Term, _ target: Int) {
        let a = value(first)
        emit(.init(op: .move, target: Int32(target), a: Int32(a)))
        let jump = emit(.init(op: .jumpIfKnown, a: Int32(target)))
        let mark = filled.mark
        let b = value(second)
        filled.restore(mark)
        emit(.init(op: .move, target: Int32(target), a: Int32(b)))
        code[jump].b = Int32(code.count)
    }
}

extension Term {
    var representation: Representation { type.map(Representation.init) ?? .int }

    /// Whether its value lies in a register of its own, which must not be written to.
    fileprivate var isSlot: Bool {
        switch kind {
        case .constant, .signal, .input, .key, .aggregate, .binding, .score, .list, .invalid: true
        default: false
        }
    }

    /// `a and (b and c)` means what `a and b and c` does, reasons for what is unknown included.
    fileprivate func parts(joinedBy op: LogicalOperator) -> [Term] {
        if case .logical(op, let parts) = kind { parts.flatMap { $0.parts(joinedBy: op) } } else { [self] }
    }
}

extension ComparisonOperator {
    /// Bit 0: less, bit 1: equal, bit 2: greater: the comparison's outcomes for which it holds.
    var flag: UInt8 {
        switch self {
        case .less: 1
        case .equal: 2
        case .greater: 4
        case .lessOrEqual: 3
        case .greaterOrEqual: 6
        case .notEqual: 5
        }
    }
}
