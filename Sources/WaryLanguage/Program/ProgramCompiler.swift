import WaryVocabulary

/// Turns checked terms into instructions. Its other file holds expressions.
struct ProgramCompiler {
    var code: [Instruction] = []
    var constants: [(datum: Datum, type: ValueType)] = []
    var constantRegisters: [Datum: Int] = [:]
    var layout = ProgramLayout()
    var signalSlots: [SignalID: Int] = [:]
    var indices = MemberIndices()
    var listIndices: [String: (op: Opcode, index: Int)] = [:]
    var filled = FilledSlots()
    var temporaries = 0
    var mostTemporaries = 0
    let policy: CheckedPolicy
    var bindingEntries: [Int: Int] = [:]
    var bindingCalls: [(instruction: Int, binding: Int)] = []
    var keySlots: [KeyKind: Int] = [:]

    init(_ policy: CheckedPolicy) {
        self.policy = policy
        layout.inputs = policy.inputs.map(\.input)
        layout.aggregates = policy.aggregates.map(\.definition)
        layout.aggregateTypes = policy.aggregates.map { AggregateShape($0.definition.function).type(of: $0.definition.fieldType) ?? .bool }
        layout.bindingCount = policy.bindings.count
    }

    /// The program of a whole policy: its rules, then `decide`, then the lets that they call.
    static func program(of policy: CheckedPolicy, limits: LanguageLimits) -> Program {
        var compiler = ProgramCompiler(policy)
        compiler.collectLeaves()
        var rules: [Program.Rule] = []
        for (index, rule) in policy.rules.enumerated() { rules.append(compiler.compile(rule, index)) }
        compiler.emit(.init(op: .finishRules))
        for (index, line) in policy.lines.enumerated() {
            if let condition = line.condition {
                let mark = compiler.temporaries
                let register = compiler.value(condition)
                compiler.emit(.init(op: .line, a: Int32(register), b: Int32(index)))
                compiler.temporaries = mark
            } else {
                compiler.emit(.init(op: .otherwise, b: Int32(index)))
            }
        }
        return compiler.finish(rules: rules, limits: limits)
    }

    /// The program of a filter: one condition over an event's fields.
    static func filter(_ condition: Term, in policy: CheckedPolicy, limits: LanguageLimits) -> Program {
        var compiler = ProgramCompiler(policy)
        compiler.layout.aggregates = []
        compiler.layout.aggregateTypes = []
        compiler.layout.bindingCount = 0
        compiler.collectLeaves(of: condition)
        let register = compiler.value(condition)
        compiler.emit(.init(op: .halt, a: Int32(register)))
        return compiler.finish(rules: [], limits: limits)
    }

    private mutating func compile(_ rule: CheckedPolicy.Rule, _ index: Int) -> Program.Rule {
        let mark = temporaries
        var compiled = Program.Rule(treatment: rule.treatment, isMonitor: rule.isMonitor, fixedScore: nil, computesScore: false,
                                    cap: rule.scoreCap, tightens: rule.denies || rule.stepsUp,
                                    speaks: !rule.notify.isEmpty || !rule.tags.isEmpty)
        if case .int(let value)? = rule.score?.constant {
            compiled.fixedScore = min(value, rule.scoreCap ?? value)
        } else {
            compiled.computesScore = rule.score != nil
        }
        let start = code.count
        let register = value(rule.condition)
        let test = jumpAfterComparison(of: register, when: false)
        let settle = emit(.init(op: .settle, a: Int32(register), b: Int32(index)))
        if let score = rule.score, compiled.computesScore {
            let mark = filled.mark
            let register = value(score)
            emit(.init(op: .addScore, flag: score.type == .decimal ? 1 : 0, a: Int32(register), b: Int32(index)))
            filled.restore(mark)
        }
        code[settle].c = Int32(code.count)
        if let test { code[test].c = Int32(code.count) }
        skipSettling(from: start, settle)
        temporaries = mark
        return compiled
    }

    private mutating func finish(rules: [Program.Rule], limits: LanguageLimits) -> Program {
        let depth = compileBindings()
        // Registers were numbered from 0 in each region; constants come first, and their number is known only now.
        let registers = RegisterLayout(self)
        for index in code.indices { code[index] = registers.placed(code[index]) }
        return Program(code: code, constants: constants, layout: layout, temporaryCount: mostTemporaries, callDepth: depth,
                       indices: indices, regexes: policy.regexes, rules: rules, lineOutcomes: policy.lines.map(\.outcome), limits: limits)
    }

    /// Compiles the lets that are called, and those that these call; each has temporaries of its own, since it runs in the
    /// middle of another expression.
    private mutating func compileBindings() -> Int {
        var next = 0
        while next < bindingCalls.count {
            let index = bindingCalls[next].binding
            if bindingEntries[index] == nil {
                bindingEntries[index] = code.count
                temporaries = mostTemporaries
                filled = FilledSlots()
                let register = value(policy.bindings[index].term)
                emit(.init(op: .leave, target: Int32(Region.binding.register(index)), a: Int32(register)))
            }
            next += 1
        }
        for call in bindingCalls { code[call.instruction].b = Int32(bindingEntries[call.binding] ?? 0) }
        return bindingEntries.count + 1
    }

    @discardableResult
    mutating func emit(_ instruction: Instruction) -> Int {
        code.append(instruction)
        return code.count - 1
    }

    mutating func temporary() -> Int {
        temporaries += 1
        mostTemporaries = max(mostTemporaries, temporaries)
        return Region.temporary.register(temporaries - 1)
    }

    mutating func constant(_ datum: Datum, _ type: ValueType) -> Int {
        if let known = constantRegisters[datum] { return known }
        constants.append((datum, type))
        let register = Region.constant.register(constants.count - 1)
        constantRegisters[datum] = register
        return register
    }

    /// Numbers the signals (and, in filters, keys) before any instruction speaks of them.
    private mutating func collectLeaves() {
        for binding in policy.bindings { collectLeaves(of: binding.term) }
        for rule in policy.rules {
            collectLeaves(of: rule.condition)
            if let score = rule.score { collectLeaves(of: score) }
        }
        for line in policy.lines { if let condition = line.condition { collectLeaves(of: condition) } }
    }

    private mutating func collectLeaves(of term: Term) {
        switch term.kind {
        case .signal(let id):
            if signalSlots[id] == nil {
                signalSlots[id] = layout.signals.count
                layout.signals.append(id)
            }
        case .key(let kind):
            if keySlots[kind] == nil {
                keySlots[kind] = layout.inputs.count
                layout.inputs.append(PolicyInput(name: FilterSource.prefix + kind.rawValue, type: kind.type, isFromClient: false, defaultValue: nil))
            }
        default: for child in term.children { collectLeaves(of: child) }
        }
    }
}

/// The regions of the register file while their sizes are not known yet: the number's high bits.
enum Region: Int {
    case constant, signal, input, aggregate, binding, score, temporary

    static let shift = 26
    func register(_ index: Int) -> Int { rawValue << Self.shift | index }
}

/// Turns region and index into a register's final number.
struct RegisterLayout {
    private let bases: [Int]

    init(_ compiler: ProgramCompiler) {
        var bases = [0]
        for size in [compiler.constants.count, compiler.layout.signals.count, compiler.layout.inputs.count,
                     compiler.layout.aggregates.count, compiler.layout.bindingCount, 1] {
            bases.append((bases.last ?? 0) + size)
        }
        self.bases = bases
    }

    func placed(_ instruction: Instruction) -> Instruction {
        var copy = instruction
        switch instruction.op {
        case .fetchSignal, .fetchInput, .fetchAggregate, .call: copy.target = final(copy.target)
        case .jumpIfFalse, .jumpIfTrue, .jumpIfKnown, .settle, .addScore, .line, .halt: copy.a = final(copy.a)
        case .finishRules: break
        case .otherwise: break
        case .fired: copy.target = final(copy.target)
        case .inNetworks, .inWords, .inTexts, .matches, .moveUnlessFalse, .moveUnlessTrue:
            copy.target = final(copy.target)
            copy.a = final(copy.a)
        case .rangeInt, .rangeDouble, .rangeText, .rangeClock:
            copy.target = final(copy.target)
            copy.a = final(copy.a)
            copy.b = final(copy.b)
            copy.c = final(copy.c)
        default:
            copy.target = final(copy.target)
            copy.a = final(copy.a)
            copy.b = final(copy.b)
        }
        return copy
    }

    private func final(_ register: Int32) -> Int32 {
        let region = Int(register) >> Region.shift
        return Int32(bases[region] + Int(register) & (1 << Region.shift - 1))
    }
}
