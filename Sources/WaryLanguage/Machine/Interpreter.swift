import WaryVocabulary

/// Where an instruction lies.
typealias Step = UnsafePointer<Instruction>

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
        let code = registers.code.start
        var next = code + start
        var depth = 0
        while true {
            let step = next
            next += 1
            switch step.pointee.op {
            case .fetchSignal:
                if states[Int(step.pointee.target)] == SlotState.empty { registers.fill(step, source.signal(registers.signals[step.pointee.a])) }
            case .fetchAggregate:
                if states[Int(step.pointee.target)] == SlotState.empty {
                    registers.fill(step, source.aggregate(Int(step.pointee.a), registers.aggregates[step.pointee.a]))
                }
            case .fetchInput: if states[Int(step.pointee.target)] == SlotState.empty { fetchInput(step, &source) }
            case .call:
                if states[Int(step.pointee.target)] == SlotState.empty {
                    registers.calls[depth] = next
                    depth += 1
                    next = code + Int(step.pointee.b)
                }
            case .leave:
                copy(step.pointee.a, step.pointee.target)
                depth -= 1
                next = registers.calls[depth]
            case .move: copy(step.pointee.a, step.pointee.target)
            case .jumpIfFalse: if states[Int(step.pointee.a)] == SlotState.known, !words[Int(step.pointee.a)].isTrue { next = code + Int(step.pointee.b) }
            case .jumpIfTrue: if states[Int(step.pointee.a)] == SlotState.known, words[Int(step.pointee.a)].isTrue { next = code + Int(step.pointee.b) }
            case .jumpIfKnown: if states[Int(step.pointee.a)] == SlotState.known { next = code + Int(step.pointee.b) }
            case .moveUnlessFalse:
                copy(step.pointee.a, step.pointee.target)
                if states[Int(step.pointee.a)] == SlotState.known, !words[Int(step.pointee.a)].isTrue { next = code + Int(step.pointee.b) }
            case .moveUnlessTrue:
                copy(step.pointee.a, step.pointee.target)
                if states[Int(step.pointee.a)] == SlotState.known, words[Int(step.pointee.a)].isTrue { next = code + Int(step.pointee.b) }
            case .testInt: if testInt(step) { next = code + Int(step.pointee.c) }
            case .testDouble: if testDouble(step) { next = code + Int(step.pointee.c) }
            case .and: join(step, decisive: false)
            case .or: join(step, decisive: true)
            case .inNetworks, .inWords, .inTexts: lookUp(step)
            case .compareInt: compareInt(step)
            case .compareDouble: compareDouble(step)
            case .settle: if !settle(step) { next = code + Int(step.pointee.c) }
            case .addScore: addScore(step)
            case .finishRules: finishRules()
            case .line: if holds(step) { return }
            case .otherwise:
                registers.line = Int(step.pointee.b)
                return
            case .halt:
                copy(step.pointee.a, Int32(registers.program.score))
                return
            default: other(step)
            }
        }
    }

    private func other(_ step: Step) {
        switch step.pointee.op {
        case .not, .isKnown, .isUnknown, .fired: logic(step)
        case .compareText, .compareAddress, .compareNetwork: compareOther(step)
        case .rangeInt, .rangeDouble, .rangeText, .rangeClock: range(step)
        case .inRegisters, .inFactors, .matches, .factorSet: member(step)
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
    func bothKnown(_ step: Step) -> Bool {
        let a = states[Int(step.pointee.a)], b = states[Int(step.pointee.b)]
        if a == SlotState.known, b == SlotState.known { return true }
        states[Int(step.pointee.target)] = SlotState.merged(a, b)
        return false
    }

    @inline(__always)
    func isKnown(_ step: Step) -> Bool {
        let a = states[Int(step.pointee.a)]
        if a == SlotState.known { return true }
        states[Int(step.pointee.target)] = a
        return false
    }

    private func fetchInput(_ step: Step, _ source: inout some EvaluationSource) {
        let input = registers.inputs[step.pointee.a]
        var reading = source.input(Int(step.pointee.a), input)
        if case .unknown = reading, let value = input.defaultValue { reading = .known(value) }
        registers.fill(step, reading)
    }

    private func logic(_ step: Step) {
        let a = states[Int(step.pointee.a)]
        switch step.pointee.op {
        case .not: if isKnown(step) { set(step.pointee.target, Word(bool: !words[Int(step.pointee.a)].isTrue)) }
        case .isKnown: set(step.pointee.target, Word(bool: a == SlotState.known))
        case .isUnknown: set(step.pointee.target, Word(bool: a != SlotState.known))
        default: set(step.pointee.target, Word(bool: registers.ruleStates[Int(step.pointee.a)].fires))
        }
    }

    /// `and` and `or`. `a` has not decided alone: a known `a` is true under `and`, false under `or`, so `b` decides, or is
    /// unknown.
    @inline(__always)
    private func join(_ step: Step, decisive: Bool) {
        if states[Int(step.pointee.b)] == SlotState.known, words[Int(step.pointee.b)].isTrue == decisive {
            set(step.pointee.target, Word(bool: decisive))
        } else if bothKnown(step) {
            set(step.pointee.target, Word(bool: !decisive))
        }
    }
}
