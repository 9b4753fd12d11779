import WaryVocabulary

extension ProgramCompiler {
    /// Sums of integers and of instants stay integers; all that is multiplied or divided by a decimal goes through doubles
    /// and, where its type is a duration, back to whole milliseconds.
    mutating func arithmetic(_ op: ArithmeticOperator, _ left: Term, _ right: Term, _ type: ValueType, _ target: Int) {
        if op != .divide, left.representation == .int, right.representation == .int {
            let opcode: Opcode = switch op {
            case .add: .addInt
            case .subtract: .subtractInt
            case .multiply, .divide: .multiplyInt
            }
            let a = value(left), b = value(right)
            emit(.init(op: opcode, target: Int32(target), a: Int32(a), b: Int32(b)))
            return
        }
        let a = asDouble(left, seconds: mixesSpeed(left, right, type))
        let b = asDouble(right, seconds: mixesSpeed(left, right, type))
        let opcode: Opcode = switch op {
        case .add: .addDouble
        case .subtract: .subtractDouble
        case .multiply: .multiplyDouble
        case .divide: .divideDouble
        }
        emit(.init(op: opcode, target: Int32(target), a: Int32(a), b: Int32(b)))
        guard type == .duration else { return }
        if mixesSpeed(left, right, type) {
            let thousand = constant(.decimal(1000), .decimal)
            emit(.init(op: .multiplyDouble, target: Int32(target), a: Int32(target), b: Int32(thousand)))
        }
        emit(.init(op: .doubleToInt, target: Int32(target), a: Int32(target)))
    }

    /// Speeds are per second and durations in milliseconds, so a duration beside a speed or distance is turned into seconds.
    private func mixesSpeed(_ a: Term, _ b: Term, _ type: ValueType) -> Bool {
        let types = [a.type, b.type, type]
        return types.contains(.speed) && types.contains(.duration)
    }

    private mutating func asDouble(_ term: Term, seconds: Bool) -> Int {
        let register = value(term)
        guard term.representation == .int else { return register }
        let target = temporary()
        emit(.init(op: .intToDouble, target: Int32(target), a: Int32(register)))
        if seconds, term.type == .duration {
            let thousand = constant(.decimal(1000), .decimal)
            emit(.init(op: .divideDouble, target: Int32(target), a: Int32(target), b: Int32(thousand)))
        }
        return target
    }

    mutating func call(_ function: Term.Function, _ parts: [Term], _ target: Int) {
        switch function {
        case .min, .max:
            let isDouble = parts[0].representation == .double
            let op: Opcode = function == .min ? (isDouble ? .minDouble : .minInt) : (isDouble ? .maxDouble : .maxInt)
            let first = value(parts[0])
            emit(.init(op: .move, target: Int32(target), a: Int32(first)))
            for part in parts.dropFirst() {
                let mark = temporaries
                let next = value(part)
                emit(.init(op: op, target: Int32(target), a: Int32(target), b: Int32(next)))
                temporaries = mark
            }
        case .abs:
            let a = value(parts[0])
            emit(.init(op: parts[0].representation == .double ? .absDouble : .absInt, target: Int32(target), a: Int32(a)))
        case .lower, .length:
            let a = value(parts[0])
            emit(.init(op: function == .lower ? .lower : .length, target: Int32(target), a: Int32(a)))
        case .distanceBetween:
            let a = value(parts[0]), b = value(parts[1])
            emit(.init(op: .distanceBetween, target: Int32(target), a: Int32(a), b: Int32(b)))
        }
    }
}
