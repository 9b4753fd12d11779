import Glibc
import WaryVocabulary

extension Interpreter {
    @inline(__always)
    func compareInt(_ step: Instruction) {
        guard bothKnown(step) else { return }
        let a = words[Int(step.a)].int, b = words[Int(step.b)].int
        set(step.target, Word(bool: step.flag & (a < b ? 1 : a == b ? 2 : 4) != 0))
    }

    @inline(__always)
    func compareDouble(_ step: Instruction) {
        guard bothKnown(step) else { return }
        let a = words[Int(step.a)].double, b = words[Int(step.b)].double
        set(step.target, Word(bool: step.flag & (a < b ? 1 : a == b ? 2 : 4) != 0))
    }

    func compareOther(_ step: Instruction) {
        guard bothKnown(step) else { return }
        let a = words[Int(step.a)], b = words[Int(step.b)]
        let outcome: UInt8
        switch step.op {
        case .compareText:
            let order = Self.order(a.text, b.text)
            outcome = order < 0 ? 1 : order == 0 ? 2 : 4
        case .compareNetwork: outcome = registers.networks[Int(a.a)] == registers.networks[Int(b.a)] ? 2 : 1
        default: outcome = a.a == b.a && a.b == b.b ? 2 : 1
        }
        set(step.target, Word(bool: step.flag & outcome != 0))
    }

    /// Byte for byte; a text that begins another comes before it.
    static func order(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Int {
        if let first = a.baseAddress, let second = b.baseAddress {
            let order = memcmp(first, second, min(a.count, b.count))
            if order != 0 { return Int(order) }
        }
        return a.count - b.count
    }

    func range(_ step: Instruction) {
        let c = states[Int(step.c)]
        guard bothKnown(step), c == SlotState.known else {
            if states[Int(step.a)] == SlotState.known, states[Int(step.b)] == SlotState.known { states[Int(step.target)] = c }
            else if c != SlotState.known { states[Int(step.target)] = SlotState.merged(states[Int(step.target)], c) }
            return
        }
        let a = words[Int(step.a)], low = words[Int(step.b)], high = words[Int(step.c)]
        let isInside: Bool = switch step.op {
        case .rangeInt: a.int >= low.int && a.int <= high.int
        case .rangeDouble: a.double >= low.double && a.double <= high.double
        case .rangeText: Self.order(a.text, low.text) >= 0 && Self.order(a.text, high.text) <= 0
        default:
            low.int <= high.int ? a.int >= low.int && a.int < high.int : a.int >= low.int || a.int < high.int
        }
        set(step.target, Word(bool: isInside != (step.flag & 1 == 1)))
    }

    func member(_ step: Instruction) {
        switch step.op {
        case .inIndex: if isKnown(step) { set(step.target, Word(bool: contains(registers.program.indices[Int(step.b)], words[Int(step.a)], step))) }
        case .inFactors:
            if bothKnown(step) {
                let bit = FactorSet([Factor.allCases[Int(words[Int(step.a)].a)]]).rawValue
                set(step.target, Word(bool: UInt8(truncatingIfNeeded: words[Int(step.b)].a) & bit != 0))
            }
        case .matches:
            guard isKnown(step) else { return }
            switch registers.scratch.find(registers.program.regexes[Int(step.b)], in: words[Int(step.a)].text) {
            case .found: set(step.target, Word(bool: true))
            case .absent: set(step.target, Word(bool: false))
            case .failed: states[Int(step.target)] = SlotState.unknown(.failed)
            }
        case .inRegisters: inRegisters(step)
        default: factorSet(step)
        }
    }

    private func contains(_ index: MemberIndex, _ word: Word, _ step: Instruction) -> Bool {
        switch index {
        case .networks(let networks):
            step.flag == 1 ? networks.contains(registers.networks[Int(word.a)]) : networks.contains(IPAddress(high: word.a, low: word.b))
        case .words(let words): words.contains(step.flag == 2 ? (word.double + 0).bitPattern : word.a)
        case .texts(let texts): texts.contains(word.text)
        }
    }

    private func inRegisters(_ step: Instruction) {
        var state = states[Int(step.a)]
        var isFound = false
        for register in Int(step.b)..<Int(step.b + step.c) {
            if states[register] != SlotState.known || state != SlotState.known {
                state = state == SlotState.known ? states[register] : states[register] == SlotState.known ? state : SlotState.merged(state, states[register])
                continue
            }
            isFound = isFound || equal(words[Int(step.a)], words[register], step.flag)
        }
        if state == SlotState.known { set(step.target, Word(bool: isFound)) } else { states[Int(step.target)] = state }
    }

    private func equal(_ a: Word, _ b: Word, _ flag: UInt8) -> Bool {
        guard let representation = Representation(rawValue: flag) else {
            return registers.networks[Int(b.a)].contains(IPAddress(high: a.a, low: a.b))
        }
        switch representation {
        case .double: return a.double == b.double
        case .text: return Self.order(a.text, b.text) == 0
        case .network: return registers.networks[Int(b.a)].contains(registers.networks[Int(a.a)])
        default: return a.a == b.a && a.b == b.b
        }
    }

    private func factorSet(_ step: Instruction) {
        var factors: FactorSet = []
        var state = SlotState.known
        for register in Int(step.b)..<Int(step.b + step.c) {
            if states[register] == SlotState.known {
                factors.formUnion(FactorSet([Factor.allCases[Int(words[register].a)]]))
            } else {
                state = state == SlotState.known ? states[register] : SlotState.merged(state, states[register])
            }
        }
        if state == SlotState.known { set(step.target, Word(UInt64(factors.rawValue))) } else { states[Int(step.target)] = state }
    }
}
