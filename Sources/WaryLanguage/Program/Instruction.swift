import WaryVocabulary

/// What the machine can do. Operands are registers unless said otherwise.
enum Opcode: UInt8, Sendable {
    // Leaves: fill slot `target` unless it is filled; `a` is the ordinal of the signal, input or aggregate, `flag` its
    // `TypeTag`.
    case fetchSignal, fetchInput, fetchAggregate
    /// Evaluates let `a` (its code begins at `b`) unless its slot `target` is filled.
    case call
    /// Ends a let: its value is in `a`, its slot is `target`.
    case leave
    /// The key of kind `b` of the event that a filter looks at.
    case move
    // Truth
    case not, and, or
    /// To instruction `b` when `a` is known and false, known and true, known.
    case jumpIfFalse, jumpIfTrue, jumpIfKnown
    /// `move`, then a jump to `b` when the value is known and false, known and true.
    case moveUnlessFalse, moveUnlessTrue
    case isKnown, isUnknown
    // Comparisons: `flag` is the operator; in bit 3 that of a jump to `c` when the comparison is known and false (bit
    // clear) or true.
    case compareInt, compareDouble, compareText, compareAddress, compareNetwork
    case testInt, testDouble
    // `target = a in b…c`; `flag` bit 0 negates.
    case rangeInt, rangeDouble, rangeText, rangeClock
    /// `a` in index `b` of its kind; `flag` bit 0 negates, bit 1 says that `a` is a network or a double.
    case inNetworks, inWords, inTexts
    /// `a` in the `c` registers from `b` on; `flag` bits 1… say how they compare.
    case inRegisters
    /// Factor `a` in the factor set `b`
    case inFactors
    /// `a` matches regular expression `b`
    case matches
    // Arithmetic on int-like and on double-like values
    case addInt, subtractInt, multiplyInt, negateInt, absInt, minInt, maxInt
    case addDouble, subtractDouble, multiplyDouble, divideDouble, negateDouble, absDouble, minDouble, maxDouble
    case intToDouble
    /// To the nearest integer, half away from zero.
    case doubleToInt
    case lower, length, distanceBetween
    /// A set of factors from the `c` registers from `b` on.
    case factorSet
    /// Whether rule `a` fired.
    case fired
    // Rules: `b` is the rule, `c` the instruction after its code.
    case settle
    case addScore
    // Decide
    case finishRules
    /// Line `b` holds when `a` is true; ends the program when it does.
    case line
    case otherwise
    /// Ends a filter: its value is in `a`.
    case halt
}

/// One step: 20 bytes, no references.
struct Instruction: Sendable {
    var op: Opcode
    var flag: UInt8 = 0
    var target: Int32 = 0
    var a: Int32 = 0
    var b: Int32 = 0
    var c: Int32 = 0
}

/// A plain value: the machine's registers hold nothing else. Integers, durations, instants and enumerations in `a`; doubles
/// as bits in `a`; points and addresses in both; texts as a pointer and a length; networks as an index into a table.
struct Word: Sendable {
    var a: UInt64
    var b: UInt64

    init(_ a: UInt64 = 0, _ b: UInt64 = 0) {
        self.a = a
        self.b = b
    }

    init(int value: Int64) { self.init(UInt64(bitPattern: value)) }
    init(double value: Double) { self.init(value.bitPattern) }
    init(bool value: Bool) { self.init(value ? 1 : 0) }

    var int: Int64 { Int64(bitPattern: a) }
    var double: Double { Double(bitPattern: a) }
    var isTrue: Bool { a != 0 }
}

/// Whether a register is filled, and with what.
enum SlotState {
    static let empty: UInt8 = 0
    static let known: UInt8 = 1
    /// `unknown + n` is unknown for the n-th of `UnknownReason.allCases`.
    static let unknown: UInt8 = 2
    /// Unknown because history cannot be read or arithmetic overflowed: the decision is degraded.
    static let failed: UInt8 = 64

    static func unknown(_ reason: UnknownReason) -> UInt8 {
        unknown + UInt8(UnknownReason.allCases.firstIndex(of: reason) ?? 0)
    }

    static func reason(_ state: UInt8) -> UnknownReason {
        state == failed ? .failed : UnknownReason.allCases[Int(state - unknown)]
    }

    /// Of two states of which at least one is unknown: a failure first, else the first unknown.
    @inline(__always)
    static func merged(_ a: UInt8, _ b: UInt8) -> UInt8 {
        a == failed || b == failed ? failed : a != known ? a : b
    }
}
