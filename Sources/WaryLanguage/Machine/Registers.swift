import Glibc
import WaryVocabulary

/// What a rule came to.
enum RuleState: UInt8 {
    case idle = 0
    case fired
    /// The condition is unknown: no effect but, under `unknown score`, its score.
    case unknown
    /// The condition is unknown, under `unknown fire`.
    case firedUnknown
    /// The condition is true, the score is unknown.
    case firedScoreUnknown
    /// History could not be read, or arithmetic overflowed: no effect at all.
    case failed

    var fires: Bool { self == .fired || self == .firedUnknown || self == .firedScoreUnknown }
    var isUnknown: Bool { self != .idle && self != .fired }
}

/// The register file and what else one evaluation writes to; made once for a machine, used over and over.
final class Registers {
    let program: Program
    let words: UnsafeMutablePointer<Word>
    let states: UnsafeMutablePointer<UInt8>
    let ruleStates: UnsafeMutablePointer<RuleState>
    let contributions: UnsafeMutablePointer<Int64>
    let calls: UnsafeMutablePointer<Step>
    let arena = TextArena()
    private let constantTexts = TextArena()
    let scratch: RegexScratch
    /// Networks do not fit a word with their length; a word holds their index here.
    var networks: [Network] = []
    private var constantNetworks = 0
    // What the loop reads of the program.
    let code: Table<Instruction>
    let signals: Table<SignalID>
    let inputs: Table<PolicyInput>
    let aggregates: Table<AggregateDefinition>
    let rules: Table<Program.Rule>
    let networkIndices: Table<NetworkIndex>
    let wordIndices: Table<WordIndex>
    let textIndices: Table<TextIndex>
    let regexes: Table<Regex>
    private let progress: UnsafeMutablePointer<Progress>

    /// What one evaluation has come to so far.
    private struct Progress {
        var isDegraded = false
        var isTightened = false
        /// A source has handed over a network.
        var hasNetworks = false
        var busyRules = 0
        var total: Int128 = 0
        var line = 0
    }

    init(_ program: Program) {
        self.program = program
        progress = .allocate(capacity: 1)
        progress.initialize(to: Progress())
        words = .allocate(capacity: program.registerCount)
        words.initialize(repeating: Word(), count: program.registerCount)
        states = .allocate(capacity: program.registerCount)
        states.initialize(repeating: SlotState.empty, count: program.registerCount)
        ruleStates = .allocate(capacity: program.rules.count)
        ruleStates.initialize(repeating: .idle, count: program.rules.count)
        contributions = .allocate(capacity: program.rules.count)
        contributions.initialize(repeating: 0, count: program.rules.count)
        calls = .allocate(capacity: program.callDepth + 1)
        scratch = RegexScratch(steps: program.limits.regexSteps)
        code = Table(program.code)
        calls.initialize(repeating: code.start, count: program.callDepth + 1)
        signals = Table(program.signals)
        inputs = Table(program.inputs)
        aggregates = Table(program.aggregates)
        rules = Table(program.rules)
        networkIndices = Table(program.indices.networks)
        wordIndices = Table(program.indices.words)
        textIndices = Table(program.indices.texts)
        regexes = Table(program.regexes)
        for (index, constant) in program.constants.enumerated() {
            store(.known(constant.datum), as: constant.type, in: index, texts: constantTexts)
        }
        constantNetworks = networks.count
        progress.pointee.hasNetworks = false
    }

    var isDegraded: Bool {
        get { progress.pointee.isDegraded }
        set { progress.pointee.isDegraded = newValue }
    }
    /// A rule that fired denies or steps up.
    var isTightened: Bool {
        get { progress.pointee.isTightened }
        set { progress.pointee.isTightened = newValue }
    }
    /// The rules whose state is not idle.
    var busyRules: Int {
        get { progress.pointee.busyRules }
        set { progress.pointee.busyRules = newValue }
    }
    var total: Int128 {
        get { progress.pointee.total }
        set { progress.pointee.total = newValue }
    }
    /// The line of `decide` that held.
    var line: Int {
        get { progress.pointee.line }
        set { progress.pointee.line = newValue }
    }

    deinit {
        progress.deallocate()
        words.deallocate()
        states.deallocate()
        ruleStates.deallocate()
        contributions.deallocate()
        calls.deallocate()
        code.free()
        signals.free()
        inputs.free()
        aggregates.free()
        rules.free()
        networkIndices.free()
        wordIndices.free()
        textIndices.free()
        regexes.free()
    }

    /// Empties what the last evaluation filled.
    func reset() {
        let first = program.firstSignal
        memset(states + first, 0, program.score + 1 - first)
        if busyRules > 0 {
            memset(ruleStates, 0, program.rules.count)
            memset(contributions, 0, program.rules.count * MemoryLayout<Int64>.stride)
        }
        arena.reset()
        if progress.pointee.hasNetworks { networks.removeSubrange(constantNetworks...) }
        progress.pointee = Progress()
    }

    /// Fills a slot with what a source has said: the common types at once, the others, and what has to be coerced, by `store`.
    func fill(_ step: Step, _ reading: Reading) {
        switch reading {
        case .known(.bool(let value)): place(step, .bool, Word(bool: value), reading)
        case .known(.int(let value)): place(step, .int, Word(int: value), reading)
        case .known(.duration(let value)): place(step, .duration, Word(int: value), reading)
        case .known(.text(let text)): place(step, .text, arena.copy(text), reading)
        case .known(.decimal(let value)) where value.isFinite: place(step, .decimal, Word(double: value), reading)
        case .known(.distance(let value)) where value.isFinite: place(step, .distance, Word(double: value), reading)
        case .known(.speed(let value)) where value.isFinite: place(step, .speed, Word(double: value), reading)
        case .known(.ip(let address)): place(step, .ip, Word(address.high, address.low), reading)
        case .known(.asn(let number)): place(step, .asn, Word(UInt64(number)), reading)
        case .known(.timeOfDay(let minutes)): place(step, .timeOfDay, Word(int: Int64(minutes)), reading)
        case .known(.country(let country)): place(step, .country, Word(UInt64(country.code)), reading)
        default: store(reading, as: type(of: step), in: Int(step.pointee.target))
        }
    }

    @inline(__always)
    private func place(_ step: Step, _ tag: TypeTag, _ word: Word, _ reading: Reading) {
        let register = Int(step.pointee.target)
        guard tag.rawValue == step.pointee.flag else { return store(reading, as: type(of: step), in: register) }
        words[register] = word
        states[register] = SlotState.known
    }

    private func type(of step: Step) -> ValueType {
        switch step.pointee.op {
        case .fetchSignal: program.signalTypes[Int(step.pointee.a)]
        case .fetchInput: program.inputs[Int(step.pointee.a)].type
        default: program.aggregateTypes[Int(step.pointee.a)]
        }
    }

    func store(_ reading: Reading, as type: ValueType, in register: Int, texts: TextArena? = nil) {
        switch reading {
        case .unavailable:
            isDegraded = true
            states[register] = SlotState.failed
        case .unknown(let reason):
            states[register] = SlotState.unknown(reason)
        case .known(let datum):
            guard let value = datum.coerced(to: type), let word = word(value, texts ?? arena) else {
                states[register] = SlotState.unknown(.failed)
                return
            }
            words[register] = word
            states[register] = SlotState.known
        }
    }

    private func word(_ datum: Datum, _ texts: TextArena) -> Word? {
        switch datum {
        case .text(let text): return texts.copy(text)
        case .decimal(let value), .distance(let value), .speed(let value): return value.isFinite ? Word(double: value) : nil
        case .ip(let address): return Word(address.high, address.low)
        case .point(let point): return Word(point.latitude.bitPattern, point.longitude.bitPattern)
        case .network(let network):
            networks.append(network)
            progress.pointee.hasNetworks = true
            return Word(UInt64(networks.count - 1))
        case .set(let elements):
            var factors: FactorSet = []
            for case .factor(let factor) in elements { factors.formUnion(FactorSet([factor])) }
            return Word(UInt64(factors.rawValue))
        default: return datum.wordInteger.map { Word(int: $0) }
        }
    }

    /// What a filled register holds; nil where it was not reached.
    func reading(_ register: Int, as type: ValueType) -> Reading? {
        let state = states[register]
        if state == SlotState.empty { return nil }
        if state == SlotState.failed { return .unavailable }
        if state != SlotState.known { return .unknown(SlotState.reason(state)) }
        return datum(words[register], type).map(Reading.known) ?? .unknown(.failed)
    }

    private func datum(_ word: Word, _ type: ValueType) -> Datum? {
        switch type {
        case .bool: .bool(word.isTrue)
        case .int: .int(word.int)
        case .decimal: .decimal(word.double)
        case .text: .text(String(decoding: word.text, as: UTF8.self))
        case .duration: .duration(word.int)
        case .distance: .distance(word.double)
        case .speed: .speed(word.double)
        case .instant: .instant(Instant(milliseconds: word.int))
        case .timeOfDay: .timeOfDay(Int(word.int))
        case .weekday: Weekday(rawValue: Int(word.int)).map(Datum.weekday)
        case .ip: .ip(IPAddress(high: word.a, low: word.b))
        case .network: .network(networks[Int(word.a)])
        case .asn: .asn(UInt32(truncatingIfNeeded: word.a))
        case .country:
            Country(String(decoding: [UInt8(truncatingIfNeeded: word.a >> 8), UInt8(truncatingIfNeeded: word.a)], as: UTF8.self)).map(Datum.country)
        case .factor: .factor(Factor.allCases[Int(word.a)])
        case .point: GeoPoint(latitude: Double(bitPattern: word.a), longitude: Double(bitPattern: word.b)).map(Datum.point)
        case .set: .set(FactorSet(rawValue: UInt8(truncatingIfNeeded: word.a)).factors.map(Datum.factor))
        }
    }
}
