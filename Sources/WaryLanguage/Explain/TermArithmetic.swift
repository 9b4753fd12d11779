import WaryVocabulary

/// Operations on known values, for explanations.
enum TermArithmetic {
    static func apply(_ term: Term, _ operands: [Datum], registers: Registers, regexes: [Regex]) -> Reading {
        switch term.kind {
        case .compare(let op, _, _):
            guard let order = order(operands[0], operands[1]) else { return .unknown(.failed) }
            let outcome: UInt8 = order < 0 ? 1 : order == 0 ? 2 : 4
            return .known(.bool(op.flag & outcome != 0))
        case .member(_, _, let isNegated):
            guard case .set(let entries) = operands[1] else { return .unknown(.failed) }
            return .known(.bool(contains(entries, operands[0]) != isNegated))
        case .inRange(let item, _, _, let isNegated): return .known(.bool(inRange(operands, wraps: item.type == .timeOfDay) != isNegated))
        case .between: return .known(.bool(inRange(operands, wraps: false)))
        case .matches(_, let regex):
            guard case .text(let text) = operands[0] else { return .unknown(.failed) }
            var copy = text
            let result = copy.withUTF8 { registers.scratch.find(regexes[regex], in: $0) }
            return result == .failed ? .unknown(.failed) : .known(.bool(result == .found))
        default: return number(term, operands)
        }
    }

    private static func contains(_ entries: [Datum], _ item: Datum) -> Bool {
        switch item {
        case .ip(let address):
            return entries.contains { if case .network(let network) = $0 { network.contains(address) } else { $0 == item } }
        case .network:
            if case .network(let network) = item {
                return NetworkIndex(entries.compactMap { if case .network(let entry) = $0 { entry } else { nil } }).contains(network)
            }
            return false
        default: return entries.contains(item)
        }
    }

    private static func inRange(_ operands: [Datum], wraps: Bool) -> Bool {
        guard let low = order(operands[1], operands[0]), let high = order(operands[0], operands[2]),
              let bounds = order(operands[1], operands[2]) else { return false }
        if !wraps { return low <= 0 && high <= 0 }
        return bounds <= 0 ? low <= 0 && high < 0 : low <= 0 || high < 0
    }

    /// Negative, zero, positive; values without an order are equal or not.
    private static func order(_ a: Datum, _ b: Datum) -> Int? {
        if let x = a.wordInteger, let y = b.wordInteger { return x < y ? -1 : x == y ? 0 : 1 }
        if let x = a.wordDouble, let y = b.wordDouble { return x < y ? -1 : x == y ? 0 : 1 }
        if case .text(let x) = a, case .text(let y) = b {
            return x == y && x.utf8.elementsEqual(y.utf8) ? 0 : x.utf8.lexicographicallyPrecedes(y.utf8) ? -1 : 1
        }
        return a == b ? 0 : -1
    }

    private static func number(_ term: Term, _ operands: [Datum]) -> Reading {
        let type = term.type ?? .int
        switch term.kind {
        case .widen: return operands[0].wordInteger.map { .known(.decimal(Double($0))) } ?? .unknown(.failed)
        case .negate:
            if let value = operands[0].wordDouble { return known(-value, type) }
            return known(operands[0].wordInteger.map { Int64(0).subtractingReportingOverflow($0) }, type)
        case .arithmetic(let op, let a, let b): return arithmetic(op, a, b, operands, type)
        case .call(let function, _): return call(function, operands, type)
        default: return .unknown(.failed)
        }
    }

    private static func arithmetic(_ op: ArithmeticOperator, _ a: Term, _ b: Term, _ operands: [Datum], _ type: ValueType) -> Reading {
        if op != .divide, let x = operands[0].wordInteger, let y = operands[1].wordInteger {
            return known(op == .add ? x.addingReportingOverflow(y) : op == .subtract ? x.subtractingReportingOverflow(y)
                : x.multipliedReportingOverflow(by: y), type)
        }
        let types = [a.type, b.type, type]
        let inSeconds = types.contains(.speed) && types.contains(.duration)
        func double(_ datum: Datum) -> Double {
            if case .duration(let value) = datum, inSeconds { return Double(value) / 1000 }
            return datum.wordDouble ?? Double(datum.wordInteger ?? 0)
        }
        let x = double(operands[0]), y = double(operands[1])
        if op == .divide, y == 0 { return .unknown(.failed) }
        let result = switch op {
        case .add: x + y
        case .subtract: x - y
        case .multiply: x * y
        case .divide: x / y
        }
        return known(inSeconds && type == .duration ? result * 1000 : result, type)
    }

    private static func call(_ function: Term.Function, _ operands: [Datum], _ type: ValueType) -> Reading {
        switch function {
        case .min, .max:
            let best = operands.dropFirst().reduce(operands[0]) { best, next in
                let order = order(next, best) ?? 0
                return (function == .min ? order < 0 : order > 0) ? next : best
            }
            return .known(best)
        case .abs:
            if let value = operands[0].wordDouble { return known(abs(value), type) }
            guard let value = operands[0].wordInteger, value != .min else { return .unavailable }
            return known((abs(value), false), type)
        case .lower: if case .text(let text) = operands[0] { return .known(.text(text.lowercased())) }
        case .length: if case .text(let text) = operands[0] { return .known(.int(Int64(text.unicodeScalars.count))) }
        case .distanceBetween:
            if case .point(let a) = operands[0], case .point(let b) = operands[1] { return .known(.distance(a.distance(to: b))) }
        }
        return .unknown(.failed)
    }

    private static func known(_ result: (partialValue: Int64, overflow: Bool)?, _ type: ValueType) -> Reading {
        guard let result, !result.overflow else { return .unavailable }
        switch type {
        case .duration: return .known(.duration(result.partialValue))
        case .instant: return .known(.instant(Instant(milliseconds: result.partialValue)))
        default: return .known(.int(result.partialValue))
        }
    }

    private static func known(_ value: Double, _ type: ValueType) -> Reading {
        guard value.isFinite else { return .unavailable }
        switch type {
        case .duration: return Int64(exactly: value.rounded(.toNearestOrAwayFromZero)).map { .known(.duration($0)) } ?? .unavailable
        case .distance: return .known(.distance(value))
        case .speed: return .known(.speed(value))
        default: return .known(.decimal(value))
        }
    }
}
