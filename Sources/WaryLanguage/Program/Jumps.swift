/// The slots that are surely filled at the place the compiler is at: what fills one on every way there need not be asked for
/// again.
struct FilledSlots {
    private var slots: Set<Int> = []
    private var order: [Int] = []

    /// True where the slot was not known to be filled.
    mutating func insert(_ slot: Int) -> Bool {
        guard slots.insert(slot).inserted else { return false }
        order.append(slot)
        return true
    }

    var mark: Int { order.count }

    /// Forgets what was filled since the mark, on a way that is not always taken.
    mutating func restore(_ mark: Int) {
        while order.count > mark { slots.remove(order.removeLast()) }
    }
}

extension ProgramCompiler {
    /// Makes the comparison that has just been emitted jump as well; nil where the last instruction is none. Its destination
    /// is to be set. Nothing jumps to the place after a comparison: only `and`, `or` and `??` end where others jump to, and
    /// these end with other instructions.
    mutating func jumpAfterComparison(of target: Int, when truth: Bool) -> Int? {
        guard let last = code.last, Int(last.target) == target else { return nil }
        switch last.op {
        case .compareInt: code[code.count - 1].op = .testInt
        case .compareDouble: code[code.count - 1].op = .testDouble
        default: return nil
        }
        if truth { code[code.count - 1].flag |= 8 }
        return code.count - 1
    }

    mutating func setTarget(of jump: Int, to place: Int) {
        switch code[jump].op {
        case .testInt, .testDouble: code[jump].c = Int32(place)
        default: code[jump].b = Int32(place)
        }
    }

    /// A condition that is known to be false settles nothing: what jumps to the settling because of it goes on to the next
    /// rule at once.
    mutating func skipSettling(from start: Int, _ settle: Int) {
        for index in start..<settle {
            let step = code[index]
            switch step.op {
            case .jumpIfFalse, .moveUnlessFalse: if Int(step.b) == settle, step.op == .jumpIfFalse ? step.a == code[settle].a : step.target == code[settle].a { code[index].b = code[settle].c }
            case .testInt, .testDouble: if Int(step.c) == settle, step.flag & 8 == 0, step.target == code[settle].a { code[index].c = code[settle].c }
            default: break
            }
        }
    }
}
