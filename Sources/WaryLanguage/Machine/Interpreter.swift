import WaryVocabulary

/// The machine's loop. It works on the registers' raw memory, which the program's compiler alone addresses: every register
/// number is below `registerCount`, every jump inside the code, every call no deeper than `callDepth`.
struct Interpreter {
    let registers: Registers
    let words: UnsafeMutablePointer<Word>
    let states: UnsafeMutablePointer<UInt8>

    init(_ registers: Registers) {
        self.registers = registers
        words = registers.words
        states = registers.states
    }

    /// Runs from an instruction on, the first unless said otherwise, until the program ends.
    func run(_ source: inout some EvaluationSource, from start: Int = 0) {
        registers.program.code.withUnsafeBufferPointer { code in
            var pc = start
            var depth = 0
            while true {
                let step = code[pc]
                pc += 1
                switch step.op {
                case .fetchSignal, .fetchInput, .fetchAggregate:
                    if states[Int(step.target)] == SlotState.empty { fetch(step, &source) }
                case .call:
                    if states[Int(step.target)] == SlotState.empty {
                        registers.calls[depth] = Int32(pc)
                        depth += 1
                        pc = Int(step.b)
                    }
                case .leave:
                    copy(step.a, step.target)
                    depth -= 1
                    pc = Int(registers.calls[depth])
                case .move: copy(step.a, step.target)
                case .jumpIfFalse: if states[Int(step.a)] == SlotState.known, !words[Int(step.a)].isTrue { pc = Int(step.b) }
                case .jumpIfTrue: if states[Int(step.a)] == SlotState.known, words[Int(step.a)].isTrue { pc = Int(step.b) }
                case .jumpIfKnown: if states[Int(step.a)] == SlotState.known { pc = Int(step.b) }
                case .compareInt: compareInt(step)
                case .compareDouble: compareDouble(step)
                case .settle: if !settle(step) { pc = Int(step.c) }
                case .addScore: addScore(step)
                case .finishRules: finishRules()
                case .line: if holds(step) { return }
                case .otherwise:
                    registers.line = Int(step.b)
                    return
                case .halt:
                    copy(step.a, Int32(registers.program.score))
                    return
                default: other(step)
                }
            }
        }
    }

    private func other(_ step: Instruction) {
        switch step.op {
        case .not, .and, .or, .isKnown, .isUnknown, .fired: logic(step)
        case .compareText, .compareAddress, .compareNetwork: compareOther(step)
        case .rangeInt, .rangeDouble, .rangeText, .rangeClock: range(step)
        case .inIndex, .inRegisters, .inFactors, .matches, .factorSet: member(step)
        case .lower, .length, .distanceBetween: textual(step)
        default: arithmetic(step)
        }
    }

    @inline(__always)
    func copy(_ from: Int32, _ to: Int32) {
        words[Int(to)] = words[Int(from)]
        states[Int(to)] = states[Int(from)]
    }

    @inline(__always)
    func set(_ target: Int32, _ word: Word) {
        words[Int(target)] = word
        states[Int(target)] = SlotState.known
    }

    /// True when both operands are known; else makes the target unknown.
    @inline(__always)
    func bothKnown(_ step: Instruction) -> Bool {
        let a = states[Int(step.a)], b = states[Int(step.b)]
        if a == SlotState.known, b == SlotState.known { return true }
        states[Int(step.target)] = SlotState.merged(a, b)
        return false
    }

    @inline(__always)
    func isKnown(_ step: Instruction) -> Bool {
        let a = states[Int(step.a)]
        if a == SlotState.known { return true }
        states[Int(step.target)] = a
        return false
    }

    @inline(never)
    private func fetch(_ step: Instruction, _ source: inout some EvaluationSource) {
        let program = registers.program
        let index = Int(step.a)
        switch step.op {
        case .fetchSignal:
            registers.store(source.signal(program.signals[index]), as: program.signalTypes[index], in: Int(step.target))
        case .fetchInput:
            let input = program.inputs[index]
            var reading = source.input(index, input)
            if case .unknown = reading, let value = input.defaultValue { reading = .known(value) }
            registers.store(reading, as: input.type, in: Int(step.target))
        default:
            registers.store(source.aggregate(index, program.aggregates[index]), as: program.aggregateTypes[index], in: Int(step.target))
        }
    }

    private func logic(_ step: Instruction) {
        let a = states[Int(step.a)]
        switch step.op {
        case .not: if isKnown(step) { set(step.target, Word(bool: !words[Int(step.a)].isTrue)) }
        case .isKnown: set(step.target, Word(bool: a == SlotState.known))
        case .isUnknown: set(step.target, Word(bool: a != SlotState.known))
        case .fired: set(step.target, Word(bool: registers.ruleStates[Int(step.a)].fires))
        default:
            // `a` has not decided alone: a known `a` is true under `and`, false under `or`, so `b` decides, or is unknown.
            let b = states[Int(step.b)]
            let decisive = step.op == .or
            if b == SlotState.known, words[Int(step.b)].isTrue == decisive {
                set(step.target, Word(bool: decisive))
            } else if bothKnown(step) {
                set(step.target, Word(bool: !decisive))
            }
        }
    }
}
