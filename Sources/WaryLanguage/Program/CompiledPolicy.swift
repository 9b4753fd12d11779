import Crypto
import WaryVocabulary

/// An extra value that the calling app may pass on.
public struct PolicyInput: Sendable, Hashable {
    public let name: String
    public let type: ValueType
    /// Declared `from client`: whoever signs in can leave it out or forge it.
    public let isFromClient: Bool
    public let defaultValue: Datum?

    public init(name: String, type: ValueType, isFromClient: Bool, defaultValue: Datum?) {
        self.name = name
        self.type = type
        self.isFromClient = isFromClient
        self.defaultValue = defaultValue
    }
}

/// A rule as answers and tests name it.
public struct PolicyRule: Sendable, Hashable {
    public let name: String
    public let title: String?
    public let isMonitor: Bool
    /// Where it stands.
    public let range: SourceRange

    public init(name: String, title: String?, isMonitor: Bool, range: SourceRange) {
        self.name = name
        self.title = title
        self.isMonitor = isMonitor
        self.range = range
    }
}

/// What a policy costs at worst.
public struct PolicyCost: Sendable, Hashable {
    /// Instructions of one decision at worst; lets counted once.
    public var instructions = 0
    /// Look-ups in history of one decision at worst: one for each aggregate, one for the account's baseline.
    public var historyReads = 0
}

/// A policy that has been checked and compiled: immutable, and safe to share between threads.
public struct CompiledPolicy: Sendable {
    public let name: String
    public let title: String?
    /// The event it decides.
    public let event: EventKind
    /// The least severe answer while history cannot be read.
    public let onError: Outcome
    /// What a step-up becomes when the account has none of the permitted factors.
    public let noFactor: Outcome
    /// The IANA name for `time.*` where the address has no position.
    public let timeZone: String?
    /// SHA-256 of the canonical text, 64 hexadecimal digits: two policies with the same version decide alike.
    public let version: String
    /// Everything that bears on a decision, and nothing else: layout, comments, titles and tests are not in it.
    public let canonicalText: String
    public let inputs: [PolicyInput]
    /// The signals that the policy may read.
    public let signals: [SignalID]
    public let aggregates: [AggregateDefinition]
    public let rules: [PolicyRule]
    public let tests: [PolicyTest]
    public let cost: PolicyCost

    /// What the lints, the explainer and the machine work on.
    let checked: CheckedPolicy
    let program: Program

    /// The version's first 12 hexadecimal digits, as answers show it.
    public var shortVersion: String { String(version.prefix(12)) }

    /// Compiles a policy that has no errors.
    init(_ checked: CheckedPolicy, limits: LanguageLimits) {
        self.checked = checked
        name = checked.name
        title = checked.title
        event = checked.event
        onError = checked.onError
        noFactor = checked.noFactor
        timeZone = checked.timeZone
        canonicalText = Canonical.text(of: checked)
        version = Canonical.hex(SHA256.hash(data: Array(canonicalText.utf8)))
        inputs = checked.inputs.map(\.input)
        aggregates = checked.aggregates.map(\.definition)
        rules = checked.rules.map { PolicyRule(name: $0.name, title: $0.title, isMonitor: $0.isMonitor, range: $0.nameRange) }
        tests = checked.tests
        program = ProgramCompiler.program(of: checked, limits: limits)
        signals = program.signals
        cost = PolicyCost(checked, program)
    }
}
