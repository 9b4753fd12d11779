import WaryVocabulary

extension Interpreter {
    /// An overflow makes the result a failure, and the decision degraded.
    private func overflow(_ step: Step) {
        registers.isDegraded = true
        states[Int(step.pointee.target)] = SlotState.failed
    }

    func arithmetic(_ step: Step) {
        switch step.pointee.op {
        case .addInt, .subtractInt, .multiplyInt, .minInt, .maxInt: if bothKnown(step) { integers(step) }
        case .addDouble, .subtractDouble, .multiplyDouble, .divideDouble, .minDouble, .maxDouble: if bothKnown(step) { doubles(step) }
        default: if isKnown(step) { unary(step) }
        }
    }

    private func integers(_ step: Step) {
        let a = words[Int(step.pointee.a)].int, b = words[Int(step.pointee.b)].int
        let result: (partialValue: Int64, overflow: Bool) = switch step.pointee.op {
        case .addInt: a.addingReportingOverflow(b)
        case .subtractInt: a.subtractingReportingOverflow(b)
        case .multiplyInt: a.multipliedReportingOverflow(by: b)
        case .minInt: (min(a, b), false)
        default: (max(a, b), false)
        }
        if result.overflow { overflow(step) } else { set(step.pointee.target, Word(int: result.partialValue)) }
    }

    private func doubles(_ step: Step) {
        let a = words[Int(step.pointee.a)].double, b = words[Int(step.pointee.b)].double
        if step.pointee.op == .divideDouble, b == 0 {
            states[Int(step.pointee.target)] = SlotState.unknown(.failed)
            return
        }
        let result: Double = switch step.pointee.op {
        case .addDouble: a + b
        case .subtractDouble: a - b
        case .multiplyDouble: a * b
        case .divideDouble: a / b
        case .minDouble: min(a, b)
        default: max(a, b)
        }
        if result.isFinite { set(step.pointee.target, Word(double: result)) } else { overflow(step) }
    }

    private func unary(_ step: Step) {
        let a = words[Int(step.pointee.a)]
        switch step.pointee.op {
        case .negateInt: if a.int == .min { overflow(step) } else { set(step.pointee.target, Word(int: -a.int)) }
        case .absInt: if a.int == .min { overflow(step) } else { set(step.pointee.target, Word(int: abs(a.int))) }
        case .negateDouble: set(step.pointee.target, Word(double: -a.double))
        case .absDouble: set(step.pointee.target, Word(double: abs(a.double)))
        case .intToDouble: set(step.pointee.target, Word(double: Double(a.int)))
        default:
            if let whole = Int64(exactly: a.double.rounded(.toNearestOrAwayFromZero)) {
                set(step.pointee.target, Word(int: whole))
            } else {
                overflow(step)
            }
        }
    }

    func textual(_ step: Step) {
        switch step.pointee.op {
        case .length: if isKnown(step) { set(step.pointee.target, Word(int: Self.length(words[Int(step.pointee.a)].text))) }
        case .lower: if isKnown(step) { set(step.pointee.target, lowered(words[Int(step.pointee.a)].text)) }
        default:
            guard bothKnown(step) else { return }
            let a = words[Int(step.pointee.a)], b = words[Int(step.pointee.b)]
            guard let from = GeoPoint(latitude: Double(bitPattern: a.a), longitude: Double(bitPattern: a.b)),
                  let to = GeoPoint(latitude: Double(bitPattern: b.a), longitude: Double(bitPattern: b.b)) else {
                states[Int(step.pointee.target)] = SlotState.unknown(.failed)
                return
            }
            set(step.pointee.target, Word(double: from.distance(to: to)))
        }
    }

    /// In Unicode scalars.
    private static func length(_ text: UnsafeBufferPointer<UInt8>) -> Int64 {
        text.reduce(0) { $1 & 0xc0 == 0x80 ? $0 : $0 + 1 }
    }

    private func lowered(_ text: UnsafeBufferPointer<UInt8>) -> Word {
        guard text.allSatisfy({ $0 < 0x80 }) else {
            return registers.arena.copy(String(decoding: text, as: UTF8.self).lowercased())
        }
        let place = registers.arena.reserve(text.count).assumingMemoryBound(to: UInt8.self)
        for (index, byte) in text.enumerated() { place[index] = (65...90).contains(byte) ? byte | 0x20 : byte }
        return Word(UInt64(UInt(bitPattern: place)), UInt64(text.count))
    }
}
