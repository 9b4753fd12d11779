import WaryVocabulary

/// A policy (or a filter) as the machine runs it. Registers lie in this order: constants, signals, inputs, aggregates, lets,
/// the score, temporaries.
final class Program: Sendable {
    struct Rule: Sendable {
        var treatment: CheckedPolicy.Treatment?
        var isMonitor: Bool
        /// A score that is the same every time; nil where there is none or it is computed.
        var fixedScore: Int64?
        var computesScore: Bool
        var cap: Int64?
        /// Whether it denies or steps up.
        var tightens: Bool
        /// Whether it notifies or tags.
        var speaks: Bool
    }

    let code: [Instruction]
    let constants: [(datum: Datum, type: ValueType)]
    let signals: [SignalID]
    let signalTypes: [ValueType]
    let inputs: [PolicyInput]
    let aggregates: [AggregateDefinition]
    let aggregateTypes: [ValueType]
    let bindingCount: Int
    let temporaryCount: Int
    /// How deep lets call lets.
    let callDepth: Int
    let indices: MemberIndices
    let regexes: [Regex]
    let rules: [Rule]
    let lineOutcomes: [Outcome]
    let limits: LanguageLimits
    /// Where `decide` begins.
    let decideStart: Int

    var firstSignal: Int { constants.count }
    var firstInput: Int { firstSignal + signals.count }
    var firstAggregate: Int { firstInput + inputs.count }
    var firstBinding: Int { firstAggregate + aggregates.count }
    var score: Int { firstBinding + bindingCount }
    var registerCount: Int { score + 1 + temporaryCount }

    init(code: [Instruction], constants: [(datum: Datum, type: ValueType)], layout: ProgramLayout, temporaryCount: Int, callDepth: Int,
         indices: MemberIndices, regexes: [Regex], rules: [Rule], lineOutcomes: [Outcome], limits: LanguageLimits) {
        self.code = code
        self.constants = constants
        signals = layout.signals
        signalTypes = layout.signals.map { SignalCatalogue.entry($0).type }
        inputs = layout.inputs
        aggregates = layout.aggregates
        aggregateTypes = layout.aggregateTypes
        bindingCount = layout.bindingCount
        self.temporaryCount = temporaryCount
        self.callDepth = callDepth
        self.indices = indices
        self.regexes = regexes
        self.rules = rules
        self.lineOutcomes = lineOutcomes
        self.limits = limits
        decideStart = code.firstIndex { $0.op == .finishRules } ?? 0
    }
}

/// What a program's slots stand for.
struct ProgramLayout: Sendable {
    var signals: [SignalID] = []
    var inputs: [PolicyInput] = []
    var aggregates: [AggregateDefinition] = []
    var aggregateTypes: [ValueType] = []
    var bindingCount = 0
}
