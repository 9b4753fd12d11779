import Glibc
import WaryVocabulary

extension Interpreter {
    @inline(__always)
    func compareInt(_ step: Step) {
        guard bothKnown(step) else { return }
        let a = words[Int(step.pointee.a)].int, b = words[Int(step.pointee.b)].int
        set(step.pointee.target, Word(bool: step.pointee.flag & (a < b ? 1 : a == b ? 2 : 4) != 0))
    }

    @inline(__always)
    func compareDouble(_ step: Step) {
        guard bothKnown(step) else { return }
        let a = words[Int(step.pointee.a)].double, b = words[Int(step.pointee.b)].double
        set(step.pointee.target, Word(bool: step.pointee.flag & (a < b ? 1 : a == b ? 2 : 4) != 0))
    }

    /// A comparison that also decides for the `and` or `or` it begins, or for its whole rule: true when it jumps.
    @inline(__always)
    func testInt(_ step: Step) -> Bool {
        guard bothKnown(step) else { return false }
        let a = words[Int(step.pointee.a)].int, b = words[Int(step.pointee.b)].int
        let holds = step.pointee.flag & (a < b ? 1 : a == b ? 2 : 4) != 0
        set(step.pointee.target, Word(bool: holds))
        return holds == (step.pointee.flag & 8 != 0)
    }

    @inline(__always)
    func testDouble(_ step: Step) -> Bool {
        guard bothKnown(step) else { return false }
        let a = words[Int(step.pointee.a)].double, b = words[Int(step.pointee.b)].double
        let holds = step.pointee.flag & (a < b ? 1 : a == b ? 2 : 4) != 0
        set(step.pointee.target, Word(bool: holds))
        return holds == (step.pointee.flag & 8 != 0)
    }

    func compareOther(_ step: Step) {
        guard bothKnown(step) else { return }
        let a = words[Int(step.pointee.a)], b = words[Int(step.pointee.b)]
        let outcome: UInt8
        switch step.pointee.op {
        case .compareText:
            let order = Self.order(a.text, b.text)
            outcome = order < 0 ? 1 : order == 0 ? 2 : 4
        case .compareNetwork: outcome = registers.networks[Int(a.a)] == registers.networks[Int(b.a)] ? 2 : 1
        default: outcome = a.a == b.a && a.b == b.b ? 2 : 1
        }
        set(step.pointee.target, Word(bool: step.pointee.flag & outcome != 0))
    }

    /// Byte for byte; a text that begins another comes before it.
    static func order(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Int {
        if let first = a.baseAddress, let second = b.baseAddress {
            let order = memcmp(first, second, min(a.count, b.count))
            if order != 0 { return Int(order) }
        }
        return a.count - b.count
    }

    func range(_ step: Step) {
        let c = states[Int(step.pointee.c)]
        guard bothKnown(step), c == SlotState.known else {
            if states[Int(step.pointee.a)] == SlotState.known, states[Int(step.pointee.b)] == SlotState.known { states[Int(step.pointee.target)] = c }
            else if c != SlotState.known { states[Int(step.pointee.target)] = SlotState.merged(states[Int(step.pointee.target)], c) }
            return
        }
        let a = words[Int(step.pointee.a)], low = words[Int(step.pointee.b)], high = words[Int(step.pointee.c)]
        let isInside: Bool = switch step.pointee.op {
        case .rangeInt: a.int >= low.int && a.int <= high.int
        case .rangeDouble: a.double >= low.double && a.double <= high.double
        case .rangeText: Self.order(a.text, low.text) >= 0 && Self.order(a.text, high.text) <= 0
        default:
            low.int <= high.int ? a.int >= low.int && a.int < high.int : a.int >= low.int || a.int < high.int
        }
        set(step.pointee.target, Word(bool: isInside != (step.pointee.flag & 1 == 1)))
    }

    func member(_ step: Step) {
        switch step.pointee.op {
        case .inFactors:
            if bothKnown(step) {
                let bit = FactorSet([Factor.allCases[Int(words[Int(step.pointee.a)].a)]]).rawValue
                set(step.pointee.target, Word(bool: UInt8(truncatingIfNeeded: words[Int(step.pointee.b)].a) & bit != 0))
            }
        case .matches:
            guard isKnown(step) else { return }
            switch registers.scratch.find(registers.regexes[step.pointee.b], in: words[Int(step.pointee.a)].text) {
            case .found: set(step.pointee.target, Word(bool: true))
            case .absent: set(step.pointee.target, Word(bool: false))
            case .failed: states[Int(step.pointee.target)] = SlotState.unknown(.failed)
            }
        case .inRegisters: inRegisters(step)
        default: factorSet(step)
        }
    }

    /// Looks a value up in a constant set.
    @inline(__always)
    func lookUp(_ step: Step) {
        guard isKnown(step) else { return }
        let word = words[Int(step.pointee.a)]
        let isOther = step.pointee.flag & 2 != 0
        let isIn: Bool = switch step.pointee.op {
        case .inNetworks:
            isOther ? isNetworkIn(step)
                : registers.networkIndices[step.pointee.b].contains(IPAddress(high: word.a, low: word.b))
        case .inWords: registers.wordIndices[step.pointee.b].contains(isOther ? (word.double + 0).bitPattern : word.a)
        default: registers.textIndices[step.pointee.b].contains(word.text)
        }
        set(step.pointee.target, Word(bool: isIn != (step.pointee.flag & 1 != 0)))
    }

    @inline(never)
    private func isNetworkIn(_ step: Step) -> Bool {
        registers.networkIndices[step.pointee.b].contains(registers.networks[Int(words[Int(step.pointee.a)].a)])
    }

    private func inRegisters(_ step: Step) {
        var state = states[Int(step.pointee.a)]
        var isFound = false
        for register in Int(step.pointee.b)..<Int(step.pointee.b + step.pointee.c) {
            if states[register] != SlotState.known || state != SlotState.known {
                state = state == SlotState.known ? states[register] : states[register] == SlotState.known ? state : SlotState.merged(state, states[register])
                continue
            }
            isFound = isFound || equal(words[Int(step.pointee.a)], words[register], step.pointee.flag)
        }
        if state == SlotState.known { set(step.pointee.target, Word(bool: isFound)) } else { states[Int(step.pointee.target)] = state }
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

    private func factorSet(_ step: Step) {
        var factors: FactorSet = []
        var state = SlotState.known
        for register in Int(step.pointee.b)..<Int(step.pointee.b + step.pointee.c) {
            if states[register] == SlotState.known {
                factors.formUnion(FactorSet([Factor.allCases[Int(words[register].a)]]))
            } else {
                state = state == SlotState.known ? states[register] : SlotState.merged(state, states[register])
            }
        }
        if state == SlotState.known { set(step.pointee.target, Word(UInt64(factors.rawValue))) } else { states[Int(step.pointee.target)] = state }
    }
}
